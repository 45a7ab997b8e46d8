import { describe, expect, it } from 'vitest';
import type { CheckContext, CheckOutcome, RunOutcome } from '../../../src/kernel/port.ts';
import { type Program, SimulatedKernel } from '../../../src/kernel/simulated/index.ts';
import type { Check } from '../../../src/machines/vocabulary.ts';
import { command, LIFELINE, started, treeOf } from './stage.ts';

const tcp: Check = { kind: 'tcp', host: '127.0.0.1', port: 80 };
const unix: Check = { kind: 'unix', path: '/run/web.sock' };
const http: Check = { kind: 'http', url: 'http://127.0.0.1/health', status: null };
const redis: Check = {
  kind: 'protocol',
  protocol: 'redis',
  at: { kind: 'unix', path: '/run/web.sock' },
};

function world(script: Program) {
  const kernel = new SimulatedKernel().script('web', script);
  return { kernel, ...started(kernel) };
}

/** Asks, waits for the answer, and says how long it took. */
function ask(kernel: SimulatedKernel, check: Check, context: Partial<CheckContext> = {}) {
  const since = kernel.clock.now();
  let answer: (CheckOutcome & { readonly afterMs: number }) | null = null;
  kernel.check(check, { listenerOf: null, log: null, timeoutMs: 1_000, ...context }, (outcome) => {
    answer = { ...outcome, afterMs: kernel.clock.now() - since };
  });
  expect(answer).toBeNull();
  kernel.clock.runUntil(() => answer !== null);
  return answer;
}

describe('a check', () => {
  it('passes once the program listens', () => {
    const { kernel } = world({ listensOn: [80, '/run/web.sock'], listensAfterMs: 100 });
    for (const check of [tcp, unix, http, redis]) {
      expect(ask(kernel, check)).toMatchObject({ passed: false, reason: 'connection refused' });
    }
    kernel.clock.advance(100);
    for (const check of [tcp, unix, http, redis]) {
      expect(ask(kernel, check)).toEqual({ passed: true, afterMs: 0 });
    }
  });

  it('connects to a program that never answers, and waits in vain for its word', () => {
    const { kernel } = world({ listensOn: [80, '/run/web.sock'], answers: false });
    kernel.clock.advance(0);
    expect(ask(kernel, tcp)).toMatchObject({ passed: true });
    expect(ask(kernel, unix)).toMatchObject({ passed: true });
    for (const check of [http, redis]) {
      expect(ask(kernel, check)).toMatchObject({ passed: false, afterMs: 1_000 });
    }
  });

  it('connects to a stopped program as well', () => {
    const { kernel, identity } = world({ listensOn: [80] });
    kernel.clock.advance(0);
    kernel.stopProcess(identity);
    expect(ask(kernel, tcp)).toMatchObject({ passed: true });
    expect(ask(kernel, http)).toMatchObject({ passed: false, afterMs: 1_000 });
    kernel.continueProcess(identity);
    expect(ask(kernel, http)).toMatchObject({ passed: true });
  });

  it('fails while a program is silenced, and while it does not answer yet', () => {
    const { kernel } = world({ listensOn: [80], answersAfterMs: 3_000 });
    expect(ask(kernel, http)).toMatchObject({ passed: false });
    kernel.clock.advance(3_000);
    expect(ask(kernel, http)).toMatchObject({ passed: true });
    kernel.silence('web');
    expect(ask(kernel, http)).toMatchObject({ passed: false });
    kernel.silence('web', false);
    expect(ask(kernel, http)).toMatchObject({ passed: true });
  });

  it('compares the HTTP status with the one that is wanted', () => {
    const { kernel } = world({ listensOn: [8080], httpStatus: 503 });
    kernel.clock.advance(0);
    const url = 'http://localhost:8080/';
    expect(ask(kernel, { kind: 'http', url, status: null })).toMatchObject({ passed: false });
    expect(ask(kernel, { kind: 'http', url, status: 200 })).toMatchObject({ passed: false });
    expect(ask(kernel, { kind: 'http', url, status: 503 })).toMatchObject({ passed: true });
  });

  it('may ask that the listener is of the tree', () => {
    const kernel = new SimulatedKernel().script('web', {
      workers: [{ program: { listensOn: [80] } }],
    });
    const stranger = kernel.bear('apache', { listensOn: [80] });
    kernel.clock.advance(0);
    const outcome = ask(kernel, tcp, { listenerOf: treeOf(null) });
    expect(outcome).toMatchObject({ passed: false });
    expect(JSON.stringify(outcome)).toContain(`process ${stranger.pid}`);
    kernel.kill(stranger);
    const { tree } = started(kernel);
    kernel.clock.advance(0);
    expect(ask(kernel, tcp, { listenerOf: tree })).toMatchObject({ passed: true });
  });

  it('looks for a line of this run only', () => {
    const { kernel } = world({ prints: [{ line: 'READY to serve' }] });
    kernel.disk.put('/log', 'ready, long ago\n');
    const log = { path: '/log', offset: 16 };
    const check: Check = { kind: 'log', pattern: '^ready' };
    expect(ask(kernel, check, { log })).toMatchObject({ passed: false });
    kernel.disk.append('/log', 'starting\nready now\n');
    expect(ask(kernel, check, { log })).toMatchObject({ passed: true });
  });

  it('asks for a file, and for the exit code of a command', () => {
    const kernel = new SimulatedKernel().script(
      'ping',
      { exitsAfterMs: 10 },
      { exitsAfterMs: 10, exitCode: 1 },
      {},
    );
    const exec: Check = { kind: 'exec', command: command('ping') };
    expect(ask(kernel, exec)).toEqual({ passed: true, afterMs: 10 });
    expect(ask(kernel, exec)).toEqual({ passed: false, reason: 'exited with 1', afterMs: 10 });
    expect(ask(kernel, exec)).toMatchObject({ passed: false, afterMs: 1_000 });
    expect(ask(kernel, { kind: 'file', path: '/ready' })).toMatchObject({ passed: false });
    kernel.disk.put('/ready', '');
    expect(ask(kernel, { kind: 'file', path: '/ready' })).toMatchObject({ passed: true });
  });

  it('that is cancelled never answers', () => {
    const { kernel } = world({ listensOn: [80] });
    const context = { listenerOf: null, log: null, timeoutMs: 10 };
    kernel.check(tcp, context, () => expect.unreachable())();
    kernel.clock.advance(100);
  });
});

