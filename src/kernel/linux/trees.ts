/**
 * Asks who is of a tree. A process is of it only by proof: it is the main or a known
 * one by identity, it holds the lifeline, it descends from one that is proved, or it
 * is in a session that the tree made. It signals nobody.
 */
import { basename } from 'node:path';
import type { ProcessIdentity } from '../../machines/vocabulary.ts';
import type { Tree } from '../port.ts';
import { fifoKey, holdsAnywhere } from './holders.ts';
import { identityOf, isAlive, isSame, statOf } from './identity.ts';
import { createLeftovers } from './leftovers.ts';
import { isHeld } from './lifeline.ts';
import { isUntouchable } from './signals.ts';
import type { ProcessStat } from './stat.ts';
import type { ProcessTable, SharedTable } from './table.ts';

export interface Trees {
  /** Living members, parents before children. */
  members(tree: Tree): readonly ProcessStat[];
  isEmpty(tree: Tree): boolean;
  /** By the proofs that need no table. */
  isProved(tree: Tree, identity: ProcessIdentity): boolean;
  /** Those that are known by identity beside the main process: named, or left behind by it. */
  known(tree: Tree): readonly ProcessIdentity[];
  /** To be told in the moment in which a main process of ours was reaped, or seen to be gone. */
  noteExit(main: ProcessIdentity, leftNobody?: boolean): void;
}

/** `sawAlive` answers for a moment ago, and so with whom a session was a moment ago. */
export function createTrees(
  shared: SharedTable,
  sawAlive: (main: ProcessIdentity) => boolean,
): Trees {
  const leftovers = createLeftovers(shared);
  let lastExit: ProcessIdentity | null = null;

  const noteExit = (main: ProcessIdentity, leftNobody = false) => {
    lastExit = main;
    if (!leftNobody) leftovers.note(main);
  };

  /** The first question after an exit is for what is left: that of the dead itself costs 40 us. */
  const isNotedDead = (main: ProcessIdentity) => lastExit !== null && isSame(main, lastExit);

  const known = ({ main, known }: Tree) => [...known, ...leftovers.of(main)];

  const knownNow = (tree: Tree) => {
    const { main } = tree;
    if (main !== null && !isNotedDead(main) && sawAlive(main) && !isAlive(main)) {
      leftovers.note(main);
    }
    return known(tree);
  };

  const members = (tree: Tree) => {
    const roots = [...named(tree, knownNow(tree)), ...holdersOf(shared, tree.lifeline)];
    const found = grow(shared.current(), tree, roots);
    if (found.length > 0) leftovers.keep(tree, found);
    return found;
  };

  const isEmpty = (tree: Tree) => {
    const { main } = tree;
    if (main !== null && !isNotedDead(main) && isAlive(main)) return false;
    return !knownNow(tree).some(isAlive) && !isHeld(tree.lifeline);
  };

  const isProved = (tree: Tree, identity: ProcessIdentity) =>
    (tree.main !== null && isSame(tree.main, identity)) ||
    knownNow(tree).some((one) => isSame(one, identity));

  return { members, isEmpty, isProved, known, noteExit };
}

/** Asked anew: a process may have been started since the table was made. */
function named(tree: Tree, known: readonly ProcessIdentity[]): readonly ProcessStat[] {
  const all = tree.main === null ? known : [tree.main, ...known];
  return all.map(statOf).filter((stat) => stat !== null);
}

/** Everybody's every descriptor is looked at only where the usual number finds nobody. */
function holdersOf(shared: SharedTable, lifeline: string): readonly ProcessStat[] {
  const key = isHeld(lifeline) ? fifoKey(lifeline) : null;
  if (key === null) return [];
  const seen = shared.current().holdersOf(key);
  if (seen.length > 0) return seen;
  // Held, but by nobody in the table: somebody is newer than it, or has moved the descriptor.
  const table = shared.renewed();
  const usual = table.holdersOf(key);
  if (usual.length > 0) return usual;
  const name = basename(lifeline);
  return table.all.filter((stat) => holdsAnywhere(stat.pid, key, name));
}

/** Adds to the proved ones all that they prove, until nothing is added any more. */
export function grow(
  table: ProcessTable,
  tree: Tree,
  roots: readonly ProcessStat[],
): readonly ProcessStat[] {
  const found = new Map<number, ProcessStat>();
  const queue = [...roots];
  for (let stat = queue.shift(); stat !== undefined; stat = queue.shift()) {
    if (found.has(stat.pid) || isUntouchable(identityOf(stat))) continue;
    found.set(stat.pid, stat);
    queue.push(...childrenOf(table, stat), ...sessionOf(table, tree, stat, found));
  }
  return parentsFirst(found);
}

/** The table may be older than the process, and its pid then have been another's. */
function childrenOf(table: ProcessTable, stat: ProcessStat): readonly ProcessStat[] {
  const isSameOne = table.find(stat.pid)?.startTime === stat.startTime;
  return isSameOne ? table.childrenOf(stat.pid) : [];
}

/**
 * A session's number is not given away while anybody is in it. So one proved member
 * proves them all, provided that the tree made it: its leader is the main, or proved.
 */
function sessionOf(
  table: ProcessTable,
  tree: Tree,
  stat: ProcessStat,
  found: ReadonlyMap<number, ProcessStat>,
): readonly ProcessStat[] {
  const made = stat.session === tree.main?.pid || found.has(stat.session);
  return made ? table.inSession(stat.session) : [];
}

function parentsFirst(found: ReadonlyMap<number, ProcessStat>): readonly ProcessStat[] {
  const depths = new Map<number, number>();
  const depthOf = (stat: ProcessStat): number => {
    const parent = found.get(stat.parentPid);
    return parent === undefined ? 0 : 1 + depthOf(parent);
  };
  for (const stat of found.values()) depths.set(stat.pid, depthOf(stat));
  const depth = (stat: ProcessStat) => depths.get(stat.pid) ?? 0;
  return [...found.values()].sort((one, other) => depth(one) - depth(other));
}
