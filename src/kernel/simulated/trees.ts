/**
 * Which processes are a service's own, and how that is proved. It may use only
 * what a real manager could see; what really descends from what is the oracle's.
 */
import type { Tree } from '../port.ts';
import { isSame, type SimulatedProcess } from './process.ts';
import type { ProcessTable } from './process-table.ts';

/** The main process or a known one by identity, or a holder of the lifeline. */
export function isProved(tree: Tree, process: SimulatedProcess): boolean {
  const { identity } = process;
  if (process.lifeline === tree.lifeline) return true;
  if (tree.main !== null && isSame(tree.main, identity)) return true;
  return tree.known.some((known) => isSame(known, identity));
}

/** All that live, parents before their children: start times tell who came first. */
export function membersOf(table: ProcessTable, tree: Tree): SimulatedProcess[] {
  const members = new Set<SimulatedProcess>();
  for (const root of rootsOf(table, tree)) addWithDescendants(root, members);
  return [...members].sort((a, b) => a.identity.startTime - b.identity.startTime);
}

/** Without a root there is no descendant either. */
export function isEmpty(table: ProcessTable, tree: Tree): boolean {
  for (const _ of rootsOf(table, tree)) return false;
  return true;
}

function* rootsOf(table: ProcessTable, tree: Tree): Generator<SimulatedProcess> {
  const main = tree.main === null ? null : table.find(tree.main);
  if (main !== null) yield main;
  yield* table.holders(tree.lifeline);
  for (const process of groupOf(table, tree)) if (process.alive) yield process;
  for (const known of tree.known) {
    const process = table.find(known);
    if (process !== null) yield process;
  }
}

/** The main process leads its group, unless its number has gone to somebody else since. */
export function groupOf(table: ProcessTable, tree: Tree): Iterable<SimulatedProcess> {
  if (tree.main === null) return [];
  const { main } = tree;
  const leader = table.at(main.pid);
  if (leader !== null && !isSame(leader.identity, main)) return [];
  return [...table.group(main.pid)].filter(
    (process) => process.identity.startTime >= main.startTime && process.birth.role !== 'manager',
  );
}

export function addWithDescendants(root: SimulatedProcess, members: Set<SimulatedProcess>): void {
  if (root.alive) members.add(root);
  for (const child of root.children) {
    if (!members.has(child)) addWithDescendants(child, members);
  }
}
