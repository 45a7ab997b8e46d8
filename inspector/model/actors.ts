/** Who belongs to whom: the actors as a tree, and their names. */
import type { ActorRecord, ActorState } from '../../src/inspection/protocol.ts';
import type { History } from './history.ts';

/** A service or a group by its name, any other by the ids on the way to it. */
export function pathOf(history: History, n: number): string | null {
  const actor = history.actor(n);
  if (actor === null) return null;
  return actor.service ?? actor.group ?? idsOf(history, actor).join('/');
}

function idsOf(history: History, actor: ActorRecord): readonly string[] {
  const ids: string[] = [];
  for (let one: ActorRecord | null = actor; one !== null && ids.length < 64; ) {
    ids.unshift(one.id);
    one = one.parent === null ? null : history.actor(one.parent);
  }
  return ids.length === 1 ? [ids[0] ?? '', ''] : ids;
}

/** The other way round; of several in the same place the one that lives. */
export function findActor(all: ReadonlyMap<number, ActorState>, path: string): number | null {
  const wanted = path.replace(/\/$/, '');
  let found: number | null = null;
  for (const one of all.values()) {
    if (!isNamed(all, one.actor, wanted)) continue;
    if (found === null || isAlive(one)) found = one.actor.actor;
  }
  return found;
}

function isNamed(
  all: ReadonlyMap<number, ActorState>,
  actor: ActorRecord,
  wanted: string,
): boolean {
  if (actor.service === wanted || actor.group === wanted) return true;
  const end = wanted.lastIndexOf('/');
  if (actor.id !== wanted.slice(end + 1)) return false;
  if (actor.parent === null) return end < 0;
  const parent = all.get(actor.parent);
  return end >= 0 && parent !== undefined && isNamed(all, parent.actor, wanted.slice(0, end));
}

export const isAlive = ({ state }: ActorState): boolean =>
  state === null || state.status === 'active';

/** How people call it: the name of a service or group, else its id. */
export const nameOf = (actor: ActorRecord): string => actor.service ?? actor.group ?? actor.id;

export interface Node {
  readonly state: ActorState;
  readonly children: readonly Node[];
}

/** The roots; children in the order in which they came to be. */
export function treeOf(all: ReadonlyMap<number, ActorState>): readonly Node[] {
  const nodes = new Map<number, { state: ActorState; children: Node[] }>();
  for (const [n, state] of all) nodes.set(n, { state, children: [] });
  const roots: Node[] = [];
  for (const [n, node] of nodes) {
    const { parent } = node.state.actor;
    const above = parent === null || parent === n ? undefined : nodes.get(parent);
    (above?.children ?? roots).push(node);
  }
  return roots;
}
