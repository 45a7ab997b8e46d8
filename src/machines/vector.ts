/**
 * A list that is changed by copying, at a cost that hardly grows with its
 * length: a tree of blocks of 32, of which a change copies one per level.
 * Ten thousand services would else make each event of one copy all of them.
 */
const bits = 5;
const width = 1 << bits;
const mask = width - 1;

type Block<T> = readonly T[] | readonly Block<T>[];

export interface Vector<T> {
  readonly length: number;
  readonly height: number;
  readonly root: Block<T>;
}

export function vectorOf<T>(items: readonly T[]): Vector<T> {
  let level: Block<T>[] = chunks(items);
  let height = 0;
  while (level.length > 1) {
    level = chunks(level);
    height += 1;
  }
  return { length: items.length, height, root: level[0] ?? [] };
}

/** Throws on an index that is not there: that is a defect of the caller. */
export function at<T>(vector: Vector<T>, index: number): T {
  if (index < 0 || index >= vector.length) throw new Error(`no item ${index} of ${vector.length}`);
  let block: Block<T> = vector.root;
  for (let level = vector.height; level > 0; level--) {
    block = (block as readonly Block<T>[])[(index >> (level * bits)) & mask] as Block<T>;
  }
  return (block as readonly T[])[index & mask] as T;
}

export function put<T>(vector: Vector<T>, index: number, item: T): Vector<T> {
  const { length, height, root } = vector;
  return { length, height, root: putInto(root, height, index, item) };
}

export function* items<T>(vector: Vector<T>): Generator<T> {
  for (let index = 0; index < vector.length; index++) yield at(vector, index);
}

function putInto<T>(block: Block<T>, level: number, index: number, item: T): Block<T> {
  const copy = [...block] as (T | Block<T>)[];
  const slot = (index >> (level * bits)) & mask;
  copy[slot] = level === 0 ? item : putInto(copy[slot] as Block<T>, level - 1, index, item);
  return copy as Block<T>;
}

function chunks<T>(items: readonly T[]): (readonly T[])[] {
  const blocks: (readonly T[])[] = [];
  for (let start = 0; start < items.length; start += width) {
    blocks.push(items.slice(start, start + width));
  }
  return blocks;
}
