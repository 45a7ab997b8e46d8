import { describe, expect, it } from 'vitest';
import { SimulatedKernel } from '../../../src/kernel/simulated/index.ts';
import { LIFELINE, start, started, treeOf } from './stage.ts';

describe('a signal', () => {
  it('ends a well-behaved program at once, but never inside the call', () => {
    const kernel = new SimulatedKernel().script('web', {});
    const { told, identity, tree } = started(kernel);
    expect(kernel.signal(tree, identity, 'SIGTERM', 'process')).toBe('sent');
    expect(kernel.isAlive(identity)).toBe(true);
    expect(told.exit).toBeNull();
    kernel.clock.advance(0);
    expect(told.exit).toEqual({ code: null, signal: 'SIGTERM' });
    expect(kernel.isEmpty(tree)).toBe(true);
  });

  it('is answered later, with a code, or by some signals only', () => {
    const kernel = new SimulatedKernel().script('web', {
      stopsAfterMs: { SIGQUIT: 5_000, SIGTERM: 100 },
      stopCode: 0,
      deafTo: ['SIGINT'],
    });
    const { told, identity, tree } = started(kernel);
    for (const signal of ['SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGTERM'] as const) {
      kernel.signal(tree, identity, signal, 'process');
    }
    kernel.clock.advance(99);
    expect(told.exit).toBeNull();
    kernel.clock.advance(1);
    expect(told.exit).toEqual({ code: 0, signal: null });
  });

  it('is a command where the program says so, and deadly where it does not know it', () => {
    const kernel = new SimulatedKernel().script('web', {}, { diesOf: ['SIGHUP'] });
    const knowing = started(kernel);
    const unknowing = started(kernel);
    for (const { identity, tree } of [knowing, unknowing]) {
      kernel.signal(tree, identity, 'SIGHUP', 'process');
    }
    kernel.clock.advance(0);
    expect(knowing.told.exit).toBeNull();
    expect(unknowing.told.exit).toEqual({ code: null, signal: 'SIGHUP' });
  });

  it('waits for a stopped process to be continued, except SIGKILL', () => {
    const kernel = new SimulatedKernel().script('web', {});
    const patient = started(kernel);
    const killed = started(kernel);
    kernel.stopProcess('web');
    kernel.send(patient.identity, 'SIGTERM');
    kernel.signal(killed.tree, killed.identity, 'SIGKILL', 'process');
    kernel.clock.advance(1_000);
    expect(patient.told.exit).toBeNull();
    expect(killed.told.exit).toEqual({ code: null, signal: 'SIGKILL' });
    kernel.continueProcess('web');
    kernel.clock.advance(0);
    expect(patient.told.exit).toEqual({ code: null, signal: 'SIGTERM' });
  });

  it('of a manager is followed by one to go on', () => {
    const kernel = new SimulatedKernel().script('web', {});
    const { told, identity, tree } = started(kernel);
    kernel.stopProcess('web');
    kernel.signal(tree, identity, 'SIGTERM', 'process');
    kernel.clock.advance(0);
    expect(told.exit).toEqual({ code: null, signal: 'SIGTERM' });
  });

  it('lets a stopped program do later what it would have done meanwhile', () => {
    const kernel = new SimulatedKernel().script('web', { exitsAfterMs: 50 });
    const { told } = started(kernel);
    kernel.stopProcess('web');
    kernel.clock.advance(1_000);
    expect(told.exit).toBeNull();
    kernel.continueProcess('web');
    kernel.clock.advance(0);
    expect(told.exit).toEqual({ code: 0, signal: null });
  });

  it('does not reach a process that hangs in the kernel before it is thawed', () => {
    const kernel = new SimulatedKernel().script('web', { unkillable: true });
    const { told, identity, tree } = started(kernel);
    kernel.signal(tree, identity, 'SIGKILL', 'process');
    kernel.clock.advance(60_000);
    expect(kernel.isAlive(identity)).toBe(true);
    expect(kernel.alive(LIFELINE)).toMatchObject([{ state: 'D' }]);
    kernel.thaw(identity);
    kernel.clock.advance(0);
    expect(told.exit).toEqual({ code: null, signal: 'SIGKILL' });
  });

  it('that arrives while the victim is frozen waits as well', () => {
    const kernel = new SimulatedKernel().script('web', {});
    const { told, identity, tree } = started(kernel);
    kernel.signal(tree, identity, 'SIGKILL', 'process');
    kernel.freeze('web');
    kernel.clock.advance(1_000);
    expect(told.exit).toBeNull();
    kernel.thaw('web');
    kernel.clock.advance(0);
    expect(told.exit).toEqual({ code: null, signal: 'SIGKILL' });
  });

  it('hangs a program for ever that is asked to stop too early', () => {
    const kernel = new SimulatedKernel().script('web', { hangsIfStoppedBeforeMs: 1_000 });
    const early = started(kernel);
    kernel.signal(early.tree, early.identity, 'SIGTERM', 'process');
    kernel.clock.advance(2_000);
    kernel.signal(early.tree, early.identity, 'SIGTERM', 'process');
    kernel.clock.advance(60_000);
    expect(early.told.exit).toBeNull();
    kernel.signal(early.tree, early.identity, 'SIGKILL', 'process');
    kernel.clock.advance(0);
    expect(early.told.exit).toEqual({ code: null, signal: 'SIGKILL' });
  });

  it('reaches the group of a main process, and only its group', () => {
    const kernel = new SimulatedKernel().script('web', {
      workers: [{ count: 2 }, { ownSession: true, outlivesParent: 'always' }],
    });
    const { identity, tree } = started(kernel);
    kernel.clock.advance(0);
    kernel.signal(tree, identity, 'SIGINT', 'group');
    expect(kernel.history.signals).toHaveLength(3);
    kernel.clock.advance(0);
    expect(kernel.alive(LIFELINE)).toHaveLength(1);
  });
});

