/**
 * Asks who is of a tree. A process is of it only by proof: it is the main or a known
 * one by identity, it holds the lifeline, it descends from one that is proved, or it
 * is in a session that the tree made. It signals nobody.
 */
import { basename } from 'node:path';
import type { ProcessIdentity } from '../../machines/vocabulary.ts';
import type { Tree } from '../port.ts';
import { fifoKey, holdsAnywhere } from './holders.ts';
import { identityOf, isAlive, isFromHere, isSame, statOf } from './identity.ts';
import { isHeld } from './lifeline.ts';
import { groupExists, isUntouchable } from './signals.ts';
import type { ProcessStat } from './stat.ts';
import type { ProcessTable, SharedTable } from './table.ts';

export interface Trees {
  /** Living members, parents before children. */
  members(tree: Tree): readonly ProcessStat[];
  isEmpty(tree: Tree): boolean;
  /** By the proofs that need no table. */
  isProved(tree: Tree, identity: ProcessIdentity): boolean;
  /** To be told in the moment in which a main process of ours was reaped. */
  noteExit(main: ProcessIdentity): void;
}

export function createTrees(shared: SharedTable): Trees {
  const leftovers = createLeftovers(shared);
  const known = (tree: Tree) => [...tree.known, ...leftovers.of(tree.main)];

  const members = (tree: Tree) => {
    const roots = [...named(tree, known(tree)), ...holdersOf(shared, tree.lifeline)];
    const found = grow(shared.current(), tree, roots);
    if (found.length > 0) leftovers.keep(tree, found);
    return found;
  };

  const isEmpty = (tree: Tree) => {
    if (tree.main !== null && isAlive(tree.main)) return false;
    return !known(tree).some(isAlive) && !isHeld(tree.lifeline);
  };

  const isProved = (tree: Tree, identity: ProcessIdentity) =>
    (tree.main !== null && isSame(tree.main, identity)) ||
    known(tree).some((one) => isSame(one, identity));

  return { members, isEmpty, isProved, noteExit: leftovers.note };
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
function grow(
  table: ProcessTable,
  tree: Tree,
  roots: readonly ProcessStat[],
): readonly ProcessStat[] {
  const found = new Map<number, ProcessStat>();
  const queue = [...roots];
  for (let stat = queue.shift(); stat !== undefined; stat = queue.shift()) {
    if (found.has(stat.pid) || isUntouchable(identityOf(stat))) continue;
    found.set(stat.pid, stat);
    queue.push(...table.childrenOf(stat.pid), ...sessionOf(table, tree, stat, found));
  }
  return parentsFirst(found);
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

interface Leftovers {
  note(main: ProcessIdentity): void;
  /** Who was proved stays proved, also when the ones that proved it die. */
  keep(tree: Tree, found: readonly ProcessStat[]): void;
  of(main: ProcessIdentity | null): readonly ProcessIdentity[];
}

/**
 * Children that a dead main leaves in its session and that dropped the lifeline, as
 * those of Python do, are proved only by being seen there in the moment of its exit.
 */
function createLeftovers(shared: SharedTable): Leftovers {
  const byMain = new Map<string, readonly ProcessIdentity[]>();
  const keyOf = (main: ProcessIdentity) => `${main.pid}:${main.startTime}`;

  const note = (main: ProcessIdentity) => {
    if (!groupExists(main.pid)) return;
    const left = leftIn(shared, main);
    if (left.length > 0) byMain.set(keyOf(main), left);
  };

  const keep = (tree: Tree, found: readonly ProcessStat[]) => {
    const { main } = tree;
    if (main === null || found.some((stat) => stat.pid === main.pid)) return;
    byMain.set(keyOf(main), found.map(identityOf));
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
