/** From a request to the verb it asks for, with its arguments read and checked. */
import type { ZodError } from 'zod';
import { SupervisorError } from '../services/errors.ts';
import { contracts } from './protocol.ts';
import { type Verb, type VerbName, verbs } from './verbs.ts';

export interface Route {
  readonly name: VerbName;
  readonly verb: Verb;
  readonly parameters: ReadonlyMap<string, string>;
}

const table = (Object.entries(verbs) as [VerbName, Verb][]).map(([name, verb]) => ({
  name,
  verb,
  segments: verb.path.split('/'),
}));

/** Throws `not-found`, `method-not-allowed`, `invalid-request`. */
export function findRoute(method: string, path: string): Route {
  const segments = path.split('/');
  const matching = table.filter((row) => matches(row.segments, segments));
  if (matching.length === 0) {
    throw new SupervisorError('not-found', 'there is nothing at this address', 'see /openapi.json');
  }
  const row = matching.find(({ verb }) => verb.method === method);
  if (row === undefined) {
    const allowed = matching.map(({ verb }) => verb.method).join(', ');
    throw new SupervisorError('method-not-allowed', `this address takes ${allowed} only`);
  }
  return { name: row.name, verb: row.verb, parameters: parametersOf(row.segments, segments) };
}

export function matches(pattern: readonly string[], segments: readonly string[]): boolean {
  return (
    pattern.length === segments.length &&
    pattern.every((part, i) => (part.startsWith(':') ? segments[i] !== '' : part === segments[i]))
  );
}

export function parametersOf(
  pattern: readonly string[],
  segments: readonly string[],
): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const [i, part] of pattern.entries()) {
    if (part.startsWith(':')) parameters.set(part.slice(1), decode(segments[i] ?? ''));
  }
  return parameters;
}

/** Only what a name or an id is made of: nothing that could be a path or a prototype's key. */
const word = /^[a-z0-9][a-z0-9._-]{0,63}$/;

function decode(segment: string): string {
  let text: string;
  try {
    text = decodeURIComponent(segment);
  } catch {
    throw new SupervisorError('invalid-request', 'the address is not well encoded');
  }
  if (word.test(text)) return text;
  throw new SupervisorError('invalid-request', 'the address holds what is no name of a service');
}

/** Throws `invalid-request`, with everything that is wrong. */
export function readArguments(route: Route, given: unknown): Record<string, unknown> {
  const read = contracts[route.name].request.safeParse(given);
  if (!read.success) throw invalid(route.name, read.error);
  return { ...read.data, ...Object.fromEntries(route.parameters) };
}

function invalid(name: VerbName, { issues }: ZodError): SupervisorError {
  const problems = issues.slice(0, 10).map(({ path, message }) => {
    const where = path.join('.');
    return where === '' ? message : `${where}: ${message}`;
  });
  return new SupervisorError(
    'invalid-request',
    `cannot ${name}: ${problems.join('; ')}`,
    'see /openapi.json',
  );
}

/** A query as an object; of a key that comes twice, the last one counts. */
export const queryOf = (query: string): unknown => Object.fromEntries(new URLSearchParams(query));