describe('the proof', () => {
  it('is asked for before every signal', () => {
    const kernel = new SimulatedKernel().script('web', {});
    const { identity, tree } = started(kernel);
    const stranger = kernel.bear('sshd');
    const { process: manager } = kernel.manager();

    expect(kernel.signal(tree, stranger, 'SIGKILL', 'group')).toBe('not-ours');
    expect(kernel.signal(treeOf(manager.identity), manager.identity, 'SIGKILL', 'process')).toBe(
      'not-ours',
    );
    expect(kernel.signal(treeOf(null), identity, 'SIGTERM', 'process')).toBe('sent');
    expect(kernel.history.signals.map(({ pid }) => pid)).toEqual([identity.pid]);
    expect(kernel.violations).toEqual([]);
  });

  it('may be that the process was known before it dropped the lifeline', () => {
    const kernel = new SimulatedKernel().script('web', { dropsLifeline: true });
    const { identity, tree } = started(kernel);
    expect(kernel.holds(LIFELINE, identity)).toBe(false);
    expect(kernel.signal(treeOf(null), identity, 'SIGTERM', 'process')).toBe('not-ours');
    const known = { ...treeOf(null), known: [identity] };
    expect(kernel.members(known)).toEqual([identity]);
    expect(kernel.signal(known, identity, 'SIGHUP', 'process')).toBe('sent');
    expect(kernel.signal(tree, identity, 'SIGTERM', 'process')).toBe('sent');
  });

  it('does not hide from the oracle that a stranger was taken for ours', () => {
    const kernel = new SimulatedKernel();
    const stranger = kernel.bear('sshd');
    kernel.signal(treeOf(stranger), stranger, 'SIGTERM', 'process');
    expect(kernel.violations).toMatchObject([
      { pid: stranger.pid, signal: 'SIGTERM', lifeline: LIFELINE, origin: null },
    ]);
  });
});

it('is refused where the process has changed its user, unless the manager is root', () => {
  for (const [uid, answer] of [
    [1000, 'refused'],
    [0, 'sent'],
  ] as const) {
    const kernel = new SimulatedKernel({ uid }).script('web', { uid: 33 });
    const { identity, tree } = started(kernel);
    expect(kernel.signal(tree, identity, 'SIGTERM', 'process')).toBe(answer);
  }
});

it('finds a zombie gone', () => {
  const kernel = new SimulatedKernel().script('web', {});
  const { identity, tree } = started(kernel);
  kernel.kill(identity);
  expect(kernel.isAlive(identity)).toBe(false);
  expect(kernel.identify(identity.pid)).toBeNull();
  expect(kernel.signal(tree, identity, 'SIGTERM', 'process')).toBe('gone');
});

it('counts those of a tree that were sent to and those that refused', () => {
  const kernel = new SimulatedKernel().script('web', {
    workers: [{ program: { uid: 33 }, outlivesParent: 'always' }, { count: 2 }],
  });
  const told = start(kernel);
  kernel.clock.advance(0);
  expect(kernel.signalTree(treeOf(told.identity), 'SIGTERM')).toEqual({ sent: 3, refused: 1 });
});
