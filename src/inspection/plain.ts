/**
 * Anything as plain JSON: bounded in depth and size, without cycles, and without what
 * may be a secret. It runs getters of nobody and never throws for what it finds.
 */
import { hidden } from '../services/redact.ts';
import {
  cut,
  fieldOf,
  isEnvironmentName,
  nameOf,
  redacted,
  special,
  wordsOf,
} from './plain-words.ts';
import type { Plain } from './protocol.ts';

export interface PlainOptions {
  /** Default true. */
  readonly redact?: boolean;
  /** So many levels. Default 8. */
  readonly depth?: number;
  /** So many values in all, shared out among all parts. Default 1000. */
  readonly values?: number;
  /** So many characters of a text. Default 2000. */
  readonly text?: number;
  /** What is known from before, of objects that never change. */
  readonly cache?: PlainCache;
  /** Whether these objects never change. Default false: the cache is only read. */
  readonly isImmutable?: boolean;
}

/** Of one setting of `redact`. */
export type PlainCache = WeakMap<object, KnownPlain>;

interface KnownPlain {
  readonly plain: Plain;
  readonly count: number;
  /** So many levels it needed; where it was cut, so many it was given. */
  readonly levels: number;
  /** So many values it was given. */
  readonly given: number;
  readonly isCut: boolean;
}

/** So many of a list or of the keys of an object. */
const breadth = 100;

interface Work {
  readonly redact: boolean;
  readonly text: number;
  readonly cache: PlainCache | null;
  readonly isImmutable: boolean;
  /** Of the part under way. */
  count: number;
  lowest: number;
  isCut: boolean;
  isLasting: boolean;
  readonly above: Set<object>;
}

export function toPlain(value: unknown, options: PlainOptions = {}): Plain {
  const { redact = true, depth = 8, values = 1_000, text = 2_000 } = options;
  const { cache = null, isImmutable = false } = options;
  const part = { count: 0, lowest: depth, isCut: false, isLasting: true };
  const work = { redact, text, cache, isImmutable, ...part, above: new Set<object>() };
  return plainOf(value, '', depth, values, work);
}

function plainOf(value: unknown, key: string, depth: number, share: number, work: Work): Plain {
  work.count += 1;
  switch (typeof value) {
    case 'string':
      return cut(redacted(value, key, work.redact), work.text);
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'boolean':
      return value;
    case 'bigint':
      return `${value}n`;
    case 'undefined':
      return null;
    case 'symbol':
      return value.toString();
    case 'function':
      return `(function ${value.name})`;
    case 'object':
      return value === null ? null : guardedObject(value, key, depth, share, work);
  }
}

function guardedObject(
  value: object,
  key: string,
  depth: number,
  share: number,
  work: Work,
): Plain {
  if (work.above.has(value)) {
    work.isLasting = false;
    return '(circular)';
  }
  work.above.add(value);
  try {
    return isEnvironmentName(key)
      ? objectOf(value, key, depth, share, work)
      : cached(value, key, depth, share, work);
  } catch {
    work.isLasting = false;
    return '(unreadable)';
  } finally {
    work.above.delete(value);
  }
}

/** A context changes in few places, and all else of it is the very same objects. */
function cached(value: object, key: string, depth: number, share: number, work: Work): Plain {
  const known = work.cache?.get(value);
  if (known !== undefined && isEnough(known, depth, share)) {
    work.count += known.count;
    work.lowest = Math.min(work.lowest, depth - known.levels);
    work.isCut ||= known.isCut;
    return known.plain;
  }
  const outer = { ...work };
  Object.assign(work, { count: 0, lowest: depth, isCut: false, isLasting: true });
  const plain = objectOf(value, key, depth, share, work);
  const { count, lowest, isCut, isLasting } = work;
  if (work.isImmutable && isLasting) {
    const levels = isCut ? depth : depth - lowest;
    work.cache?.set(value, { plain, count, levels, given: share, isCut });
  }
  work.count = outer.count + count;
  work.lowest = Math.min(outer.lowest, lowest);
  work.isCut = outer.isCut || isCut;
  work.isLasting = outer.isLasting && isLasting;
  return plain;
}

/** What was cut serves again where about as much of it is wanted. */
function isEnough(
  { count, levels, given, isCut }: KnownPlain,
  depth: number,
  share: number,
): boolean {
  if (!isCut) return levels <= depth && count <= share;
  return levels === depth && given <= share * 1.5 && given >= share * 0.75;
}

