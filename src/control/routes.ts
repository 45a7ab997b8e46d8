/** From a request to the verb it asks for, with its arguments read and checked. */
import type { ZodError } from 'zod';
import { SupervisorError } from '../services/errors.ts';
import { matches, parametersOf } from './paths.ts';
import { requests } from './requests.ts';
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

/** Throws `invalid-request`, with everything that is wrong. */
export function readArguments(route: Route, given: unknown): Record<string, unknown> {
  const read = requests[route.name].safeParse(given);
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
