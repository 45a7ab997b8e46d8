import { describe, expect, it } from 'vitest';
import { SimulatedKernel } from '../../../src/kernel/simulated/index.ts';
import type { SpawnProblem } from '../../../src/machines/vocabulary.ts';
import { command, LIFELINE, start, started } from './stage.ts';

describe('a spawn', () => {
  it('cannot be of a program that has no script', () => {
    expect(start(new SimulatedKernel()).problem).toBe('missing-binary');
  });

  it('finds the script by the name of the program, or by its whole command line', () => {
    const kernel = new SimulatedKernel()
      .script('nginx', { problem: 'not-executable' })
      .script('/usr/sbin/nginx -t', {});
    const check = command('/usr/sbin/nginx', '-t');
    expect(start(kernel, '/usr/sbin/nginx').problem).toBe('not-executable');
    expect(start(kernel, 'nginx', { command: check }).identity).not.toBeNull();
  });

  it('takes the next script at each start, and the last one for ever', () => {
    const kernel = new SimulatedKernel().script(
      'web',
      { problem: 'missing-cwd' },
      { exitsAfterMs: 5, exitCode: 3 },
      {},
    );
    expect(start(kernel).problem).toBe('missing-cwd');
    const second = start(kernel);
    const third = start(kernel);
    const fourth = start(kernel);
    kernel.clock.advance(1_000);
    expect([second.exit, third.exit, fourth.exit]).toEqual([{ code: 3, signal: null }, null, null]);
  });

  it.each<SpawnProblem>([
    'missing-binary',
    'missing-interpreter',
    'missing-cwd',
    'forbidden-cwd',
    'not-executable',
    'unknown-user',
    'unknown-group',
    'not-permitted',
    'arguments-too-long',
    'nul-byte',
    'out-of-resources',
    'log-not-writable',
    'other',
  ])('fails so many times with %s, and then no more', (problem) => {
    const kernel = new SimulatedKernel().script('web', {});
    kernel.failSpawns(problem, 2);
    expect([start(kernel).problem, start(kernel).problem]).toEqual([problem, problem]);
    expect(start(kernel).identity).not.toBeNull();
    expect(kernel.history.spawns.map((spawn) => spawn.problem)).toEqual([problem, problem, null]);
  });

  it('fails for want of resources where every pid is taken', () => {
    const kernel = new SimulatedKernel({ pids: { first: 10, last: 12 } }).script('web', {});
    expect(start(kernel).identity?.pid).toBe(11);
    expect(start(kernel).identity?.pid).toBe(12);
    expect(start(kernel).problem).toBe('out-of-resources');
  });

  it('fails where its log cannot be written', () => {
    const kernel = new SimulatedKernel().script('web', {});
    kernel.fault({ code: 'EACCES', under: '/var/log' });
    expect(start(kernel, 'web', { output: '/var/log/web.log' }).problem).toBe('log-not-writable');
  });

  it('may not change its user, unless the manager is root', () => {
    const other = {
      command: { ...command('web'), credentials: { user: 33, group: 33 } },
    };
    const plain = new SimulatedKernel().script('web', {});
    const root = new SimulatedKernel({ uid: 0 }).script('web', {});
    expect(start(plain, 'web', other).problem).toBe('not-permitted');
    expect(start(root, 'web', other).problem).toBeNull();
  });

  it('ends as its script says: with a code, or by a signal', () => {
    const kernel = new SimulatedKernel().script(
      'web',
      { exitsAfterMs: 10, exitCode: 2 },
      { exitsAfterMs: 20, exitSignal: 'SIGSEGV' },
    );
    const first = start(kernel);
    const second = start(kernel);
    kernel.clock.advance(10);
    expect(first.exit).toEqual({ code: 2, signal: null });
    kernel.clock.advance(10);
    expect(second.exit).toEqual({ code: null, signal: 'SIGSEGV' });
  });

  it('prints into its log, and says when it is ready', () => {
    const kernel = new SimulatedKernel().script('web', {
      prints: [{ line: 'hello' }, { afterMs: 50, line: 'ready' }],
      notifiesReadyAfterMs: 50,
    });
    const request = { output: '/log/web.log', notifySocket: '/run/web.notify' };
    const told = start(kernel, 'web', request);
    const silent = start(kernel);
    kernel.clock.advance(50);
    expect(kernel.files.read('/log/web.log')).toBe('hello\nready\n');
    expect(told.notified).toEqual([{ READY: '1' }]);
    expect(silent.notified).toEqual([]);
  });
});

describe('the pids', () => {
  it('are used again when the last one has been given, and then bear another start time', () => {
    const kernel = new SimulatedKernel({ pids: { first: 10, last: 12 } });
    kernel.script('web', { exitsAfterMs: 1 });
    const first = started(kernel);
    kernel.clock.advance(1);
    kernel.clock.advance(0);
    const stranger = kernel.bear('sshd');
    const again = kernel.bear('cron');

    expect(again.pid).toBe(first.identity.pid);
    expect(stranger.pid).toBe(12);
    expect(kernel.isAlive(first.identity)).toBe(false);
    expect(kernel.identify(again.pid)).toEqual(again);
    expect(kernel.signal(first.tree, first.identity, 'SIGTERM', 'process')).toBe('gone');
    expect(kernel.isEmpty(first.tree)).toBe(true);
    expect(kernel.signalTree(first.tree, 'SIGKILL')).toEqual({ sent: 0, refused: 0 });
  });

  it('are not free while a zombie or a process group still bears them', () => {
    const kernel = new SimulatedKernel({ pids: { first: 10, last: 14 }, initReapsAfterMs: 1_000 });
    kernel.script('web', { workers: [{ outlivesParent: 'always' }] });
    const { identity } = started(kernel);
    kernel.clock.advance(0);
    kernel.kill(identity);
    kernel.clock.advance(0);
    const stranger = kernel.bear('zombie', { exitsAfterMs: 5 });
    kernel.clock.advance(5);

    expect(kernel.identify(stranger.pid)).toBeNull();
    expect(kernel.bear('other').pid).toBe(14);
    expect(() => kernel.bear('one too many')).toThrow('no pid is free');
    kernel.clock.advance(1_000);
    expect(kernel.bear('other').pid).toBe(stranger.pid);
  });
});

it('writes down every spawn', () => {
  const kernel = new SimulatedKernel().script('web', {});
  kernel.clock.advance(7);
  const { identity } = started(kernel);
  expect(kernel.history.spawns).toMatchObject([
    { at: 7, program: 'web', kind: 'service', lifeline: LIFELINE, identity, problem: null },
  ]);
});
