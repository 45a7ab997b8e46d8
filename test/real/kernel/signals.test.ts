import { describe, expect, it } from 'vitest';
import { readStat } from '../../../src/kernel/linux/stat.ts';
import {
  childrenOf,
  command,
  here,
  lifelineEnd,
  run,
  type Started,
  shell,
  signal,
  start,
  stateOf,
  until,
  useWorld,
} from './support.ts';

useWorld();

const nobody = { lifeline: '', main: null, known: [] };

describe('a signal', () => {
  it('reaches the main process, one known by identity, and one that holds the lifeline', async () => {
    for (const treeOf of [
      ({ tree }: Started) => ({ ...tree, lifeline: '' }),
      ({ main }: Started) => ({ ...nobody, known: [main] }),
      ({ tree }: Started) => ({ ...tree, main: null }),
    ]) {
      const started = await start(command('sleep', '60'));
      expect(signal(treeOf(started), started.main, 'SIGTERM')).toBe('sent');
      expect(await started.exited).toEqual({ code: null, signal: 'SIGTERM' });
    }
  });

  it('never goes to a process that is not proved to be of the tree', async () => {
    const ours = await start(command('sleep', '60'), { name: 'ours' });
    const stranger = await start(command('sleep', '60'), { name: 'stranger' });
    for (const name of ['SIGTERM', 'SIGKILL'] as const) {
      expect(signal(ours.tree, stranger.main, name)).toBe('not-ours');
      expect(signal(ours.tree, stranger.main, name, 'group')).toBe('not-ours');
    }
    expect(here().kernel.signalTree(nobody, 'SIGKILL')).toEqual({ sent: 0, refused: 0 });
    expect(here().kernel.isAlive(stranger.main)).toBe(true);
  });

  it('never goes to us, to whom we live by, to init, or to what is no process', () => {
    const { kernel } = here();
    const self = kernel.self();
    const parent = kernel.identify(process.ppid);
    if (parent === null) throw new Error('no parent');
    const numbers = [0, 1, -1, 2.5, Number.NaN].map((pid) => ({ ...self, pid }));
    for (const target of [self, parent, ...numbers]) {
      for (const scope of ['process', 'group'] as const) {
        const answer = signal(
          { ...nobody, main: target, known: [target] },
          target,
          'SIGKILL',
          scope,
        );
        expect(answer).toBe('not-ours');
      }
      expect(kernel.signalTree({ ...nobody, main: target }, 'SIGKILL').sent).toBe(0);
    }
  });

  it('finds the dead gone', async () => {
    const { tree, main, exited } = await start(command('true'));
    await exited;
    expect(signal(tree, main, 'SIGTERM')).toBe('gone');
    expect(signal(tree, main, 'SIGKILL', 'group')).toBe('gone');
  });

  it('that is to stop a stopped process is followed by one to go on', async () => {
    const { tree, main, exited } = await start(
      shell('trap "exit 7" TERM; echo ready; while :; do sleep 0.01; done'),
    );
    await until(() => (here().kernel.files.size(here().path('service.log')) ?? 0) > 0);
    expect(signal(tree, main, 'SIGSTOP')).toBe('sent');
    await until(() => stateOf(main.pid) === 'T');
    expect(signal(tree, main, 'SIGTERM')).toBe('sent');
    expect(await exited).toEqual({ code: 7, signal: null });
  });

  it('to a group reaches it all while its leader lives', async () => {
    const { tree, main, exited } = await start(shell('sleep 60 & sleep 61 & wait'));
    await until(() => childrenOf(tree).length === 2);
    expect(signal(tree, main, 'SIGTERM', 'group')).toBe('sent');
    await exited;
    await lifelineEnd(tree.lifeline);
  });

  it('to a process leaves its group alone', async () => {
    const { tree, main, exited } = await start(shell('sleep 60 & wait'));
    await until(() => childrenOf(tree).length === 1);
    expect(signal(tree, main, 'SIGTERM', 'process')).toBe('sent');
    await exited;
    expect(childrenOf(tree)).toHaveLength(1);
  });

  it('to a group without its leader reaches those who are left of it', async () => {
    const { tree, main, exited } = await start(shell('sleep 60 & sleep 61 & exit 0'));
    await exited;
    expect(here().kernel.members(tree)).toHaveLength(2);
    expect(signal(tree, main, 'SIGTERM', 'group')).toBe('sent');
    await lifelineEnd(tree.lifeline);
    // A process lets go of its files a moment before it is gone itself.
    await until(() => signal(tree, main, 'SIGTERM', 'group') === 'gone');
  });
});

describe('a signal to a tree', () => {
  it('reaches every session of it, and tells how many it reached', async () => {
    const { tree, exited } = await start(
      shell('setsid sh -c "setsid sleep 60 & exec sleep 61" & exec sleep 62'),
    );
    await until(() => childrenOf(tree).length === 2);
    expect(here().kernel.signalTree(tree, 'SIGKILL')).toEqual({ sent: 3, refused: 0 });
    await exited;
    await lifelineEnd(tree.lifeline);
    expect(here().kernel.isEmpty(tree)).toBe(true);
  });

  it('reaches descendants that have dropped the lifeline', async () => {
    const { tree } = await start(
      shell(`setsid bash -c 'exec 61>&-; exec sleep 60' & exec sleep 61`),
    );
    await until(() =>
      here()
        .kernel.describe(tree)
        .some((one) => !one.holdsLifeline),
    );
    const [dropped] = childrenOf(tree);
    if (dropped === undefined) throw new Error('no child');
    expect(here().kernel.signalTree(tree, 'SIGKILL')).toEqual({ sent: 2, refused: 0 });
    await until(() => !here().kernel.isAlive(dropped));
  });

  it('lists parents before their children', async () => {
    const { tree, main } = await start(shell('sh -c "sleep 60; true"; true'));
    await until(() => here().kernel.members(tree).length === 3);
    const members = here().kernel.describe(tree);
    const [, middle] = members.map((member) => member.identity.pid);
    expect(members.slice(1).map((member) => member.parentPid)).toEqual([main.pid, middle]);
  });

  it('does not reach the service whose lifeline a command by the way holds', async () => {
    const { tree, main } = await start(command('sleep', '60'));
    const outcome = await new Promise((resolve) =>
      here().kernel.run(
        shell('sleep 61'),
        { lifeline: tree.lifeline, output: null, timeoutMs: 50 },
        resolve,
      ),
    );
    expect(outcome).toEqual({ kind: 'timed-out', output: '' });
    // A killed one may still be on its way out.
    await until(() => here().kernel.members(tree).length === 1);
    expect(here().kernel.members(tree)).toEqual([main]);
  });
});

describe('a description', () => {
  it('says what each process of a tree is and costs', async () => {
    const { tree, main } = await start(command('sleep', '60'));
    const about = () => here().kernel.describe(tree)[0];
    // At its very start it has nothing in memory yet.
    await until(() => (about()?.residentBytes ?? 0) > 100_000);
    const info = about();
    expect(info).toMatchObject({
      identity: main,
      parentPid: readStat(main.pid)?.parentPid,
      command: 'sleep 60',
      holdsLifeline: true,
    });
    expect((await run(command('true'))).kind).toBe('exited');
  });
});
