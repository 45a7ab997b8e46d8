import { accessSync, constants, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseStat } from '../../../src/kernel/linux/stat.ts';
import {
  childrenOf,
  command,
  here,
  pause,
  shell,
  signal,
  start,
  stateOf,
  until,
  useWorld,
} from './support.ts';

useWorld();

describe('an identity', () => {
  it('names the process that was started, for as long as it lives', async () => {
    const { main, exited } = await start(command('sleep', '60'));
    const { kernel } = here();
    expect(kernel.identify(main.pid)).toEqual(main);
    expect(kernel.isAlive(main)).toBe(true);
    process.kill(main.pid, 'SIGKILL');
    expect(await exited).toEqual({ code: null, signal: 'SIGKILL' });
    expect(kernel.isAlive(main)).toBe(false);
    expect(kernel.identify(main.pid)).toBeNull();
  });

  it('is that of nobody for numbers that name no process', () => {
    for (const pid of [0, -1, -5, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 32]) {
      expect(here().kernel.identify(pid)).toBeNull();
    }
  });

  it('is not that of a thread that leads no process', () => {
    const thread = `4242 (node) S ${'1 '.repeat(34)}-1 0`;
    expect(parseStat(thread)?.isThread).toBe(true);
  });

  it('does not survive a reboot or a move to another container', async () => {
    const { main, tree } = await start(command('sleep', '60'));
    const strangers = [
      { ...main, bootId: '00000000-0000-0000-0000-000000000000' },
      { ...main, pidNamespace: 'pid:[1]' },
    ];
    for (const stranger of strangers) {
      expect(here().kernel.isAlive(stranger)).toBe(false);
      expect(signal({ ...tree, main: stranger }, stranger, 'SIGKILL')).toBe('gone');
    }
    expect(here().kernel.isAlive(main)).toBe(true);
  });

  it('tells a process from the one that had its pid before', async () => {
    const first = await start(command('sleep', '60'));
    // Two starts in one clock tick cannot be told apart by start time.
    await pause(30);
    process.kill(first.main.pid, 'SIGKILL');
    await first.exited;
    const second = await startWithPid(first.main.pid);
    const old = second.main.pid === first.main.pid ? first.main : forged(second.main);

    expect(here().kernel.isAlive(old)).toBe(false);
    for (const name of ['SIGTERM', 'SIGKILL'] as const) {
      expect(signal({ ...second.tree, main: old }, old, name, 'group')).toBe('gone');
    }
    expect(
      here().kernel.signalTree({ ...second.tree, lifeline: '', main: old }, 'SIGKILL').sent,
    ).toBe(0);
    expect(here().kernel.isAlive(second.main)).toBe(true);
  });
});

describe('a zombie', () => {
  it('of somebody else counts as dead', async () => {
    // The second sleep never waits for the first, which it got by exec.
    const { tree } = await start(shell('sleep 0.2 & exec sleep 60'));
    await until(() => childrenOf(tree).length === 1);
    const [child] = childrenOf(tree);
    if (child === undefined) throw new Error('no child');
    await until(() => stateOf(child.pid) === 'Z');
    process.kill(child.pid, 0);
    expect(here().kernel.isAlive(child)).toBe(false);
    expect(here().kernel.identify(child.pid)).toBeNull();
    expect(childrenOf(tree)).toEqual([]);
    expect(signal({ ...tree, known: [child] }, child, 'SIGTERM')).toBe('gone');
  });

  it('is noticed as the exit of a process that is not our child', async () => {
    const { tree } = await start(shell('sleep 0.2 & exec sleep 60'));
    await until(() => childrenOf(tree).length === 1);
    const [child] = childrenOf(tree);
    if (child === undefined) throw new Error('no child');
    await new Promise<void>((resolve) => here().kernel.watchExit(child, resolve));
    expect(stateOf(child.pid)).toBe('Z');
  });

  it('is not what a process is that calls itself one', async () => {
    const { main, tree } = await start(command('perl', '-e', '$0 = "x) Z 1 1 ("; sleep 60'));
    await until(() => here().kernel.describe(tree)[0]?.command.startsWith('x) Z') === true);
    expect(here().kernel.isAlive(main)).toBe(true);
    expect(signal(tree, main, 'SIGTERM')).toBe('sent');
  });
});

describe('the exit of a process that is not our child', () => {
  it('is told once, within the tick', async () => {
    const { main } = await start(command('sleep', '60'));
    let times = 0;
    const told = new Promise<void>((resolve) => {
      here().kernel.watchExit(main, () => {
        times++;
        resolve();
      });
    });
    process.kill(main.pid, 'SIGKILL');
    await told;
    await pause(20);
    expect(times).toBe(1);
  });

  it('is told at once where it has happened already', async () => {
    const { main, exited } = await start(command('true'));
    await exited;
    const from = performance.now();
    await new Promise<void>((resolve) => here().kernel.watchExit(main, resolve));
    expect(performance.now() - from).toBeLessThan(950);
  });

  it('is not told to who has cancelled', async () => {
    const { main, exited } = await start(command('true'));
    await exited;
    const cancel = here().kernel.watchExit(main, () => expect.unreachable());
    cancel();
    cancel();
    await pause(20);
  });
});

/** Where the kernel lets us choose the next pid; somebody else may always be faster. */
async function startWithPid(pid: number) {
  const lastPid = '/proc/sys/kernel/ns_last_pid';
  for (let tries = 0; tries < 50 && isWritable(lastPid); tries++) {
    writeFileSync(lastPid, String(pid - 1));
    const started = await start(command('sleep', '60'), { name: 'second' });
    if (started.main.pid === pid) return started;
  }
  return start(command('sleep', '60'), { name: 'second' });
}

const forged = <Identity extends { readonly startTime: number }>(identity: Identity): Identity => ({
  ...identity,
  startTime: identity.startTime - 1,
});

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
