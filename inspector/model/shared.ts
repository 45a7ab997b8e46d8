/** What did not change is kept once: a thousand contexts share all that is the same in them. */
import type { Plain } from '../../src/inspection/protocol.ts';

/** `after`, but with those parts of `before` that are equal; all of `before`, where all is. */
export function shared(before: Plain | undefined, after: Plain): Plain {
  if (before === after || before === undefined) return after;
  if (typeof before !== 'object' || typeof after !== 'object') return after;
  if (before === null || after === null) return after;
  if (Array.isArray(before) && Array.isArray(after)) return sharedArray(before, after);
  if (Array.isArray(before) || Array.isArray(after)) return after;
  return sharedObject(before as PlainObject, after as PlainObject);
}

type PlainObject = { readonly [key: string]: Plain };

function sharedArray(before: readonly Plain[], after: readonly Plain[]): Plain {
  const mixed = after.map((one, i) => shared(before[i], one));
  const isSame = before.length === after.length && mixed.every((one, i) => one === before[i]);
  return isSame ? before : mixed;
}

function sharedObject(before: PlainObject, after: PlainObject): Plain {
  const mixed: Record<string, Plain> = {};
  const keys = Object.keys(after);
  let isSame = keys.length === Object.keys(before).length;
  for (const key of keys) {
    const was = Object.hasOwn(before, key) ? before[key] : undefined;
    const one = shared(was, after[key] as Plain);
    if (one !== was) isSame = false;
    // Not by assignment, which `__proto__` would take for something else.
    if (key === '__proto__') Object.defineProperty(mixed, key, { value: one, enumerable: true });
    else mixed[key] = one;
  }
  return isSame ? before : mixed;
}
