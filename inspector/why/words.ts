/** Events, states and payloads in a few words. Text in, text out. */
import type { Plain, PlainEvent, StateValue } from '../../src/inspection/protocol.ts';
import { duration, exitMessage } from '../../src/runtime/wording.ts';

export { duration };

const longest = 60;

/** Whether a state, as a dotted path without the machine's name, is part of a value. */
export function isIn(value: StateValue | null, path: string): boolean {
  if (value === null) return false;
  let rest: StateValue | undefined = value;
  for (const name of path.split('.')) {
    if (rest === undefined) return false;
    if (typeof rest === 'string') {
      if (rest !== name) return false;
      rest = undefined;
    } else if (Object.hasOwn(rest, name)) rest = rest[name];
    else return false;
  }
  return true;
}

/** Every state that a value holds, outer ones before inner ones. */
export function pathsOf(value: StateValue | null, prefix = ''): readonly string[] {
  if (value === null) return [];
  if (typeof value === 'string') return [`${prefix}${value}`];
  return Object.entries(value).flatMap(([key, inner]) => [
    `${prefix}${key}`,
    ...pathsOf(inner, `${prefix}${key}.`),
  ]);
}

/** What is worth telling of what an event brought: `code 1`, `in 1 s`, `web, db`. */
export function brief({ payload }: PlainEvent): string {
  if (!isObject(payload)) return payload === undefined ? '' : clip(plainText(payload));
  const told: string[] = [];
  const exit = payload['exit'];
  if (isObject(exit)) told.push(exitText(exit));
  if (typeof payload['delayMs'] === 'number') told.push(`in ${duration(payload['delayMs'])}`);
  if (Array.isArray(payload['names'])) told.push(names(payload['names']));
  if (payload['survivors'] === true) told.push('others of its tree are alive');
  for (const key of ['signal', 'by', 'step', 'reason', 'problem', 'pid', 'actorId', 'error']) {
    const value = payload[key];
    const word = key === 'pid' ? 'pid ' : '';
    if (typeof value === 'string' || typeof value === 'number') told.push(clip(`${word}${value}`));
    else if (key === 'step' && isObject(value)) told.push(stepText(value));
  }
  const identity = payload['identity'];
  if (isObject(identity) && typeof identity['pid'] === 'number')
    told.push(`pid ${identity['pid']}`);
  return [...new Set(told)].join(', ');
}

/** Somebody asked for it, and the event says who. Facts have a dot in their names: who or what did it. */
export function asker({ type, payload }: PlainEvent): string | null {
  if (type.includes('.')) return null;
  const by = isObject(payload) ? payload['by'] : null;
  return typeof by === 'string' ? by : null;
}

/** An event as a line names it: XState's own are shortened to what they are about. */
export function eventName(type: string): string {
  const after = /^xstate\.after\.([^.]+)\./.exec(type);
  if (after !== null) return `after ${delayName(after[1] ?? '')}`;
  return type.replace(/^xstate\.(snapshot|done\.actor|done\.state|error\.actor)\./, '$1 ');
}

/** The name of a delay; a number of milliseconds in words. */
export const delayName = (name: string): string =>
  /^\d+$/.test(name) ? duration(Number(name)) : name;

export function plainText(value: Plain | undefined): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? JSON.stringify(value) : compact(value);
}

function compact(value: Plain): string {
  if (Array.isArray(value)) return `[${value.map(plainText).join(', ')}]`;
  if (!isObject(value)) return String(value);
  const inner = Object.entries(value).map(([key, one]) => `${key}: ${plainText(one)}`);
  return inner.length === 0 ? '{}' : `{ ${inner.join(', ')} }`;
}

export const clip = (text: string, length = longest): string =>
  text.length <= length ? text : `${text.slice(0, length - 1)}…`;

function exitText(exit: { readonly [key: string]: Plain }): string {
  const { code = null, signal = null } = exit;
  return exitMessage({
    code: typeof code === 'number' ? code : null,
    signal: typeof signal === 'string' ? signal : null,
  });
}

/** One step of a stop. */
const stepText = ({ signal, ...rest }: { readonly [key: string]: Plain }): string =>
  typeof signal === 'string' ? signal : clip(plainText(rest));

function names(list: readonly Plain[]): string {
  const shown = list.slice(0, 4).map((one) => (typeof one === 'string' ? one : plainText(one)));
  return list.length > 4 ? `${shown.join(', ')} and ${list.length - 4} more` : shown.join(', ');
}

function isObject(value: Plain | undefined): value is { readonly [key: string]: Plain } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
