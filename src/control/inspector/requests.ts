/** What the page sends, read once: `unknown` comes in here, and complete values go on. */
import type { CommandRequest, PlainEvent, WhatIfRequest } from '../../inspection/protocol.ts';
import { SupervisorError } from '../../services/errors.ts';
import type { LogRequest, Stretch } from './inspected.ts';

export type Query = URLSearchParams;

const defaultLines = 500;
const mostNames = 10_000;
const name = /^[a-z0-9][a-z0-9._-]{0,63}$/;
const verbs = new Set(['start', 'stop', 'restart', 'reload', 'kill', 'reset', 'pin', 'unpin']);

/** All of these throw `invalid-request`. */
export function stretchOf(query: Query): Stretch {
  return { since: numberOf(query, 'since'), until: numberOf(query, 'until') };
}

export function cursorOf(query: Query, lastId: string | null): number | null {
  if (lastId !== null && /^\d{1,15}$/.test(lastId)) return Number(lastId);
  return numberOf(query, 'after') ?? null;
}

export function logRequestOf(query: Query, lastId: string | null): LogRequest {
  const names = (query.get('service') ?? '').split(',').filter((one) => one !== '');
  const follow = query.get('follow') ?? 'false';
  if (!/^(true|false|1|0)$/.test(follow)) throw invalid('follow: not true or false');
  return {
    services: names.length === 0 ? undefined : namesOf(names),
    lines: numberOf(query, 'lines') ?? defaultLines,
    follow: follow === 'true' || follow === '1',
    lastId,
  };
}

export function actorOf(segment: string): number {
  if (/^\d{1,15}$/.test(segment)) return Number(segment);
  throw invalid('the address holds what is no number');
}

export function eventOf(body: unknown): PlainEvent {
  const { event } = fieldsOf(body);
  const { type, payload } = fieldsOf(event);
  if (typeof type !== 'string' || type === '' || type.length > 256) {
    throw invalid('event.type: not the name of an event');
  }
  if (payload === undefined) return { type };
  if (!isFields(payload)) throw invalid('event.payload: not an object');
  return { type, payload: payload as PlainEvent['payload'] & object };
}

export function whatIfOf(body: unknown): WhatIfRequest {
  const { from } = fieldsOf(body);
  const event = eventOf(body);
  if (from === undefined) return { event };
  if (typeof from !== 'number' || !Number.isSafeInteger(from)) {
    throw invalid('from: not the number of a record');
  }
  return { event, from };
}

export function commandOf(body: unknown): CommandRequest {
  const { verb, names } = fieldsOf(body);
  if (typeof verb !== 'string' || !verbs.has(verb)) {
    throw invalid(`verb: one of ${[...verbs].join(', ')}`);
  }
  if (!Array.isArray(names) || names.length === 0) throw invalid('names: no list of names');
  return { verb: verb as CommandRequest['verb'], names: namesOf(names) };
}

function namesOf(names: readonly unknown[]): readonly string[] {
  if (names.length > mostNames) throw invalid('names: too many');
  const wrong = names.some((one) => typeof one !== 'string' || !name.test(one));
  if (wrong) throw invalid('names: there is one that is no name of a service');
  return names as readonly string[];
}

function numberOf(query: Query, key: string): number | undefined {
  const text = query.get(key);
  if (text === null) return undefined;
  if (/^\d{1,15}(\.\d{1,9})?$/.test(text)) return Number(text);
  throw invalid(`${key}: not a number`);
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  if (isFields(value)) return value;
  throw invalid('not an object');
}

const isFields = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const invalid = (what: string): SupervisorError =>
  new SupervisorError('invalid-request', `cannot understand the request: ${what}`);
