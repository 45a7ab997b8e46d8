import { describe, expect, it } from 'vitest';
import type { Tree } from '../../../src/kernel/port.ts';
import type { ProcessIdentity } from '../../../src/machines/vocabulary.ts';
import { startManager, useCompiledKernel } from './manager.ts';
import {
  cleanUp,
  command,
  here,
  lifelineEnd,
  newKernel,
  start,
  stateOf,
  until,
  useWorld,
} from './support.ts';

useWorld();
useCompiledKernel();

/** The script of a manager that starts one service, and tells of it. */
const starting = (...argv: readonly string[]) => `
  kernel.spawn(
    {
      command: command(...${JSON.stringify(argv)}),
      lifeline: ${JSON.stringify(here().path('life'))},
      output: ${JSON.stringify(here().path('log'))},
      notifySocket: null,
    },
    {
      spawned: (main) => tell(main),
      failed: (problem, reason) => tell({ problem, reason }),
      exited() {},
      notified() {},
    },
  );`;

async function startAndKill(...argv: readonly string[]): Promise<Tree> {
  const manager = startManager(starting(...argv));
  const main = (await manager.tell()) as ProcessIdentity;
  await manager.kill();
  const tree = { lifeline: here().path('life'), main, known: [] };
  cleanUp(tree);
  return tree;
}

describe('a service whose manager was killed', () => {
  it('lives on, is the same one to the next manager, and its end is an event', async () => {
    const tree = await startAndKill('sh', '-c', 'sleep 60 & sleep 61');
    const { kernel } = here();
    const { main } = tree;
    if (main === null) throw new Error('not started');
    expect(kernel.isAlive(main)).toBe(true);
    expect(kernel.identify(main.pid)).toEqual(main);
    expect(kernel.isHeld(tree.lifeline)).toBe(true);
    expect(kernel.holds(tree.lifeline, main)).toBe(true);
    await until(() => kernel.members(tree).length === 3);

    const ended = lifelineEnd(tree.lifeline);
    const gone = new Promise<void>((resolve) => kernel.watchExit(main, resolve));
    expect(kernel.signal(tree, main, 'SIGTERM', 'group')).toBe('sent');
    await Promise.all([ended, gone]);
    // Whether or not anybody has reaped it by now.
    expect(['Z', 'gone']).toContain(stateOf(main.pid));
    expect(kernel.isEmpty(tree)).toBe(true);
  });

  it('is found by its lifeline alone, though nobody wrote down who it is', async () => {
    const { lifeline, main } = await startAndKill('sleep', '60');
    const members = here().kernel.members({ lifeline, main: null, known: [] });
    expect(members).toEqual([main]);
  });

  it('is not there any more where it died as well, whoever has its number', async () => {
    const tree = await startAndKill('true');
    const { main } = tree;
    if (main === null) throw new Error('not started');
    await until(() => !here().kernel.isAlive(main));
    expect(here().kernel.isHeld(tree.lifeline)).toBe(false);
    expect(here().kernel.isEmpty(tree)).toBe(true);
    expect(here().kernel.signal(tree, main, 'SIGKILL', 'group')).toBe('gone');
  });

  it('leaves workers behind that are proved by the lifeline alone', async () => {
    const tree = await startAndKill('sh', '-c', 'sleep 60 & setsid sleep 61 & sleep 62');
    const { kernel } = here();
    if (tree.main === null) throw new Error('not started');
    await until(() => kernel.members(tree).length === 4);
    expect(kernel.signal(tree, tree.main, 'SIGKILL', 'process')).toBe('sent');
    await until(() => kernel.members(tree).length === 3);
    expect(kernel.isEmpty(tree)).toBe(false);
    expect(kernel.signalTree(tree, 'SIGKILL')).toEqual({ sent: 3, refused: 0 });
    await lifelineEnd(tree.lifeline);
    expect(kernel.isEmpty(tree)).toBe(true);
  });
});

