import { spawn } from 'node:child_process';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createLinuxListeners } from '../../src/kernel/listeners.ts';
import { tcpListeners } from '../../src/kernel/proc-net.ts';
import type { Endpoint, ProcessIdentity } from '../../src/machines/vocabulary.ts';
import { scratchDirectory } from './scratch.ts';

const tree = { lifeline: '', main: null, known: [] };

/** Runs on Linux alone: it reads /proc. */
describe.runIf(process.platform === 'linux')('who listens', () => {
  it('is of the service where one of its processes holds the socket', async () => {
    const { at } = await listen('127.0.0.1');
    expect(doubt(at, [process.ppid, process.pid])).toBeNull();
  });

  it('is a stranger with a name where none of them does', async () => {
    const { at } = await listen('127.0.0.1');
    const stranger = new RegExp(
      `^answered by pid ${process.pid} \\(.+\\), which is not of this service$`,
    );
    expect(doubt(at, [])).toMatch(stranger);
    expect(doubt(at, [process.ppid, 999_999_999])).toMatch(stranger);
  });

  it('is found at every address that its socket covers', async () => {
    const any4 = await listen('0.0.0.0');
    expect(doubt({ ...any4.at, host: '127.0.0.1' }, [process.pid])).toBeNull();
    expect(doubt({ ...any4.at, host: '127.9.9.9' }, [process.pid])).toBeNull();
    const any6 = await listen('::');
    for (const host of ['127.0.0.1', '::1', '::ffff:127.0.0.1']) {
      expect(doubt({ ...any6.at, host }, [process.pid])).toBeNull();
    }
    const one6 = await listen('::1');
    expect(doubt(one6.at, [process.pid])).toBeNull();
    expect(doubt({ ...one6.at, host: '0:0:0:0:0:0:0:1' }, [process.pid])).toBeNull();
    expect(doubt({ ...one6.at, host: '127.0.0.1' }, [process.pid])).toMatch(/^answered by nobody/);
  });

  it('is whoever has bound the very address, not whoever has bound any', async () => {
    const { server, at } = await listen('127.0.0.2');
    const other = await listen('0.0.0.0', at.port).catch(() => null);
    // Where the OS allows no such pair there is nothing to be told apart.
    if (other === null) return;
    const chosen = tcpListeners({ host: '127.0.0.2', port: at.port });
    expect(chosen.size).toBe(1);
    server.close();
    expect(tcpListeners({ host: '127.0.0.2', port: at.port })).not.toEqual(chosen);
  });

  it('is nobody once the socket is closed', async () => {
    const { server, at } = await listen('127.0.0.1');
    await new Promise((done) => server.close(done));
    expect(doubt(at, [process.pid])).toMatch(/^answered by nobody that drover can see/);
  });

  it('is found at a path, also one that was bound relatively', async () => {
    const directory = scratchDirectory();
    const path = join(directory, 'socket');
    const server = createServer();
    await new Promise<void>((done) => server.listen(path, done));
    onTestFinished(() => void server.close());
    expect(doubt({ kind: 'unix', path }, [process.pid])).toBeNull();
    expect(doubt({ kind: 'unix', path }, [])).toMatch(/^answered by pid/);
    expect(doubt({ kind: 'unix', path: `${path}2` }, [process.pid])).toMatch(/^answered by nobody/);

    const script = `require('net').createServer().listen('relative', () => console.log('up'))`;
    const child = spawn(process.execPath, ['-e', script], { cwd: directory });
    onTestFinished(() => void child.kill('SIGKILL'));
    await new Promise((heard) => child.stdout.once('data', heard));
    const relative = { kind: 'unix', path: join(directory, 'relative') } as const;
    expect(doubt(relative, [child.pid ?? 0])).toBeNull();
  });
});

function doubt(at: Endpoint, pids: readonly number[]): string | null {
  const members = pids.map(
    (pid): ProcessIdentity => ({ bootId: '', pidNamespace: '', pid, startTime: 0 }),
  );
  let answer: string | null = 'nothing was told';
  createLinuxListeners(() => members).doubt(at, tree, (told) => {
    answer = told;
  });
  return answer;
}

async function listen(host: string, port = 0) {
  const server: Server = createServer();
  await new Promise<void>((done, failed) => {
    server.once('error', failed);
    server.listen(port, host, done);
  });
  onTestFinished(() => void server.close());
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : 0;
  return { server, at: { kind: 'tcp', host, port: bound } as const };
}
