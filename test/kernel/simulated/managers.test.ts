import { describe, expect, it } from 'vitest';
import type { Kernel } from '../../../src/kernel/port.ts';
import { SimulatedKernel } from '../../../src/kernel/simulated/index.ts';
import { command, LIFELINE, start, started } from './stage.ts';

function never(): never {
  return expect.unreachable();
}

function lock(kernel: Kernel, clock = kernel.clock as SimulatedKernel['clock']) {
  let answer: unknown = null;
  kernel.lock('/state', {
    locked: (release) => {
      answer = release;
    },
    taken: (pid) => {
      answer = pid;
    },
    failed: (error) => {
      answer = error.code;
    },
  });
  expect(answer).toBeNull();
  clock.runUntil(() => answer !== null, 1_000);
  return answer;
}

describe('a manager that crashes', () => {
  it('is told nothing any more, while what it started lives on', () => {
    const kernel = new SimulatedKernel().script('web', { notifiesReadyAfterMs: 50 });
    kernel.script('initdb', { exitsAfterMs: 50 });
    const dead = kernel.manager();
    const { told, identity } = started(dead, 'web', { notifySocket: '/run/web.notify' });
    dead.clock.setTimeout(never, 50);
    kernel.clock.setTimeout(never, 50);
    dead.watchLifeline(LIFELINE, never);
    dead.watchExit(identity, never);
    dead.watchFile('/state/x', never);
    dead.check({ kind: 'tcp', host: 'localhost', port: 1 }, anyContext, never);
    dead.run(command('initdb'), { lifeline: null, output: null, timeoutMs: 100 }, never);

    kernel.crashManager(dead);
    kernel.disk.put('/state/x', '');
    kernel.clock.advance(50);
    kernel.kill(identity);
    kernel.clock.advance(5_000);
    expect(told).toMatchObject({ exit: null, notified: [] });
    expect(dead.open).toBe(0);
  });

  it('can do nothing any more', () => {
    const kernel = new SimulatedKernel().script('web', {});
    const dead = kernel.manager();
    const { identity, tree } = started(dead);
    kernel.crashManager(dead);

    expect(start(dead)).toMatchObject({ identity: null, problem: null });
    expect(dead.signal(tree, identity, 'SIGKILL', 'process')).toBe('gone');
    expect(dead.signalTree(tree, 'SIGKILL')).toEqual({ sent: 0, refused: 0 });
    dead.files.append('/state/journal', 'x');
    dead.makeLifelines(['/state/lifeline']);
    kernel.clock.advance(1_000);
    expect(kernel.isAlive(identity)).toBe(true);
    expect(kernel.disk.exists('/state/journal')).toBe(false);
    expect(kernel.disk.exists('/state/lifeline')).toBe(false);
  });

  it('leaves its processes to a successor, who learns of their end by watching', () => {
    const kernel = new SimulatedKernel().script('web', {});
    const { told, identity, tree } = started(kernel);
    kernel.crashManager();
    const next = kernel.manager();
    const news: string[] = [];
    next.watchLifeline(LIFELINE, () => news.push('lifeline'));
    next.watchExit(identity, () => news.push('exit'));

    expect(next.describe(tree)).toMatchObject([{ parentPid: 1, holdsLifeline: true }]);
    expect(next.signal(tree, identity, 'SIGTERM', 'process')).toBe('sent');
    kernel.clock.advance(1_000);
    expect(news).toEqual(['lifeline', 'exit']);
    expect(told.exit).toBeNull();
    expect(kernel.violations).toEqual([]);
  });

  it('may die at any of its effects: between a spawn and its record, for one', () => {
    const kernel = new SimulatedKernel().script('web', {});
    const manager = kernel.manager();
    manager.files.makeDirectory('/state');
    kernel.crashManagerAfter(1);
    expect(start(manager).identity).not.toBeNull();
    manager.files.append('/state/journal', 'spawned');
    expect(manager.alive).toBe(false);
    expect(kernel.alive(LIFELINE)).toHaveLength(1);
    expect(kernel.disk.exists('/state/journal')).toBe(false);
  });

  it('does not take the world’s own plans along', () => {
    const kernel = new SimulatedKernel();
    let happened = false;
    kernel.at(10, () => {
      happened = true;
    });
    kernel.crashManager();
    kernel.clock.advance(10);
    expect(happened).toBe(true);
  });
});

describe('the lock of a directory', () => {
  it('is one manager’s until it is released, or dies', () => {
    const kernel = new SimulatedKernel();
    const first = kernel.manager();
    const second = kernel.manager();
    const release = lock(first, kernel.clock) as () => void;
    expect(lock(second, kernel.clock)).toBe(first.process.pid);
    release();
    expect(lock(second, kernel.clock)).toBeTypeOf('function');
    expect(lock(first, kernel.clock)).toBe(second.process.pid);
    kernel.crashManager(second);
    expect(lock(first, kernel.clock)).toBeTypeOf('function');
    first.close();
    expect(lock(kernel.manager(), kernel.clock)).toBeTypeOf('function');
  });

  it('cannot be had where nothing can be written', () => {
    const kernel = new SimulatedKernel();
    kernel.fault({ code: 'EROFS' });
    expect(lock(kernel.manager(), kernel.clock)).toBe('EROFS');
  });
});

describe('a reboot', () => {
  it('ends everybody, empties /run, and makes every identity and every time a new one', () => {
    const kernel = new SimulatedKernel().script('web', {
      pidFile: { path: '/run/web.pid' },
      listensOn: [80],
    });
    const { told, identity, tree } = started(kernel);
    kernel.clock.setTimeout(never, 100);
    kernel.clock.advance(50);
    kernel.files.append(LIFELINE.replace('web', 'note'), 'x');
    kernel.reboot();
    const next = kernel.manager();
    const stranger = kernel.bear('sshd');
    kernel.clock.advance(60);

    expect(told.exit).toBeNull();
    expect(next.clock.now()).toBe(60);
    expect(kernel.clock.elapsed()).toBe(110);
    expect(next.readPidFile('/run/web.pid')).toEqual({ kind: 'absent' });
    expect(next.isHeld(LIFELINE)).toBe(false);
    expect(stranger.pid).toBe(identity.pid);
    expect(next.isAlive(identity)).toBe(false);
    expect(next.isEmpty(tree)).toBe(true);
    expect(next.signal(tree, identity, 'SIGKILL', 'process')).toBe('gone');
    started(next);
    kernel.clock.advance(0);
    expect(kernel.alive(LIFELINE)).toHaveLength(1);
  });
});

it('counts what a manager keeps open', () => {
  const manager = new SimulatedKernel().manager();
  const release = manager.hold();
  const cancel = manager.watchFile('/x', () => {});
  expect(manager.open).toBe(2);
  release();
  cancel();
  cancel();
  expect(manager.open).toBe(0);
});

const anyContext = { listenerOf: null, log: null, timeoutMs: 10 };
