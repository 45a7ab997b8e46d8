/**
 * Real processes: what the process manager that drover grew out of did wrong, each as a
 * story that names it. It took a bare number for a process, a PID file for a service and
 * a question for an order.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Supervisor } from '../../src/runtime/api.ts';
import { createSupervisor } from '../../src/runtime/create.ts';
import type { ServiceDefinition } from '../../src/services/definition.ts';
import { look, withArgument } from '../support/oracle.ts';
import { createStranger, type Stranger } from '../support/stranger.ts';

let directory = '';
let supervisor: Supervisor | null = null;
let stranger: Stranger | null = null;
let count = 0;
/** An argument that nobody else on this machine has: seconds to sleep for. */
let marker = '';

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'drover-defects-'));
  marker = `${86_400 + count++}.${process.pid}`;
});

afterEach(async () => {
  await supervisor?.dispose();
  stranger?.end();
  supervisor = null;
  stranger = null;
  for (const { pid } of withArgument(marker)) process.kill(pid, 'SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

const path = (name: string) => join(directory, name);
const alive = () => withArgument(marker);
const touch = (name: string) => writeFileSync(path(name), '');
const shell = (script: string): string[] => ['sh', '-c', script, marker];

async function manage(services: Record<string, ServiceDefinition>): Promise<Supervisor> {
  const ready = { after: 20 };
  const settled = Object.entries(services).map(([name, one]) => [name, { ready, ...one }]);
  supervisor = await createSupervisor(
    { name: 'defects', stateDir: path('state'), services: Object.fromEntries(settled) },
    { logLevel: 'silent', baseDir: directory },
  );
  return supervisor;
}

/** A program that goes into the background at once; its script runs there, as `$$`. */
function daemon(script: string, more: ServiceDefinition = {}): ServiceDefinition {
  writeFileSync(path('daemon.sh'), script);
  return {
    type: 'forking',
    command: ['sh', '-c', 'sh daemon.sh "$0" &', marker],
    cwd: directory,
    pidFile: path('daemon.pid'),
    restart: 'no',
    ...more,
  };
}

/** As well-behaved as a daemon can be. */
const goodDaemon = 'echo $$ >daemon.new; mv daemon.new daemon.pid; exec sleep "$1"';
const until = (what: () => boolean) =>
  vi.waitFor(() => expect(what()).toBe(true), { timeout: 20_000, interval: 10 });

describe('the nine defects', () => {
  it('E1: says that a service without a log path runs', async () => {
    const drover = await manage({ app: { command: ['sleep', marker] } });
    const [outcome] = await drover.start(['app']);
    expect(outcome).toMatchObject({ name: 'app', status: 'running', pid: alive()[0]?.pid });
  });

  it('E2: stops an own child that dies at once of SIGTERM, and tracks no zombie', async () => {
    const drover = await manage({ app: { command: ['sleep', marker] } });
    await drover.start();
    const pid = drover.serviceStatus('app').pid ?? 0;
    const [outcome] = await drover.stop();
    expect(outcome).toMatchObject({ status: 'stopped', stop: { by: 'SIGTERM', killed: false } });
    expect(outcome?.stop?.tookMs).toBeLessThan(3_000);
    expect(existsSync(`/proc/${pid}`)).toBe(false);
    expect(drover.serviceStatus('app').pid).toBeNull();
  });

  it('E3: notices that a daemon was killed from outside, and starts another', async () => {
    const drover = await manage({ app: daemon(goodDaemon) });
    await drover.start();
    const first = drover.serviceStatus('app').pid ?? 0;
    process.kill(first, 'SIGKILL');
    await until(() => drover.serviceStatus('app').state === 'failed');
    expect(existsSync(path('daemon.pid'))).toBe(true);
    await drover.start(['app']);
    const second = drover.serviceStatus('app');
    expect(second.state).toBe('running');
    expect(alive().map(({ pid }) => pid)).toEqual([second.pid]);
  });

  it('E4: keeps hold of a daemon whose PID file comes late', async () => {
    const late = `until [ -e go ]; do sleep 0.02; done; ${goodDaemon}`;
    const pidFile = { path: path('daemon.pid'), wait: 1_500 };
    const drover = await manage({ app: daemon(late, { pidFile }) });
    await drover.start(['app'], { wait: false });
    await until(() => alive().length > 0);
    for (let times = 0; times < 1_000; times++) drover.status();
    expect(drover.serviceStatus('app').state).toBe('starting');
    await drover.stop(['app']);
    expect(alive()).toEqual([]);

    touch('go');
    await drover.start(['app']);
    await drover.start(['app']);
    expect(alive().map(({ pid }) => pid)).toEqual([drover.serviceStatus('app').pid]);
  });

  it('E5: never signals the unrelated process that a stale PID file names', async () => {
    stranger = await createStranger(path('diary'));
    writeFileSync(path('daemon.pid'), `${stranger.pid}\n`);
    const drover = await manage({ app: daemon(goodDaemon) });
    expect(drover.serviceStatus('app')).toMatchObject({ state: 'stopped', pid: null });
    await drover.stop(['app']);
    expect(stranger.received()).toBe('');
    await drover.start(['app']);
    expect(alive().map(({ pid }) => pid)).toEqual([drover.serviceStatus('app').pid]);
  });

  it('E6: calls a draining daemon stopping, though its PID file is gone', async () => {
    const draining = `
      drain() { rm daemon.pid; until [ -e drained ]; do sleep 0.02; done; exit 0; }
      trap drain TERM
      echo $$ >daemon.new; mv daemon.new daemon.pid
      while :; do sleep 0.02; done`;
    const drover = await manage({ app: daemon(draining) });
    await drover.start();
    const { pid } = drover.serviceStatus('app');
    const stopping = drover.stop();
    await until(() => !existsSync(path('daemon.pid')));
    expect(drover.serviceStatus('app')).toMatchObject({ state: 'stopping', pid });
    expect(look(pid ?? 0)).not.toBeNull();
    touch('drained');
    expect(await stopping).toMatchObject([{ status: 'stopped', stop: { killed: false } }]);
    expect(look(pid ?? 0)).toBeNull();
  });

  it('E7: leaves no child behind that the leader had forked', async () => {
    const apart = 'setsid sh -c \'sleep "$0" & exec sleep "$0"\' "$0" & exec sleep "$0"';
    const drover = await manage({ app: { command: shell(apart) } });
    await drover.start();
    await until(() => alive().length === 3);
    await drover.stop();
    expect(alive()).toEqual([]);
  });

  it('E8: reads the first line of a PID file that has more', async () => {
    const talkative = 'printf "%s\\n/srv/data\\n1700000000\\n5432\\n" $$ >daemon.new';
    const drover = await manage({
      app: daemon(`${talkative}; mv daemon.new daemon.pid; exec sleep "$1"`),
    });
    await drover.start();
    const first = Number(readFileSync(path('daemon.pid'), 'utf8').split('\n')[0]);
    expect(drover.serviceStatus('app').pid).toBe(first);
    expect(alive().map(({ pid }) => pid)).toEqual([first]);
  });

  it('E9: stops services that are deaf to SIGTERM side by side', async () => {
    const deaf = { command: shell('trap "" TERM; exec sleep "$0"'), stopGracePeriod: 1_000 };
    const drover = await manage({ one: deaf, two: deaf, three: deaf });
    await drover.start();
    const outcomes = await drover.stop();
    expect(outcomes.map(({ stop }) => stop?.killed)).toEqual([true, true, true]);
    const longest = Math.max(...outcomes.map(({ stop }) => stop?.tookMs ?? 0));
    // One after the other they would take three seconds at the least.
    expect(longest).toBeLessThan(2_500);
    expect(alive()).toEqual([]);
  });
});

describe('a stale PID file that names an innocent process', () => {
  const orders = async (drover: Supervisor): Promise<void> => {
    drover.status();
    drover.why('app');
    await drover.stop(['app']);
    await drover.start(['app']).catch(() => {});
    drover.status();
    await drover.restart(['app']).catch(() => {});
    await drover.stop();
  };

  it('is no reason to signal it, where the daemon writes the file anew', async () => {
    stranger = await createStranger(path('diary'));
    writeFileSync(path('daemon.pid'), `${stranger.pid}\n`);
    const drover = await manage({ app: daemon(goodDaemon) });
    await orders(drover);
    expect(stranger.received()).toBe('');
    expect(alive()).toEqual([]);
  });

  it('is no reason to signal it, where nobody ever writes the file', async () => {
    stranger = await createStranger(path('diary'));
    writeFileSync(path('daemon.pid'), `${stranger.pid}\n`);
    const pidFile = { path: path('daemon.pid'), wait: 300 };
    const drover = await manage({ app: daemon('exec sleep "$1"', { pidFile }) });
    await expect(drover.start(['app'])).rejects.toMatchObject({ code: 'start-failed' });
    expect(drover.serviceStatus('app').failure?.kind).toBe('no-pid-file');
    await orders(drover);
    expect(stranger.received()).toBe('');
    expect(alive()).toEqual([]);
  });

  it('is no reason to signal it, for the manager that adopts after a crash', async () => {
    const first = await manage({ app: daemon(goodDaemon) });
    await first.start();
    await first.dispose({ services: 'leave' });
    for (const { pid } of alive()) process.kill(pid, 'SIGKILL');
    stranger = await createStranger(path('diary'));
    writeFileSync(path('daemon.pid'), `${stranger.pid}\n`);
    const second = await manage({ app: daemon(goodDaemon) });
    expect(second.serviceStatus('app').pid).not.toBe(stranger.pid);
    await orders(second);
    expect(stranger.received()).toBe('');
    expect(alive()).toEqual([]);
  });
});
