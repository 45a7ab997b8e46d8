/**
 * What can be asked below `/api`: a closed table, where each row says who may ask.
 * What goes in and out is described in `inspection/protocol.ts`.
 */
import type { IncomingMessage } from 'node:http';
import { SupervisorError } from '../../services/errors.ts';
import { matches, parametersOf } from '../paths.ts';
import { readJson } from '../request-body.ts';
import { type Access, mustControl } from './gate.ts';
import type { Inspected, Pour } from './inspected.ts';
import {
  actorOf,
  commandOf,
  cursorOf,
  eventOf,
  logRequestOf,
  type Query,
  stretchOf,
  whatIfOf,
} from './requests.ts';
import { statelyStream } from './stately.ts';

interface Asked {
  readonly inspected: Inspected;
  readonly query: Query;
  readonly body: unknown;
  /** What stands in the path. */
  readonly word: string;
  readonly access: Access;
  readonly lastId: string | null;
}

interface Row {
  readonly method: 'GET' | 'POST';
  readonly segments: readonly string[];
  readonly access: Access;
  readonly answer: (asked: Asked) => unknown;
}

/** A stream instead of a value. */
export class Poured {
  readonly pour: Pour;

  constructor(pour: Pour) {
    this.pour = pour;
  }
}

const row = (
  method: Row['method'],
  path: string,
  answer: Row['answer'],
  access: Access = 'look',
): Row => ({ method, segments: path.split('/'), access, answer });

const table: readonly Row[] = [
  row('GET', '/api/info', ({ inspected, access }) => inspected.info(access === 'control')),
  row(
    'GET',
    '/api/stream',
    ({ inspected, query, lastId }) => new Poured(inspected.news(cursorOf(query, lastId))),
  ),
  row('GET', '/api/definitions/:id', ({ inspected, word }) => inspected.definition(actorOf(word))),
  row(
    'GET',
    '/api/logs',
    ({ inspected, query, lastId }) => new Poured(inspected.logs(logRequestOf(query, lastId))),
  ),
  row('GET', '/api/why/:name', ({ inspected, word }) => ({
    name: word,
    why: inspected.why(word),
  })),
  row('GET', '/api/actors/:id/next', ({ inspected, word }) => inspected.next(actorOf(word))),
  row('GET', '/api/recording', async ({ inspected, query }) =>
    inspected.laidOut(await inspected.recording(stretchOf(query))),
  ),
  row('GET', '/api/journal', async ({ inspected, query }) =>
    inspected.laidOut(await inspected.journal(stretchOf(query))),
  ),
  row('GET', '/api/stately', ({ inspected }) => new Poured(statelyStream(inspected))),
  // Too much for a query; it touches nothing.
  row('POST', '/api/actors/:id/what-if', ({ inspected, word, body }) =>
    inspected.whatIf(actorOf(word), whatIfOf(body)),
  ),
  row(
    'POST',
    '/api/actors/:id/send',
    ({ inspected, word, body }) => {
      inspected.send(actorOf(word), eventOf(body));
      return {};
    },
    'control',
  ),
  row(
    'POST',
    '/api/command',
    ({ inspected, body }) => inspected.command(commandOf(body)),
    'control',
  ),
];

/** A value, or a `Poured`. Rejects with what is wrong with the request. */
export async function answerApi(
  inspected: Inspected,
  access: Access,
  request: IncomingMessage,
  { path, query }: { readonly path: string; readonly query: string },
): Promise<unknown> {
  const segments = path.split('/');
  const found = rowOf(request.method ?? '', segments);
  // Before the body is read, and before it is told whether there is such an actor.
  if (found.access === 'control') mustControl(access);
  const [word = ''] = parametersOf(found.segments, segments).values();
  const header = request.headers['last-event-id'];
  return found.answer({
    inspected,
    access,
    word,
    query: new URLSearchParams(query),
    body: found.method === 'POST' ? await readJson(request) : undefined,
    lastId: typeof header === 'string' ? header : null,
  });
}

/** Throws `not-found`, `method-not-allowed`. */
function rowOf(method: string, segments: readonly string[]): Row {
  const matching = table.filter((one) => matches(one.segments, segments));
  if (matching.length === 0) {
    throw new SupervisorError('not-found', 'there is nothing at this address');
  }
  const found = matching.find((one) => one.method === method);
  if (found !== undefined) return found;
  const allowed = matching.map((one) => one.method).join(', ');
  throw new SupervisorError('method-not-allowed', `this address takes ${allowed} only`);
}
