/**
 * The kernel that is meant for macOS, on Linux: ps and lsof speak alike on both as far
 * as it asks them. What is told here was never seen on macOS.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createChecks } from '../../../src/kernel/checks/index.ts';
import { createStrangerAt } from '../../../src/kernel/checks/stranger.ts';
import { clock } from '../../../src/kernel/linux/clock.ts';
import { nodeFiles } from '../../../src/kernel/node-files.ts';
import { readPidFile } from '../../../src/kernel/pid-file.ts';
import type { Kernel } from '../../../src/kernel/port.ts';
import { createLsofListeners, createPortableKernel } from '../../../src/kernel/portable/index.ts';
import { lock } from '../../../src/kernel/portable/lock.ts';
import { watchFile } from '../../../src/kernel/watch-file.ts';
import type { Check } from '../../../src/machines/vocabulary.ts';
import { itKeepsTheContract } from '../../kernel/contract.ts';
import { isMissing } from './servers.ts';

describe.skipIf(isMissing('lsof'))('the portable kernel', () => {
  itKeepsTheContract(() => {
    const directory = newDirectory();
    return {
      kernel: newKernel(),
      directory,
      until: (predicate) => until(predicate),
      leave: () => rmSync(directory, { recursive: true, force: true }),
    };
  });

  it('knows who it is, and that process 1 is older', () => {
    const kernel = newKernel();
    const us = kernel.self();
    expect(us.pid).toBe(process.pid);
    expect(us.startTime).toBeGreaterThan(kernel.identify(1)?.startTime ?? Number.NaN);
    expect(kernel.isAlive(us)).toBe(true);
    expect(kernel.isAlive({ ...us, startTime: us.startTime - 1 })).toBe(false);
    expect(kernel.isAlive({ ...us, bootId: 'another' })).toBe(false);
    expect(kernel.identify(2 ** 22 + 1)).toBeNull();
  });

  it('signals neither itself nor those it lives by', () => {
    const kernel = newKernel();
    for (const pid of [1, process.ppid, process.pid]) {
      const main = kernel.identify(pid);
      if (main === null) throw new Error(`there is no process ${pid}`);
      const tree = { lifeline: '', main, known: [] };
      expect(kernel.signal(tree, main, 'SIGKILL', 'group')).toBe('not-ours');
      expect(kernel.signalTree(tree, 'SIGTERM').sent).toBe(0);
    }
  });

  it('tells of the end of a process that is not its child', async () => {
    const kernel = newKernel();
    const child = spawn('sleep', ['60']);
    onTestFinished(() => void child.kill('SIGKILL'));
    const identity = kernel.identify(child.pid ?? 0);
    if (identity === null) throw new Error('sleep was not started');
    let gone = 0;
    kernel.watchExit(identity, () => gone++);
    kernel.watchExit(identity, () => gone++)();
    kernel.watchExit({ ...identity, startTime: 1 }, () => gone++);
    await until(() => gone === 1);
    child.kill('SIGKILL');
    await until(() => gone === 2);
  });

  it('describes what a tree costs', async () => {
    const kernel = newKernel();
    const us = { lifeline: '', main: kernel.self(), known: [] };
    // It leaves itself out, so that nobody can have it signalled.
    expect(kernel.describe(us).map(({ identity }) => identity.pid)).not.toContain(process.pid);
    const child = spawn('sh', ['-c', 'sleep 60 & wait'], { detached: true });
    onTestFinished(() => void process.kill(-(child.pid ?? 0), 'SIGKILL'));
    const main = kernel.identify(child.pid ?? 0);
    await until(() => kernel.members({ lifeline: '', main, known: [] }).length === 2);
    const [shell, sleep] = kernel.describe({ lifeline: '', main, known: [] });
    expect(shell).toMatchObject({ parentPid: process.pid, command: 'sh -c sleep 60 & wait' });
    expect(sleep).toMatchObject({ parentPid: child.pid, holdsLifeline: false });
    expect(sleep?.residentBytes).toBeGreaterThan(100_000);
  });

  it('finds out who listens', async () => {
    const kernel = newKernel();
    const server = createServer((socket) => socket.end('+PONG\r\n'));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    onTestFinished(() => void server.close());
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const at = { kind: 'tcp', host: '127.0.0.1', port } as const;
    const check: Check = { kind: 'protocol', protocol: 'redis', at };
    const us = [kernel.self()];
    expect(await ask(kernel, check, () => us)).toBe('passed');
    expect(await ask(kernel, check, () => [])).toBe(
      `answered by pid ${process.pid} (node), which is not of this service`,
    );
  });
});

describe('the lock of the portable kernel', () => {
  it('says who has it', async () => {
    const directory = newDirectory();
    const first = await take(directory);
    expect(await take(directory)).toBe(process.pid);
    if (typeof first === 'function') first();
    expect(readdirSync(directory)).toEqual([]);
  });

  it('is free once its owner was killed', async () => {
    const directory = newDirectory();
    const path = join(directory, 'lock.sock');
    const script = `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
    spawnSync(process.execPath, ['-e', script]);
    expect(existsSync(path)).toBe(true);
    expect(typeof (await take(directory))).toBe('function');
  });

  it('goes to one alone of many who find it dead at once', async () => {
    const directory = newDirectory();
    const path = join(directory, 'lock.sock');
    const script = `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
    spawnSync(process.execPath, ['-e', script]);
    const answers = await Promise.all(Array.from({ length: 8 }, () => take(directory)));
    expect(answers.filter((answer) => typeof answer === 'function')).toHaveLength(1);
    expect(answers.filter((answer) => answer === process.pid)).toHaveLength(7);
  });

  it('says what stands in its way', async () => {
    expect(await take(join(newDirectory(), 'none'))).toMatch(/^cannot lock .*none: /);
  });
});

function newKernel(): Kernel {
  const portable = createPortableKernel({
    files: nodeFiles,
    readPidFile,
    watchFile: (path, changed) => watchFile(clock, path, changed),
  });
  const listeners = createLsofListeners(portable.members);
  const { check } = createChecks({ clock, run: portable.run, listeners });
  const kernel = { ...portable, check, strangerAt: createStrangerAt(listeners) };
  onTestFinished(() => kernel.close());
  return kernel;
}

function newDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'drover-test-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

async function until(predicate: () => boolean): Promise<void> {
  await expect.poll(predicate, { timeout: 10_000, interval: 20 }).toBe(true);
}

function ask(kernel: Kernel, check: Check, members: Kernel['members']): Promise<string> {
  const listeners = createLsofListeners(members);
  const tree = { lifeline: '', main: null, known: [] };
  return new Promise((answer) => {
    createChecks({ clock, run: kernel.run, listeners }).check(
      check,
      { listenerOf: tree, log: null, timeoutMs: 5_000 },
      (outcome) => answer(outcome.passed ? 'passed' : outcome.reason),
    );
  });
}

/** What lets go of it, or who has it, or why neither. */
function take(directory: string): Promise<(() => void) | number | null | string> {
  return new Promise((answer) => {
    lock(directory, {
      locked(release) {
        onTestFinished(release);
        answer(release);
      },
      taken: answer,
      failed: ({ message }) => answer(message),
    });
  });
}
