/**
 * Asks who is of which tree, for many trees at once and often. Most are found by their
 * numbers alone. Of the others is remembered which lifeline they hold: it is looked at
 * once in the life of a process, for who holds one has it from birth.
 */
import type { ProcessIdentity } from '../../machines/vocabulary.ts';
import type { Tree } from '../port.ts';
import { type FifoKey, fifoKey, heldAtUsualNumber } from './holders.ts';
import { isFromHere } from './identity.ts';
import type { Work } from './slices.ts';
import type { ProcessStat } from './stat.ts';
import type { ProcessTable } from './table.ts';
import { grow, type Trees } from './trees.ts';

/** The members of each tree, in the order of the trees. */
export type Memberships = (
  table: ProcessTable,
  trees: readonly Tree[],
) => Work<readonly (readonly ProcessStat[])[]>;

type Holders = ReadonlyMap<FifoKey, readonly ProcessStat[]>;

/** `heldBy` asks the OS. */
export function createMemberships(
  known: Trees['known'],
  heldBy: (pid: number) => FifoKey | null = heldAtUsualNumber,
): Memberships {
  const remembered = createMemory(heldBy);

  return function* membersOf(table, trees) {
    const members: (readonly ProcessStat[])[] = [];
    const claimed = new Set<number>();
    for (const tree of trees) {
      const found = grow(table, tree, named(table, tree, known(tree)));
      for (const { pid } of found) claimed.add(pid);
      members.push(found);
      yield;
    }
    const others = table.all.filter(({ pid }) => !claimed.has(pid));
    const holders = yield* remembered(others);
    return holders.size === 0 ? members : yield* withHolders(table, trees, members, holders);
  };
}

function named(table: ProcessTable, { main }: Tree, known: readonly ProcessIdentity[]) {
  const all = main === null ? known : [main, ...known];
  return all.map((identity) => inTable(table, identity)).filter((stat) => stat !== null);
}

function inTable(table: ProcessTable, identity: ProcessIdentity): ProcessStat | null {
  const stat = table.find(identity.pid);
  return stat?.startTime === identity.startTime && isFromHere(identity) ? stat : null;
}

function* withHolders(
  table: ProcessTable,
  trees: readonly Tree[],
  members: readonly (readonly ProcessStat[])[],
  holders: Holders,
): Work<readonly (readonly ProcessStat[])[]> {
  const all: (readonly ProcessStat[])[] = [];
  for (const [i, tree] of trees.entries()) {
    const found = members[i] ?? [];
    const key = fifoKey(tree.lifeline);
    const more = key === null ? undefined : holders.get(key);
    all.push(more === undefined ? found : grow(table, tree, [...found, ...more]));
    yield;
  }
  return all;
}

/** Each process is asked for once; the dead are forgotten. */
function createMemory(heldBy: (pid: number) => FifoKey | null) {
  let memory = new Map<number, { readonly startTime: number; readonly key: FifoKey | null }>();

  return function* holdersAmong(stats: readonly ProcessStat[]): Work<Holders> {
    const next: typeof memory = new Map();
    const holders = new Map<FifoKey, ProcessStat[]>();
    for (const stat of stats) {
      const { pid, startTime } = stat;
      const before = memory.get(pid);
      const isKnown = before?.startTime === startTime;
      const key = isKnown ? before.key : heldBy(pid);
      if (!isKnown) yield;
      next.set(pid, { startTime, key });
      if (key !== null) holders.set(key, [...(holders.get(key) ?? []), stat]);
    }
    memory = next;
    return holders;
  };
}
