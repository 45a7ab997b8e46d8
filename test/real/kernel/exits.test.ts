/** The ends of processes that are not our children, told by events. Real OS. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Exits, Gone } from '../../../src/kernel/linux/exit-polls.ts';
import { createExits } from '../../../src/kernel/linux/exits.ts';
import { identify } from '../../../src/kernel/linux/identity.ts';
import { canWatch, type WatcherListener } from '../../../src/kernel/linux/watcher.ts';
import type { ProcessIdentity } from '../../../src/machines/vocabulary.ts';

const children: ChildProcess[] = [];
let polled: { identity: ProcessIdentity; gone: Gone; isCancelled: boolean }[];
let exits: Exits;

/** Asks nothing: whatever is told was told by an event. */
const neverPolls: Exits = {
  watch(identity, gone) {
    const one = { identity, gone, isCancelled: false };
    polled.push(one);
    return () => {
      one.isCancelled = true;
    };
  },
  sawAlive: () => false,
  close() {},
};

beforeEach(() => {
  polled = [];
  exits = createExits(neverPolls);
});

afterEach(async () => {
  exits.close();
  for (const child of children.splice(0)) await end(child);
});

function sleeper(): { child: ChildProcess; identity: ProcessIdentity } {
  const child = spawn('sleep', ['1000'], { stdio: 'ignore' });
  children.push(child);
  const identity = identify(child.pid ?? 0);
  if (identity === null) throw new Error('not started');
  return { child, identity };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}

/** Resolves with whether it had been seen alive. */
const told = (identity: ProcessIdentity) =>
  new Promise<boolean>((resolve) => exits.watch(identity, resolve));

/** Resolves when the watcher has answered to all that it was asked until now. */
async function answered(): Promise<void> {
  const { child, identity } = sleeper();
  const gone = told(identity);
  child.kill('SIGKILL');
  await gone;
}

const childrenOf = (name: string) =>
  readdirSync('/proc').filter((pid) => {
    try {
      const [stat, line] = ['stat', 'cmdline'].map((file) =>
        readFileSync(`/proc/${pid}/${file}`, 'latin1'),
      );
      const parent = Number(stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      return parent === process.pid && line?.startsWith(name) === true;
    } catch {
      return false;
    }
  });

describe.runIf(canWatch())('the end of a process that is not our child', () => {
  it('is told by an event, and nobody is asked', async () => {
    const { child, identity } = sleeper();
    const gone = told(identity);
    await answered();
    expect(exits.sawAlive(identity)).toBe(true);
    child.kill('SIGKILL');
    expect(await gone).toBe(true);
    expect(exits.sawAlive(identity)).toBe(false);
    expect(polled).toEqual([]);
  });

  it('is told to each who watches it, and to nobody who has let go', async () => {
    const { child, identity } = sleeper();
    let calls = 0;
    const unwatch = exits.watch(identity, () => {
      calls += 1;
    });
    const both = Promise.all([told(identity), told(identity)]);
    await answered();
    unwatch();
    child.kill('SIGKILL');
    expect(await both).toEqual([true, true]);
    expect(calls).toBe(0);
  });

  it('is told as well where it comes before anybody could be asked to watch', async () => {
    const { child, identity } = sleeper();
    const gone = told(identity);
    await end(child);
    expect(await gone).toBe(true);
    expect(polled).toEqual([]);
  });

  it('is told for more at once than a set of descriptors usually has room for', async () => {
    const { child, identity } = sleeper();
    const all = Promise.all(Array.from({ length: 1_500 }, () => told(identity)));
    await answered();
    child.kill('SIGKILL');
    expect((await all).every(Boolean)).toBe(true);
    expect(polled).toEqual([]);
  });

  it('is asked for where it cannot be told, as of one that has been reaped', async () => {
    const { child, identity } = sleeper();
    await end(child);
    exits.watch(identity, () => {});
    expect(polled.map((one) => one.identity)).toEqual([identity]);
  });

  it('is asked for from the moment on in which the watcher was killed, and told to the next', async () => {
    const one = sleeper();
    const gone = told(one.identity);
    await answered();
    for (const pid of childrenOf('drover: watches')) process.kill(Number(pid), 'SIGKILL');
    await expect.poll(() => polled.length).toBe(1);
    polled[0]?.gone(false);
    expect(await gone).toBe(false);

    const other = sleeper();
    const next = told(other.identity);
    await answered();
    other.child.kill('SIGKILL');
    expect(await next).toBe(true);
    expect(polled).toHaveLength(1);
  });

  it('needs no watcher once nobody manages any more', async () => {
    const { identity } = sleeper();
    void told(identity);
    await answered();
    exits.close();
    await expect.poll(() => childrenOf('drover: watches')).toEqual([]);
  });
});

it.each([
  { end: 'said nothing', tries: 1 },
  { end: 'could not start', tries: 2 },
] as const)('is asked for where the watcher $end, which is tried $tries times', async (row) => {
  let opened = 0;
  exits = createExits(neverPolls, {
    can: () => true,
    open(listener) {
      opened += 1;
      process.nextTick(() => listener.ended(row.end));
      return { watch() {}, forget() {}, close() {} };
    },
  });
  const { identity } = sleeper();
  const unwatch = exits.watch(identity, () => {});
  await expect.poll(() => polled.length).toBe(1);
  unwatch();
  expect(polled[0]?.isCancelled).toBe(true);
  exits.watch(identity, () => {});
  await expect.poll(() => polled.length).toBe(2);
  expect(opened).toBe(row.tries);
});

/** Answers nothing by itself. */
function createSilentWatcher() {
  const forgotten: number[] = [];
  const silent = {
    forgotten,
    listener: null as WatcherListener | null,
    access: {
      can: () => true,
      open(listener: WatcherListener) {
        silent.listener = listener;
        return { watch() {}, forget: (id: number) => void forgotten.push(id), close() {} };
      },
    },
  };
  return silent;
}

it('is told when its number has changed hands before the watcher looked', async () => {
  const silent = createSilentWatcher();
  exits = createExits(neverPolls, silent.access);
  const { child, identity } = sleeper();
  const gone = told(identity);
  await end(child);
  silent.listener?.watching(1);
  expect(await gone).toBe(true);
  expect(silent.forgotten).toEqual([1]);
});

it('is asked for where the kernel refuses to tell, of those alone', async () => {
  const silent = createSilentWatcher();
  exits = createExits(neverPolls, silent.access);
  const [one, other] = [sleeper().identity, sleeper().identity];
  const gone = told(one);
  void told(other);
  silent.listener?.refused(1);
  expect(polled.map(({ identity }) => identity)).toEqual([one]);
  expect(exits.sawAlive(one)).toBe(false);
  expect(exits.sawAlive(other)).toBe(true);
  polled[0]?.gone(true);
  expect(await gone).toBe(true);
});
