/**
 * Asks for a page and looks at its status alone.
 */
import { type ClientRequest, get as getPlain, type IncomingMessage } from 'node:http';
import { get as getSecure } from 'node:https';
import type { Check, Endpoint } from '../../machines/vocabulary.ts';
import { codeOf, messageOf } from '../linux/errno.ts';
import type { Clock } from '../port.ts';
import type { Attempt } from './attempt.ts';
import { explain, nameOf, reached } from './connection.ts';
import type { Ask } from './dependencies.ts';
import { passIfOurs } from './ownership.ts';
import { endpointOf } from './place.ts';

/** A page is read this far and this long, so that a short one is not broken off while it is sent. */
const mostBytes = 65_536;
const mostReadMs = 100;

export const askHttp: Ask<Extract<Check, { kind: 'http' }>> = (
  attempt,
  { url, status },
  context,
  { clock, listeners },
) => {
  const at = endpointOf(new URL(url));
  const request = send(url);
  request.on('response', (response) => {
    const { socket, statusCode = 0 } = response;
    if (!isWanted(statusCode, status)) return attempt.miss(`HTTP status ${statusCode} from ${url}`);
    const answerer = reached(socket, at);
    read(attempt, clock, response, () => passIfOurs(attempt, answerer, context, listeners));
  });
  request.on('error', (error) => attempt.miss(explainHttp(error, at)));
  attempt.atEnd(() => request.destroy());
};

/** Whether it answers is asked, and not who vouches for it: local certificates are rarely signed. */
function send(url: string): ClientRequest {
  const headers = { 'user-agent': 'drover', accept: '*/*', connection: 'close' };
  const options = { agent: false, headers } as const;
  const request = url.startsWith('https:')
    ? getSecure(url, { ...options, rejectUnauthorized: false })
    : getPlain(url, options);
  request.on('socket', (socket) => socket.unref());
  return request;
}

function read(attempt: Attempt, clock: Clock, response: IncomingMessage, done: () => void): void {
  let bytes = 0;
  const finish = () => {
    clock.clearTimeout(timer);
    response.removeAllListeners('data').removeAllListeners('end');
    done();
  };
  const timer = clock.setTimeout(finish, mostReadMs);
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > mostBytes) finish();
  });
  response.once('end', finish);
  attempt.atEnd(() => clock.clearTimeout(timer));
}

/** Any 2xx or 3xx where no status was named. */
function isWanted(status: number, wanted: number | null): boolean {
  return wanted === null ? status >= 200 && status < 400 : status === wanted;
}

function explainHttp(error: Error, at: Endpoint): string {
  if (codeOf(error).startsWith('HPE_')) return `${nameOf(at)} does not speak HTTP`;
  if (messageOf(error) === 'socket hang up') {
    return `${nameOf(at)} closed the connection without an answer`;
  }
  return explain(error, at);
}
