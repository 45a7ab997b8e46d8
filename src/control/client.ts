/**
 * The door of `drover/client`: asks a daemon, with one method for each verb of the
 * table. It loads nothing but node:http, and starts no daemon.
 */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { SupervisorError } from '../services/errors.ts';
import { pointerName, socketOf } from './address.ts';
import { follow } from './client-stream.ts';
import { type Target, Transport, textOf } from './client-transport.ts';
import type { CallOptions, Client, StreamOptions } from './client-types.ts';
import { type Verb, type VerbName, verbs } from './verbs.ts';

export { SupervisorError } from '../services/errors.ts';
export type {
  ArgumentsOf,
  CallOptions,
  Client,
  Notice,
  StreamOptions,
} from './client-types.ts';
export type {
  DaemonInfo,
  Description,
  EventInfo,
  Health,
  LogLineInfo,
  Operation,
  ProcessView,
  RequestOf,
  ResponseOf,
  ServiceInfo,
  StatusInfo,
  Timeline,
} from './protocol.ts';
export { type Verb, type VerbName, verbs } from './verbs.ts';

export interface ConnectOptions {
  /** The state directory of the project; its socket is found from there. */
  readonly stateDir?: string;
  /** The socket itself. */
  readonly socket?: string;
  /** Of a daemon that listens on loopback, such as http://127.0.0.1:7070. */
  readonly url?: string;
  /** For `url`. It is in the file `control.token` of the state directory. */
  readonly token?: string;
  /** The same, read from a file. */
  readonly tokenFile?: string;
  /** How long the daemon may say nothing before it counts as dead. Default 15 s. */
  readonly silenceMs?: number;
}

/**
 * Makes a client; nothing is sent yet. Each method rejects with a `SupervisorError`
 * of the server's code, or with `daemon-not-reachable` when nobody listens.
 */
export function connect(options: ConnectOptions): Client {
  const transport = new Transport(targetOf(options));
  const silenceMs = options.silenceMs ?? 15_000;
  const client: Record<string, unknown> = {
    address: transport.address,
    close: () => transport.close(),
  };
  for (const [name, verb] of Object.entries(verbs)) {
    client[name] = method(transport, name as VerbName, verb, silenceMs);
  }
  return client as unknown as Client;
}

type Values = Readonly<Record<string, unknown>>;

function method(transport: Transport, name: VerbName, verb: Verb, silenceMs: number) {
  if (verb.answer === 'stream') {
    return (values: Values = {}, options: StreamOptions = {}) =>
      follow(transport, verb, values, withoutReconnect(name, values, options));
  }
  return async (values: Values = {}, { signal }: CallOptions = {}): Promise<unknown> => {
    const text = await textOf(await transport.open({ verb, values, signal, silenceMs }));
    return verb.answer === 'text' ? text : JSON.parse(text);
  };
}

/** Lines that are not followed come to an end, which is no loss of the connection. */
function withoutReconnect(name: VerbName, values: Values, options: StreamOptions): StreamOptions {
  return name === 'logs' && values['follow'] !== true ? { ...options, reconnect: false } : options;
}

function targetOf({ stateDir, socket, url, token, tokenFile }: ConnectOptions): Target {
  if (url !== undefined) {
    const secret =
      token ?? (tokenFile === undefined ? null : readFileSync(tokenFile, 'utf8').trim());
    return { socket: null, url: new URL(url), token: secret };
  }
  if (socket !== undefined) return { socket: resolve(socket), url: null, token: null };
  if (stateDir === undefined) {
    throw new SupervisorError(
      'usage',
      'cannot connect: neither a state directory nor a socket nor a URL was given',
    );
  }
  const directory = resolve(stateDir);
  // A path that does not exist fails at the first call, with a message that names it.
  const path = socketOf(directory) ?? join(directory, pointerName);
  return { socket: path, url: null, token: null };
}
