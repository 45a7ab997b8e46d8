/**
 * Keeps who was left behind by a main process that died, and was proved to be: later
 * the proof may be gone. It decides who that is, and asks the table.
 */
import type { ProcessIdentity } from '../../machines/vocabulary.ts';
import type { Tree } from '../port.ts';
import { identityOf, isAlive, isFromHere } from './identity.ts';
import { groupExists } from './signals.ts';
import type { ProcessStat } from './stat.ts';
import type { SharedTable } from './table.ts';

/** So many are kept before the dead among them are looked for. */
const many = 64;

export interface Leftovers {
  /** To be told in the moment of its exit, or where it was seen alive a moment ago. */
  note(main: ProcessIdentity): void;
  /** Who was proved stays proved, also when the ones that proved it die. */
  keep(tree: Tree, found: readonly ProcessStat[]): void;
  of(main: ProcessIdentity | null): readonly ProcessIdentity[];
}

/**
 * Children that a dead main leaves in its session and that dropped the lifeline, as
 * those of Python do, are proved only by being seen there in the moment of its exit.
 */
export function createLeftovers(shared: SharedTable): Leftovers {
  const byMain = new Map<string, readonly ProcessIdentity[]>();
  const keyOf = (main: ProcessIdentity) => `${main.pid}:${main.startTime}`;

  const remember = (main: ProcessIdentity, left: readonly ProcessIdentity[]) => {
    if (byMain.size >= many) forgetTheDead(byMain);
    byMain.set(keyOf(main), left);
  };

  const note = (main: ProcessIdentity) => {
    if (!groupExists(main.pid)) return;
    const left = leftIn(shared, main);
    if (left.length > 0) remember(main, left);
  };

  const keep = (tree: Tree, found: readonly ProcessStat[]) => {
    const { main } = tree;
    if (main === null || found.some((stat) => stat.pid === main.pid)) return;
    remember(main, found.map(identityOf));
  };

  const of = (main: ProcessIdentity | null) => {
    if (main === null || byMain.size === 0 || !isFromHere(main)) return [];
    const left = byMain.get(keyOf(main));
    if (left === undefined || left.some(isAlive)) return left ?? [];
    byMain.delete(keyOf(main));
    return [];
  };

  return { note, keep, of };
}

function forgetTheDead(byMain: Map<string, readonly ProcessIdentity[]>): void {
  for (const [key, left] of byMain) {
    if (!left.some(isAlive)) byMain.delete(key);
  }
}

function leftIn(shared: SharedTable, main: ProcessIdentity): readonly ProcessIdentity[] {
  const table = shared.current();
  // The leader's number in use again would mean that the session is not the one we knew.
  const leader = table.find(main.pid);
  if (leader !== null && leader.startTime !== main.startTime) return [];
  return table
    .inSession(main.pid)
    .filter((stat) => stat.pid !== main.pid && stat.startTime >= main.startTime)
    .map(identityOf);
}