function objectOf(value: object, key: string, depth: number, share: number, work: Work): Plain {
  const known = special(value, work.redact, work.text);
  if (known !== undefined) {
    work.isLasting = false;
    return known;
  }
  work.lowest = Math.min(work.lowest, depth);
  if (depth <= 0 || share <= 1) {
    work.isCut = true;
    return Array.isArray(value) ? '[…]' : '{…}';
  }
  if (Array.isArray(value)) return listOf(value, key, depth, share, work);
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) {
    return `(${value.byteLength} bytes)`;
  }
  if (value instanceof Set) return listOf(first(value), key, depth, share, work, value.size);
  if (value instanceof Map) {
    const entries = first(value).map(([name, one]) => [nameOf(name), one] as const);
    return fieldsOf(entries, value.size, key, depth, share, work);
  }
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) work.isLasting = false;
  const names = Object.keys(value);
  const entries = names
    .slice(0, Math.min(breadth, share))
    .map((name) => [name, fieldOf(value, name)] as const);
  if (share < Math.min(breadth, names.length)) work.isCut = true;
  return fieldsOf(entries, names.length, key, depth, share, work);
}

function listOf(
  all: readonly unknown[],
  key: string,
  depth: number,
  share: number,
  work: Work,
  count = all.length,
): Plain {
  const some = all.slice(0, breadth);
  const isWords = some.length > 0 && some.every((one) => typeof one === 'string');
  const items = isWords && work.redact ? wordsOf(some as readonly string[], key) : some;
  const most = Math.min(items.length, share);
  const list = new Array<Plain>(most).fill(null);
  for (const { at, value, part } of shared(items.slice(0, most), share, work)) {
    list[at] = plainOf(value, key, depth - 1, part, work);
  }
  if (most < items.length) work.isCut = true;
  if (count > most) list.push(`(${count - most} more)`);
  return list;
}

function fieldsOf(
  entries: readonly (readonly [string, unknown])[],
  count: number,
  key: string,
  depth: number,
  share: number,
  work: Work,
): Plain {
  const isEnvironment = work.redact && isEnvironmentName(key);
  // What JSON has no word for is left out, as JSON leaves it out.
  const defined = entries.filter(([, one]) => one !== undefined);
  const some = defined.slice(0, share);
  const fields: Record<string, Plain> = Object.create(null);
  for (const [name] of some) fields[name] = hidden;
  const more = count - entries.length + (defined.length - some.length);
  if (some.length < defined.length) work.isCut = true;
  if (more > 0) fields['…'] = `${more} more`;
  if (isEnvironment) return fields;
  const values = some.map(([, one]) => one);
  for (const { at, value, part } of shared(values, share, work)) {
    const name = (some[at] as readonly [string, unknown])[0];
    fields[name] = plainOf(value, name, depth - 1, part, work);
  }
  return fields;
}

function first<T>(values: Iterable<T>): readonly T[] {
  const some: T[] = [];
  for (const value of values) {
    if (some.push(value) === breadth) break;
  }
  return some;
}

interface Portion {
  readonly at: number;
  readonly value: unknown;
  readonly part: number;
}

/**
 * What is small comes first and takes what it needs; what it leaves is for what is
 * large, in equal parts. So one large field does not hide all those behind it.
 */
function* shared(values: readonly unknown[], share: number, work: Work): Generator<Portion> {
  const before = work.count;
  const large: { readonly at: number; readonly value: object; readonly width: number }[] = [];
  for (const [at, value] of values.entries()) {
    if (typeof value === 'object' && value !== null) {
      large.push({ at, value, width: widthOf(value, work) });
    } else {
      yield { at, value, part: 1 };
    }
  }
  large.sort((a, b) => a.width - b.width);
  for (const [i, { at, value }] of large.entries()) {
    const left = share - (work.count - before);
    yield { at, value, part: Math.max(1, Math.floor(left / (large.length - i))) };
  }
}

function widthOf(value: object, work: Work): number {
  const known = work.cache?.get(value);
  if (known !== undefined) return known.count;
  if (Array.isArray(value)) return value.length;
  return value instanceof Map || value instanceof Set ? value.size : keysOf(value);
}

function keysOf(value: object): number {
  try {
    return Object.keys(value).length;
  } catch {
    return 0;
  }
}
