/** The rows of the tree: who is shown, how deep, in which order. Pure. */
import type { ActorState, ServiceRow } from '../../src/inspection/protocol.ts';
import { isAlive, type Node, nameOf, treeOf } from './actors.ts';
import { type Look, lookOf, lookOfRow } from './words.ts';

export type Kind = 'root' | 'group' | 'service' | 'actor';
export type SortKey = 'order' | 'name' | 'state' | 'restarts' | 'age' | 'cpu' | 'rss';

export interface TreeRow {
  readonly actor: number;
  readonly kind: Kind;
  readonly name: string;
  readonly depth: number;
  readonly look: Look;
  /** Null for what is no service, and for one that the server says nothing of. */
  readonly service: ServiceRow | null;
  readonly hasChildren: boolean;
  readonly isOpen: boolean;
}

export interface Wishes {
  readonly filter: string;
  readonly sort: SortKey;
  readonly descending: boolean;
  /** By default groups are open and services are not. */
  readonly toggled: ReadonlySet<number>;
  /** Actors below services are of interest only where they are what there is. */
  readonly isSupervisor: boolean;
}

interface Given {
  readonly states: ReadonlyMap<number, ActorState>;
  readonly services: ReadonlyMap<string, ServiceRow>;
  /** Since when it is in its state; for the sort by age. */
  readonly since: (actor: number) => number;
}

export function treeRows(given: Given, wishes: Wishes): readonly TreeRow[] {
  const roots = treeOf(given.states);
  if (wishes.sort !== 'order') return sorted(given, wishes, roots);
  const words = wordsOf(wishes.filter);
  const rows: TreeRow[] = [];
  for (const root of roots) walk(root, 0, words, given, wishes, rows);
  return rows;
}

/** Returns whether it, or anything below it, is shown. */
function walk(
  node: Node,
  depth: number,
  words: readonly string[],
  given: Given,
  wishes: Wishes,
  rows: TreeRow[],
): boolean {
  const row = rowOf(node, depth, given, wishes);
  const isHit = matches(row, words);
  const at = rows.length;
  rows.push(row);
  // What is found inside is shown, whether it is open or not.
  const isSought = words.length > 0 && row.kind !== 'service';
  let isAnyBelow = false;
  if (row.isOpen || isSought) {
    for (const child of node.children) {
      isAnyBelow =
        walk(child, depth + 1, isHit && !isSought ? [] : words, given, wishes, rows) || isAnyBelow;
    }
  }
  if (!isHit && !isAnyBelow) rows.length = at;
  return isHit || isAnyBelow;
}

function rowOf({ state, children }: Node, depth: number, given: Given, wishes: Wishes): TreeRow {
  const { actor } = state;
  const kind = kindOf(actor);
  const service = actor.service === null ? null : (given.services.get(actor.service) ?? null);
  const look = state.state === null && service !== null ? lookOfRow(service) : lookOf(state);
  const isOpenByItself = kind !== 'service' && (kind !== 'actor' || !wishes.isSupervisor);
  const isOpen = isOpenByItself !== wishes.toggled.has(actor.actor);
  const name = nameOf(actor);
  const hasChildren = children.length > 0;
  return { actor: actor.actor, kind, name, depth, look, service, hasChildren, isOpen };
}

function kindOf({ parent, service, group }: ActorState['actor']): Kind {
  if (service !== null) return 'service';
  if (parent === null) return 'root';
  return group === null ? 'actor' : 'group';
}

const wordsOf = (filter: string): readonly string[] =>
  filter
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');

/** Each word is in its name, or is how it stands. */
function matches({ name, look }: TreeRow, words: readonly string[]): boolean {
  const lower = name.toLowerCase();
  return words.every((word) => lower.includes(word) || look.word === word || look.family === word);
}

// -- Sorted by a column: no tree, only what is sorted ---------------------------------------

function sorted(given: Given, wishes: Wishes, roots: readonly Node[]): readonly TreeRow[] {
  const words = wordsOf(wishes.filter);
  const rows: TreeRow[] = [];
  const gather = (node: Node): void => {
    const { service, logic } = node.state.actor;
    const isSorted = wishes.isSupervisor ? service !== null : logic === 'machine';
    if (isSorted && isAlive(node.state)) {
      const row = { ...rowOf(node, 0, given, wishes), hasChildren: false };
      if (matches(row, words)) rows.push(row);
    }
    for (const child of node.children) gather(child);
  };
  for (const root of roots) gather(root);
  const order = comparing(wishes.sort, given);
  const sign = wishes.descending ? -1 : 1;
  return rows.sort((a, b) => sign * order(a, b) || a.name.localeCompare(b.name));
}

/** What needs a look first. */
const gravity = { bad: 0, busy: 1, plain: 2, up: 3, down: 4 } as const;

function comparing(sort: SortKey, { since }: Given): (a: TreeRow, b: TreeRow) => number {
  const number = (of: (row: TreeRow) => number | null | undefined) => (a: TreeRow, b: TreeRow) =>
    (of(a) ?? -1) - (of(b) ?? -1);
  if (sort === 'state') return number(({ look }) => gravity[look.family]);
  if (sort === 'restarts') return number(({ service }) => service?.restarts);
  if (sort === 'cpu') return number(({ service }) => service?.cpu);
  if (sort === 'rss') return number(({ service }) => service?.rss);
  if (sort === 'age') return (a, b) => since(b.actor) - since(a.actor);
  return (a, b) => a.name.localeCompare(b.name, 'en', { numeric: true });
}
