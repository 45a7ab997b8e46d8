/**
 * Anything as plain JSON: bounded in depth and size, without cycles, and without what
 * may be a secret. It runs getters of nobody and never throws for what it finds.
 */
import { hidden, redactArguments, redactProse, redactText } from '../services/redact.ts';
import type { Plain } from './protocol.ts';

export interface PlainOptions {
  /** Default true. */
  readonly redact?: boolean;
  /** So many levels. Default 8. */
  readonly depth?: number;
  /** So many values in all. Default 1000. */
  readonly values?: number;
  /** So many characters of a text. Default 2000. */
  readonly text?: number;
}

/** So many of a list or of the keys of an object. */
const breadth = 100;

interface Work {
  readonly redact: boolean;
  readonly text: number;
  left: number;
  readonly above: Set<object>;
}

export function toPlain(value: unknown, options: PlainOptions = {}): Plain {
  const { redact = true, depth = 8, values = 1_000, text = 2_000 } = options;
  return plainOf(value, '', depth, { redact, text, left: values, above: new Set() });
}

function plainOf(value: unknown, key: string, depth: number, work: Work): Plain {
  work.left -= 1;
  switch (typeof value) {
    case 'string':
      return cut(redacted(value, key, work), work.text);
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
      return value === null ? null : guardedObject(value, key, depth, work);
  }
}

function guardedObject(value: object, key: string, depth: number, work: Work): Plain {
  if (work.above.has(value)) return '(circular)';
  work.above.add(value);
  try {
    return objectOf(value, key, depth, work);
  } catch {
    return '(unreadable)';
  } finally {
    work.above.delete(value);
  }
}

function objectOf(value: object, key: string, depth: number, work: Work): Plain {
  const known = special(value, work);
  if (known !== undefined) return known;
  if (depth <= 0 || work.left <= 0) return Array.isArray(value) ? '[…]' : '{…}';
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) {
    return `(${value.byteLength} bytes)`;
  }
  if (value instanceof Set) return listOf([...value], key, depth, work);
  if (value instanceof Map) {
    const entries = [...value].map(([name, one]) => [nameOf(name), one] as const);
    return fieldsOf(entries, entries.length, key, depth, work);
  }
  if (Array.isArray(value)) return listOf(value, key, depth, work);
  const names = Object.keys(value);
  const entries = names.slice(0, breadth).map((name) => [name, fieldOf(value, name)] as const);
  return fieldsOf(entries, names.length, key, depth, work);
}

/** Those that say more as a text, or must not be walked into. */
function special(value: object, work: Work): Plain | undefined {
  if (isActor(value)) return `(actor ${value.id})`;
  if (isSnapshot(value)) return { value: plainOf(value.value, '', 4, work), status: value.status };
  if (value instanceof Date) return Number.isNaN(+value) ? '(no date)' : value.toISOString();
  if (value instanceof RegExp) return String(value);
  if (value instanceof Error) return cut(redacted(errorText(value), '', work), work.text);
  if (value instanceof Promise || value instanceof WeakMap || value instanceof WeakSet) {
    return `(${value.constructor.name})`;
  }
  return undefined;
}

function listOf(all: readonly unknown[], key: string, depth: number, work: Work): Plain {
  const some = all.slice(0, breadth);
  const isWords = some.length > 0 && some.every((one) => typeof one === 'string');
  const words = isWords && work.redact ? wordsOf(some as readonly string[], key) : some;
  const list: Plain[] = [];
  for (const one of words) {
    if (work.left <= 0) break;
    list.push(plainOf(one, key, depth - 1, work));
  }
  if (all.length > list.length) list.push(`(${all.length - list.length} more)`);
  return list;
}

function fieldsOf(
  entries: readonly (readonly [string, unknown])[],
  count: number,
  key: string,
  depth: number,
  work: Work,
): Plain {
  const isEnvironment = work.redact && isEnvironmentName(key);
  const fields: Record<string, Plain> = Object.create(null);
  let done = 0;
  for (const [name, one] of entries.slice(0, breadth)) {
    if (work.left <= 0) break;
    done += 1;
    // What JSON has no word for is left out, as JSON leaves it out.
    if (one === undefined) continue;
    fields[name] = isEnvironment ? hidden : plainOf(one, name, depth - 1, work);
  }
  if (count > done) fields['…'] = `${count - done} more`;
  return fields;
}

/** An environment is also written as `NAME=value`, and then every value of it is hidden. */
function wordsOf(words: readonly string[], key: string): readonly string[] {
  if (!isEnvironmentName(key)) return redactArguments(words);
  return words.map((word) => word.replace(/=[\s\S]*$/, `=${hidden}`));
}

const isEnvironmentName = (key: string): boolean => /^env(iron(ment)?)?$/i.test(key);

/** A getter may do anything, so it is not called. */
function fieldOf(value: object, name: string): unknown {
  const property = Object.getOwnPropertyDescriptor(value, name);
  return property?.get === undefined ? property?.value : '(getter)';
}

export function errorText(error: unknown): string {
  if (!(error instanceof Error)) return typeof error === 'string' ? error : safeText(error);
  return `${error.name}: ${error.message}`;
}

function safeText(value: unknown): string {
  try {
    return typeof value === 'object' ? JSON.stringify(toPlain(value)) : String(value);
  } catch {
    return '(unreadable)';
  }
}

function redacted(text: string, key: string, work: Work): string {
  if (!work.redact) return text;
  const known = redactText(text, key);
  return /\s/.test(known) && known !== hidden ? redactProse(known) : known;
}

function nameOf(key: unknown): string {
  return typeof key === 'string' ? key : typeof key === 'object' ? '(object)' : String(key);
}

const cut = (text: string, most: number): string =>
  text.length > most ? `${text.slice(0, most)}… (${text.length - most} more characters)` : text;

interface ActorLike {
  readonly id: string;
}

function isActor(value: object): value is ActorLike {
  return 'sessionId' in value && 'send' in value && 'getSnapshot' in value;
}

interface SnapshotLike {
  readonly value: unknown;
  readonly status: string;
}

function isSnapshot(value: object): value is SnapshotLike {
  return 'machine' in value && '_nodes' in value && 'status' in value;
}
