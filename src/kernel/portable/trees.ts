/**
 * Asks who is of a tree. A process is of it only by proof, as on Linux: by identity, by
 * holding the lifeline, by descent, or by being in a group that the tree made.
 */
import type { ProcessIdentity } from '../../machines/vocabulary.ts';
import { isPid, isSame } from '../linux/identity.ts';
import { isHeld } from '../linux/lifeline.ts';
import { groupExists } from '../linux/signals.ts';
import type { Tree } from '../port.ts';
import { writersOf } from './lsof.ts';
import { isZombie, type Processes, type ProcessRow, type ProcessTable } from './ps.ts';

export interface Trees {
  identify(pid: number): ProcessIdentity | null;
  isAlive(identity: ProcessIdentity): boolean;
  holds(lifeline: string, identity: ProcessIdentity): boolean;
  /** Living members, those that were proved first before those that they prove. */
  members(tree: Tree): readonly ProcessRow[];
  /** Cheaper: without those that hold the lifeline and are proved by nothing else. */
  membersByNumber(tree: Tree): readonly ProcessRow[];
  isEmpty(tree: Tree): boolean;
  isProved(tree: Tree, identity: ProcessIdentity): boolean;
  /** To be told when a main process has exited: what it left in its group stays proved. */
  noteExit(main: ProcessIdentity): void;
}

export function createTrees(processes: Processes): Trees {
  const leftovers = new Map<string, readonly ProcessIdentity[]>();
  const keyOf = (main: ProcessIdentity) => `${main.bootId} ${main.pid} ${main.startTime}`;

  /** Who is not in the table may be younger than it. */
  const identify = (pid: number) => {
    const row = processes.current().find(pid) ?? processes.look(pid);
    return row === null || isZombie(row) ? null : row.identity;
  };

  const isAlive = (identity: ProcessIdentity) => {
    const alive = isPid(identity.pid) ? identify(identity.pid) : null;
    return alive !== null && isSame(alive, identity);
  };

  const named = ({ main, known }: Tree) =>
    main === null ? known : [main, ...known, ...(leftovers.get(keyOf(main)) ?? [])];

  const membersWith = (tree: Tree, writers: ReadonlySet<number>) => {
    const table = processes.current();
    const roots = [
      ...named(tree).map((identity) => rowOf(table, identity)),
      ...[...writers].map((pid) => table.find(pid)),
    ];
    return grow(
      table,
      tree,
      roots.filter((row) => row !== null),
    );
  };

  const members = (tree: Tree) =>
    membersWith(tree, isHeld(tree.lifeline) ? writersOf(tree.lifeline) : new Set());

  const noteExit = (main: ProcessIdentity) => {
    if (!groupExists(main.pid)) return;
    const table = processes.renewed();
    for (const [key, old] of leftovers) {
      if (!old.some((identity) => rowOf(table, identity) !== null)) leftovers.delete(key);
    }
    const left = table.all.filter(
      ({ group, identity }) => group === main.pid && identity.startTime >= main.startTime,
    );
    const identities = left.map(({ identity }) => identity);
    if (identities.length > 0) leftovers.set(keyOf(main), identities);
  };

  return {
    identify: (pid) => (isPid(pid) ? identify(pid) : null),
    isAlive,
    holds: (lifeline, identity) => writersOf(lifeline).has(identity.pid) && isAlive(identity),
    members,
    membersByNumber: (tree) => membersWith(tree, new Set()),
    isEmpty: (tree) => !isHeld(tree.lifeline) && !named(tree).some(isAlive),
    isProved: (tree, identity) =>
      named(tree).some((one) => isSame(one, identity)) ||
      members(tree).some((row) => isSame(row.identity, identity)),
    noteExit,
  };
}

/** null where it is dead, and where somebody else has its pid. */
export function rowOf(table: ProcessTable, identity: ProcessIdentity): ProcessRow | null {
  const row = table.find(identity.pid);
  return row !== null && isSame(row.identity, identity) ? row : null;
}

/** Adds to the proved ones all that they prove, until nothing is added any more. */
function grow(
  table: ProcessTable,
  tree: Tree,
  roots: readonly ProcessRow[],
): readonly ProcessRow[] {
  const found = new Map<number, ProcessRow>();
  const queue = [...roots];
  for (let row = queue.shift(); row !== undefined; row = queue.shift()) {
    const { pid } = row.identity;
    if (found.has(pid) || pid <= 1 || pid === process.pid) continue;
    found.set(pid, row);
    const { group } = row;
    const isMade = group === tree.main?.pid || found.has(group);
    queue.push(
      ...table.all.filter((one) => one.parentPid === pid || (isMade && one.group === group)),
    );
  }
  return [...found.values()];
}
