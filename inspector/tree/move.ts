/** Up and down the tree with the keys, from wherever one is. */
import { signal } from '@preact/signals';
import { filter, navigate, selected } from '../model/session.ts';
import type { TreeRow } from '../model/tree-rows.ts';

/** As drawn last. */
let shown: readonly TreeRow[] = [];

/** Actors that are not as they are by themselves: groups that are closed, services that are open. */
export const toggled = signal<ReadonlySet<number>>(new Set());

export function showRows(rows: readonly TreeRow[]): void {
  shown = rows;
}

export function moveInTree(by: number): void {
  const at = shown.findIndex(({ actor }) => actor === selected.peek());
  const next = shown[at < 0 ? 0 : Math.min(shown.length - 1, Math.max(0, at + by))];
  if (next !== undefined) navigate({ selected: next.actor });
}

/** From the filter: to the first that is called so, unless that is where one is. */
export function goToFound(): void {
  const words = filter.peek().toLowerCase().split(/\s+/);
  if (shown.some(({ actor }) => actor === selected.peek())) return;
  const hit = shown.find(({ name }) => words.every((word) => name.toLowerCase().includes(word)));
  const next = hit ?? shown.findLast(({ kind }) => kind === 'service') ?? shown[0];
  if (next !== undefined) navigate({ selected: next.actor });
}

export function toggle(actor: number): void {
  const next = new Set(toggled.value);
  if (!next.delete(actor)) next.add(actor);
  toggled.value = next;
}

/** Closes an open one, or goes to the one above. */
export function goOut(): void {
  const at = shown.findIndex(({ actor }) => actor === selected.peek());
  const row = shown[at];
  if (row === undefined) return;
  if (row.isOpen && row.hasChildren) return toggle(row.actor);
  const above = shown.slice(0, at).findLast(({ depth }) => depth < row.depth);
  if (above !== undefined) navigate({ selected: above.actor });
}

/** Opens a closed one, or goes to the first below. */
export function goIn(): void {
  const row = shown.find(({ actor }) => actor === selected.peek());
  if (row === undefined || !row.hasChildren) return;
  if (row.isOpen) moveInTree(1);
  else toggle(row.actor);
}
