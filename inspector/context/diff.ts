/** What differs between two contexts, level by level, so that a large one costs only what is opened. */
import type { Plain } from '../../src/inspection/protocol.ts';

/** `inside`: the same thing, with something different below it. */
export type Change = 'same' | 'added' | 'removed' | 'changed' | 'inside';

export interface Difference {
  readonly key: string;
  readonly change: Change;
  /** Undefined: it was not there. */
  readonly before: Plain | undefined;
  readonly after: Plain | undefined;
}

/** One leaf that differs, for a list of changes. */
export interface ChangedLeaf {
  readonly path: readonly string[];
  readonly change: Exclude<Change, 'same' | 'inside'>;
  readonly before: Plain | undefined;
  readonly after: Plain | undefined;
}

export function difference(
  key: string,
  before: Plain | undefined,
  after: Plain | undefined,
): Difference {
  return { key, change: changeOf(before, after), before, after };
}

/** What is below it; of a leaf, and of what was replaced by something else, nothing. */
export function below({ change, before, after }: Difference): readonly Difference[] {
  const shown = change === 'removed' ? before : after;
  if (!isBranch(shown)) return [];
  const other = change === 'inside' ? before : shown;
  const pairs = Array.isArray(shown)
    ? pairItems(other as readonly Plain[], shown)
    : pairKeys(other as Branch, shown as Branch);
  if (change === 'inside') return pairs;
  // All of it came, went or stayed: what is in it did the same.
  return pairs.map((one) => ({
    ...one,
    change,
    before: change === 'added' ? undefined : one.after,
    after: change === 'removed' ? undefined : one.after,
  }));
}

/** Every leaf that differs, at most `limit` of them. */
export function changedLeaves(
  before: Plain | undefined,
  after: Plain | undefined,
  limit = 200,
): readonly ChangedLeaf[] {
  const found: ChangedLeaf[] = [];
  const visit = (one: Difference, path: readonly string[]): void => {
    if (one.change === 'same' || found.length >= limit) return;
    if (one.change !== 'inside') {
      found.push({ path, change: one.change, before: one.before, after: one.after });
      return;
    }
    for (const child of below(one)) visit(child, [...path, child.key]);
  };
  visit(difference('', before, after), []);
  return found;
}

export function isEqual(a: Plain | undefined, b: Plain | undefined): boolean {
  if (a === b) return true;
  if (!isBranch(a) || !isBranch(b) || Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && isEqual((a as Branch)[key], (b as Branch)[key]))
  );
}

export const isBranch = (value: Plain | undefined): value is Branch | readonly Plain[] =>
  typeof value === 'object' && value !== null;

type Branch = { readonly [key: string]: Plain };

function changeOf(before: Plain | undefined, after: Plain | undefined): Change {
  if (before === undefined) return after === undefined ? 'same' : 'added';
  if (after === undefined) return 'removed';
  if (isEqual(before, after)) return 'same';
  const alike =
    isBranch(before) && isBranch(after) && Array.isArray(before) === Array.isArray(after);
  return alike ? 'inside' : 'changed';
}

function pairKeys(before: Branch, after: Branch): readonly Difference[] {
  const keys = new Set([...Object.keys(after), ...Object.keys(before)]);
  return [...keys].map((key) => difference(key, own(before, key), own(after, key)));
}

const own = (branch: Branch, key: string): Plain | undefined =>
  Object.hasOwn(branch, key) ? branch[key] : undefined;

/**
 * Lists grow at the end and shrink at the front (a window of restarts), so what both
 * begin or end with, or slid through, is paired first, and only the rest by position.
 */
function pairItems(before: readonly Plain[], after: readonly Plain[]): readonly Difference[] {
  const head = common(before, after, (list, i) => list[i]);
  const tail = common(before.slice(head), after.slice(head), (list, i) => list.at(-1 - i));
  const kept = slid(before, after);
  if (kept > head + tail) {
    const gone = before.length - kept;
    return [
      ...before.slice(0, gone).map((item, i) => difference(String(i), item, undefined)),
      ...after.map((item, i) => difference(String(i), before[gone + i], item)),
    ];
  }
  const longer = Math.max(before.length, after.length);
  return Array.from({ length: longer }, (_, i) => {
    if (i < head) return difference(String(i), before[i], after[i]);
    const fromEnd = longer - i;
    if (fromEnd <= tail) {
      return difference(String(after.length - fromEnd), before.at(-fromEnd), after.at(-fromEnd));
    }
    const was = i < before.length - tail ? before[i] : undefined;
    const is = i < after.length - tail ? after[i] : undefined;
    return difference(String(i), was, is);
  });
}

/** How many items both have alike, read from one end. */
function common(
  before: readonly Plain[],
  after: readonly Plain[],
  item: (list: readonly Plain[], i: number) => Plain | undefined,
): number {
  const most = Math.min(before.length, after.length);
  let count = 0;
  while (count < most && isEqual(item(before, count), item(after, count))) count++;
  return count;
}

/** How many of the last items of one are the first of the other. */
function slid(before: readonly Plain[], after: readonly Plain[]): number {
  const most = Math.min(before.length, after.length, 64);
  for (let length = most; length > 0; length--) {
    const rest = before.slice(before.length - length);
    if (rest.every((item, i) => isEqual(item, after[i]))) return length;
  }
  return 0;
}
