import { execFileSync } from 'node:child_process';
import { statSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  cleanUp,
  command,
  here,
  lifelineEnd,
  newKernel,
  shell,
  start,
  until,
  useWorld,
} from './support.ts';

useWorld();

describe('a lifeline', () => {
  it('is made with many others in one call, for its owner alone', () => {
    const paths = Array.from({ length: 700 }, (_, index) => here().path(`${index}.life`));
    const kernel = newKernel({ launcher: 'never' });
    kernel.makeLifelines(paths);
    kernel.makeLifelines(paths);
    kernel.close();
    for (const path of paths) {
      expect(statSync(path).isFIFO()).toBe(true);
      expect(statSync(path).mode & 0o777).toBe(0o600);
    }
  });

  it('is never a file that is there already, nor a link', () => {
    writeFileSync(here().path('file'), '');
    expect(() => here().kernel.makeLifelines([here().path('file')])).toThrow(/is not a FIFO/);
    execFileSync('mkfifo', [here().path('fifo')]);
    symlinkSync(here().path('fifo'), here().path('link'));
    expect(() => here().kernel.makeLifelines([here().path('link')])).toThrow(/is not a FIFO/);
    expect(() => here().kernel.isHeld(here().path('link'))).toThrow(/ELOOP/);
  });

  it('is held by nobody where there is none', async () => {
    expect(here().kernel.isHeld(here().path('none'))).toBe(false);
    await lifelineEnd(here().path('none'));
  });

  it('ends when the last of the tree does, though that has a session of its own', async () => {
    const { tree, main, exited } = await start(shell('setsid sleep 60 & exit 0'));
    expect(await exited).toEqual({ code: 0, signal: null });
    const { kernel } = here();
    expect(kernel.isAlive(main)).toBe(false);
    expect(kernel.isHeld(tree.lifeline)).toBe(true);
    expect(kernel.isEmpty(tree)).toBe(false);
    await until(() => kernel.describe(tree)[0]?.command === 'sleep 60');
    const [grandchild] = kernel.members(tree);
    if (grandchild === undefined) throw new Error('no grandchild');
    expect(kernel.holds(tree.lifeline, grandchild)).toBe(true);

    const ended = lifelineEnd(tree.lifeline);
    expect(kernel.signal(tree, grandchild, 'SIGTERM', 'process')).toBe('sent');
    await ended;
    expect(kernel.isHeld(tree.lifeline)).toBe(false);
    expect(kernel.isEmpty(tree)).toBe(true);
  });

  it('is not held by those who only watch it', async () => {
    const { tree, main } = await start(command('sleep', '60'));
    const { kernel } = here();
    kernel.watchLifeline(tree.lifeline, () => {});
    expect(kernel.holds(tree.lifeline, kernel.self())).toBe(false);
    expect(kernel.members({ ...tree, main: null })).toEqual([main]);
  });

  it('is found wherever a process has moved it', async () => {
    const { tree, main } = await start(
      command('bash', '-c', 'exec 99>&61 61>&-; echo moved; sleep 60'),
    );
    await until(() => (here().kernel.files.size(here().path('service.log')) ?? 0) > 0);
    const { kernel } = here();
    expect(kernel.holds(tree.lifeline, main)).toBe(true);
    expect(kernel.members({ ...tree, main: null })).toContainEqual(main);
  });

  it('tells a process that has let go of it from one that holds it', async () => {
    const { tree, main } = await start(command('bash', '-c', 'exec 61>&-; sleep 60'));
    await until(() => !here().kernel.isHeld(tree.lifeline));
    expect(here().kernel.holds(tree.lifeline, main)).toBe(false);
    expect(here().kernel.isEmpty(tree)).toBe(false);
  });

  it('is not that of another service', async () => {
    const one = await start(command('sleep', '60'), { name: 'one' });
    const other = await start(command('sleep', '60'), { name: 'other' });
    expect(here().kernel.holds(one.tree.lifeline, other.main)).toBe(false);
    expect(here().kernel.members(one.tree)).toEqual([one.main]);
  });

  it('is told once, and not to who has cancelled', async () => {
    const { tree, main, exited } = await start(command('sleep', '60'));
    const cancel = here().kernel.watchLifeline(tree.lifeline, () => expect.unreachable());
    cancel();
    const ended = lifelineEnd(tree.lifeline);
    process.kill(main.pid, 'SIGKILL');
    await Promise.all([ended, exited]);
  });

  it('is not disturbed by what a service writes to it', async () => {
    const { tree, log } = await start(
      shell('head -c 20000 /dev/zero >/proc/self/fd/61; echo written; exec sleep 60'),
    );
    const ended = lifelineEnd(tree.lifeline);
    await until(() => (here().kernel.files.size(log) ?? 0) > 0);
    expect(here().kernel.isHeld(tree.lifeline)).toBe(true);
    here().kernel.signalTree(tree, 'SIGKILL');
    await ended;
    expect(here().kernel.isHeld(tree.lifeline)).toBe(false);
  });
});

describe('an empty tree', () => {
  it('is not one whose main left a child without the lifeline behind', async () => {
    // As those of Python's subprocess are: the session is the only trace.
    const { tree, exited } = await start(
      command(
        'bash',
        '-c',
        'bash -c "exec 61>&-; echo; exec sleep 60" & until [ -s service.log ]; do :; done; kill -9 $$',
      ),
    );
    expect(await exited).toEqual({ code: null, signal: 'SIGKILL' });
    const { kernel } = here();
    expect(kernel.isHeld(tree.lifeline)).toBe(false);
    expect(kernel.isEmpty(tree)).toBe(false);
    const [left] = kernel.members(tree);
    if (left === undefined) throw new Error('nobody left');
    expect(kernel.signal(tree, left, 'SIGTERM', 'process')).toBe('sent');
    await until(() => kernel.isEmpty(tree));
    cleanUp(tree);
  });
});