describe('a stale socket', () => {
  it('is left behind by a killed program, and trips the next one if it is of that kind', () => {
    const script = { listensOn: ['/run/web.sock'] };
    const kernel = new SimulatedKernel().script(
      'web',
      script,
      { ...script, tripsOverStaleSocket: true },
      script,
    );
    const first = started(kernel);
    kernel.clock.advance(0);
    kernel.kill(first.identity);
    expect(kernel.files.exists('/run/web.sock')).toBe(true);
    expect(ask(kernel, unix)).toMatchObject({ passed: false, reason: 'connection refused' });

    const second = started(kernel);
    kernel.clock.advance(0);
    expect(second.told.exit).toEqual({ code: 1, signal: null });
    const third = started(kernel);
    kernel.clock.advance(0);
    expect(ask(kernel, unix)).toMatchObject({ passed: true });
    kernel.signal(third.tree, third.identity, 'SIGTERM', 'process');
    kernel.clock.advance(0);
    expect(kernel.files.exists('/run/web.sock')).toBe(false);
  });
});

describe('a command', () => {
  const options = { lifeline: LIFELINE, output: null, timeoutMs: 1_000 };

  function run(kernel: SimulatedKernel, program: string) {
    const outcomes: RunOutcome[] = [];
    const cancel = kernel.run(command(program), options, (outcome) => outcomes.push(outcome));
    return { outcomes, cancel };
  }

  it('is run to its end, with its output and what it creates', () => {
    const kernel = new SimulatedKernel().script('initdb', {
      exitsAfterMs: 300,
      creates: ['/data/new/', '/data/new/PG_VERSION'],
      prints: [{ afterMs: 100, line: 'creating' }],
    });
    const { outcomes } = run(kernel, 'initdb');
    kernel.clock.advance(299);
    expect(outcomes).toEqual([]);
    expect(kernel.files.list('/data/new')).toEqual([]);
    expect(kernel.isHeld(LIFELINE)).toBe(true);
    kernel.clock.advance(1);
    expect(outcomes).toEqual([
      { kind: 'exited', exit: { code: 0, signal: null }, output: 'creating' },
    ]);
    expect(kernel.files.exists('/data/new/PG_VERSION')).toBe(true);
  });

  it('that fails has created only what it makes at once', () => {
    const kernel = new SimulatedKernel().script('initdb', {
      ...{ exitsAfterMs: 5, exitCode: 1, creates: ['/data/', '/data/x'] },
    });
    const { outcomes } = run(kernel, 'initdb');
    kernel.clock.advance(5);
    expect(outcomes).toMatchObject([{ kind: 'exited', exit: { code: 1 } }]);
    expect([kernel.files.exists('/data'), kernel.files.exists('/data/x')]).toEqual([true, false]);
  });

  it('that hangs is killed with all that it started', () => {
    const kernel = new SimulatedKernel().script('initdb', {
      workers: [{ ownSession: true, outlivesParent: 'always' }],
    });
    const { outcomes } = run(kernel, 'initdb');
    kernel.clock.advance(1_000);
    expect(outcomes).toEqual([{ kind: 'timed-out', output: '' }]);
    kernel.clock.advance(0);
    expect(kernel.alive()).toEqual([]);
    expect(kernel.violations).toEqual([]);
  });

  it('that is cancelled is killed, and its end is no news', () => {
    const kernel = new SimulatedKernel().script('initdb', {});
    const { outcomes, cancel } = run(kernel, 'initdb');
    cancel();
    cancel();
    kernel.clock.advance(5_000);
    expect(outcomes).toEqual([]);
    expect(kernel.alive()).toEqual([]);
  });

  it('that cannot be spawned says why', () => {
    const { outcomes } = run(new SimulatedKernel(), 'initdb');
    expect(outcomes).toEqual([]);
    const kernel = new SimulatedKernel();
    const second = run(kernel, 'initdb');
    kernel.clock.advance(0);
    expect(second.outcomes).toMatchObject([{ kind: 'not-spawned', problem: 'missing-binary' }]);
  });
});
