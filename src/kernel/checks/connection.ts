/**
 * Asks an endpoint for a connection, and says in a person's words why there is none.
 */
import { connect, type Socket } from 'node:net';
import type { Endpoint } from '../../machines/vocabulary.ts';
import { codeOf, messageOf } from '../linux/errno.ts';
import type { Attempt } from './attempt.ts';

/** How long a server may take to close its end as well. */
const lingerMs = 1_000;

/** As a person would write it. */
export function nameOf(endpoint: Endpoint): string {
  if (endpoint.kind === 'unix') return endpoint.path;
  return `${endpoint.host.includes(':') ? `[${endpoint.host}]` : endpoint.host}:${endpoint.port}`;
}

/** The connection ends with the attempt, and any failure of it is the attempt's miss. */
export function connectTo(
  attempt: Attempt,
  endpoint: Endpoint,
  connected: (socket: Socket) => void,
) {
  const socket = connect(
    endpoint.kind === 'unix'
      ? { path: endpoint.path }
      : { host: endpoint.host, port: endpoint.port, noDelay: true },
  );
  // The deadline belongs to the clock, which keeps no host alive either.
  socket.unref();
  socket.on('error', (error) => attempt.miss(explain(error, endpoint)));
  socket.once('connect', () => connected(socket));
  attempt.atEnd(() => leave(socket));
}

/** As a client should: what is broken off instead is an error in the log of many a server. */
function leave(socket: Socket): void {
  if (socket.connecting) return void socket.destroy();
  socket.removeAllListeners('data');
  socket.setTimeout(lingerMs, () => socket.destroy());
  socket.resume();
  socket.end();
}

/** Where the connection led in the end: a name may stand for several addresses. */
export function reached(socket: Socket, endpoint: Endpoint): Endpoint {
  const { remoteAddress, remotePort } = socket;
  if (endpoint.kind === 'unix' || remoteAddress === undefined) return endpoint;
  return { kind: 'tcp', host: remoteAddress, port: remotePort ?? endpoint.port };
}

export function explain(error: unknown, endpoint: Endpoint): string {
  const at = nameOf(endpoint);
  switch (codeOf(error)) {
    case 'ECONNREFUSED':
      return `connection refused at ${at}`;
    case 'ENOENT':
      return `there is no socket at ${at}`;
    case 'ENOTSOCK':
      return `there is no socket at ${at}, but something else`;
    case 'EACCES':
    case 'EPERM':
      return `drover has no right to connect to ${at}`;
    case 'ECONNRESET':
    case 'EPIPE':
      return `${at} closed the connection`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `nobody knows the address of ${at}`;
    case 'EAGAIN':
      return `too many others wait to be let in at ${at}`;
    default:
      return `cannot connect to ${at}: ${messageOf(error) || codeOf(error)}`;
  }
}
