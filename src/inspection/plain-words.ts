/** Words for what JSON has none for, and for what may be a secret. */
import { hidden, redactArguments, redactProse, redactText } from '../services/redact.ts';
import type { Plain } from './protocol.ts';

/** Those that say more as a text, or must not be walked into. */
export function special(value: object, isRedacted: boolean, most: number): Plain | undefined {
  if (isActor(value)) return `(actor ${value.id})`;
  if (isSnapshot(value)) return { value: value.value as Plain, status: value.status };
  if (value instanceof Date) return Number.isNaN(+value) ? '(no date)' : value.toISOString();
  if (value instanceof RegExp) return String(value);
  if (value instanceof Error) return cut(redacted(errorText(value), '', isRedacted), most);
  if (value instanceof Promise || value instanceof WeakMap || value instanceof WeakSet) {
    return `(${value.constructor.name})`;
  }
  return undefined;
}

/** An environment is also written as `NAME=value`, and then every value of it is hidden. */
export function wordsOf(words: readonly string[], key: string): readonly string[] {
  if (!isEnvironmentName(key)) return redactArguments(words);
  return words.map((word) => word.replace(/=[\s\S]*$/, `=${hidden}`));
}

export const isEnvironmentName = (key: string): boolean => /^env(iron(ment)?)?$/i.test(key);

/** A getter may do anything, so it is not called. */
export function fieldOf(value: object, name: string): unknown {
  const property = Object.getOwnPropertyDescriptor(value, name);
  return property?.get === undefined ? property?.value : '(getter)';
}

export function errorText(error: unknown): string {
  if (!(error instanceof Error)) return typeof error === 'string' ? error : safeText(error);
  return `${error.name}: ${error.message}`;
}

function safeText(value: unknown): string {
  try {
    return typeof value === 'object' ? JSON.stringify(value) : String(value);
  } catch {
    return '(unreadable)';
  }
}

export function redacted(text: string, key: string, isRedacted: boolean): string {
  if (!isRedacted) return text;
  const known = redactText(text, key);
  return /\s/.test(known) && known !== hidden ? redactProse(known) : known;
}

export function nameOf(key: unknown): string {
  return typeof key === 'string' ? key : typeof key === 'object' ? '(object)' : String(key);
}

export const cut = (text: string, most: number): string =>
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