describe('a service whose manager was killed, and that has children without the lifeline', () => {
  it('is not empty when its main dies, as long as somebody watched it', async () => {
    const tree = await startAndKill(
      'bash',
      '-c',
      'bash -c "exec 61>&-; exec sleep 60" & exec sleep 61',
    );
    const { kernel } = here();
    const { main } = tree;
    if (main === null) throw new Error('not started');
    await until(() => kernel.describe(tree).some(({ holdsLifeline }) => !holdsLifeline));
    const [child] = kernel.members(tree).filter(({ pid }) => pid !== main.pid);
    if (child === undefined) throw new Error('no child');
    const next = newKernel();
    const gone = new Promise<void>((resolve) => next.watchExit(main, resolve));
    const ended = lifelineEnd(tree.lifeline, next);
    expect(next.signal(tree, main, 'SIGKILL', 'process')).toBe('sent');
    await ended;
    expect(next.isEmpty(tree)).toBe(false);
    // The descriptors of one that is killed are closed a moment before it is dead.
    await gone;
    expect(next.members(tree)).toEqual([child]);
    expect(next.signal(tree, child, 'SIGKILL', 'process')).toBe('sent');
    await until(() => next.isEmpty(tree));
    next.close();
  });
});

describe('a lock', () => {
  const locking = () => `
    kernel.lock(${JSON.stringify(here().directory)}, {
      locked: () => tell(['locked', process.pid]),
      taken: (pid) => tell(['taken', pid]),
      failed: (error) => tell(['failed', error.message]),
    });`;

  it('is freed by the death of the manager, and not held by what it started', async () => {
    const first = startManager(locking() + starting('sleep', '60'));
    expect(await first.tell()).toEqual(['locked', first.pid]);
    const main = (await first.tell()) as ProcessIdentity;
    cleanUp({ lifeline: here().path('life'), main, known: [] });

    const second = startManager(locking());
    expect(await second.tell()).toEqual(['taken', first.pid]);
    await first.kill();
    const third = startManager(locking());
    expect(await third.tell()).toEqual(['locked', third.pid]);
    await Promise.all([second.kill(), third.kill()]);
  });

  it('is one among all who ask at once', async () => {
    const managers = Array.from({ length: 4 }, () => startManager(locking()));
    const told = await Promise.all(managers.map((manager) => manager.tell()));
    const outcomes = (told as [string, number | null][]).map(([kind]) => kind).sort();
    expect(outcomes).toEqual(['locked', 'taken', 'taken', 'taken']);
    await Promise.all(managers.map((manager) => manager.kill()));
  });

  it.runIf(process.getuid?.() === 0)('holds between network and pid namespaces', async () => {
    const first = startManager(locking());
    expect(await first.tell()).toEqual(['locked', first.pid]);
    const inside = ['unshare', '--net', '--pid', '--fork', '--kill-child', '--mount-proc'];
    const second = startManager(locking(), inside);
    expect(await second.tell()).toEqual(['taken', null]);
    await Promise.all([first.kill(), second.kill()]);
  });
});

describe('a manager that runs out of descriptors', () => {
  it('still sees who lives, says so, and can start again when there are some', async () => {
    const other = await start(command('sleep', '60'), { name: 'other' });
    const script = `
      const held = ${JSON.stringify(other.tree.lifeline)};
      kernel.isHeld(held);
      import { openSync, closeSync } from 'node:fs';
      const taken = [];
      try { for (;;) taken.push(openSync('/dev/null', 'r')); } catch {}
      const self = kernel.self();
      tell([kernel.isAlive(self), kernel.isHeld(held), kernel.members({ lifeline: held, main: null, known: [] }).length]);
      for (const free of taken.splice(0, 2)) closeSync(free);
      ${starting('sleep', '60')}
      setTimeout(() => {
        for (const one of taken) closeSync(one);
        ${starting('sleep', '60')}
      }, 50);`;
    const manager = startManager(script, ['prlimit', '--nofile=300:300']);
    expect(await manager.tell()).toEqual([true, true, 1]);
    expect(await manager.tell()).toMatchObject({
      problem: 'out-of-resources',
      reason: expect.stringContaining('too many files open'),
    });
    const main = (await manager.tell()) as ProcessIdentity;
    cleanUp({ lifeline: here().path('life'), main, known: [] });
    expect(here().kernel.isAlive(main)).toBe(true);
    await manager.kill();
  });
});
