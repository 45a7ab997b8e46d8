/** The control server: one HTTP server on the unix socket and, where asked, one on loopback. */
import { chmodSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { SupervisorError } from '../services/errors.ts';
import { createToken, type Listen, type Rules, rulesFor } from './access.ts';
import { tokenName } from './address.ts';
import { type BoundSocket, bindSocket } from './control-socket.ts';
import { type Dispatcher, dispatch, type Mounted } from './dispatch.ts';
import { type Context, createContext, type Host } from './host.ts';

export interface ServerOptions {
  readonly onDefect?: (error: unknown, what: string) => void;
}

const limits = {
  // The cursor of a reader of a thousand logs is a header.
  maxHeaderSize: 128 * 1024,
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 10_000,
  connectionsCheckingInterval: 5_000,
};
const maxConnections = 1_024;
const lastAnswersMs = 1_000;

export class ControlServer {
  readonly context: Context;
  readonly #mounts = new Map<string, Mounted>();
  readonly #dispatcher: Dispatcher;
  readonly #sockets = new Set<Socket>();
  readonly #servers = new Set<Server>();
  #unix: Server | null = null;
  #bound: BoundSocket | null = null;

  constructor(host: Host, { onDefect = () => {} }: ServerOptions = {}) {
    this.context = createContext(host, () => this.#sockets.size);
    this.#dispatcher = { context: this.context, mounts: this.#mounts, onDefect };
  }

  /** Serves everything below `prefix`, such as `/inspector`, from now on. */
  mount(prefix: string, mounted: Mounted): void {
    this.#mounts.set(prefix, mounted);
  }

  /** On the socket of the state directory. Rejects `already-listening`, `socket-unusable`. */
  async listen(stateDir: string): Promise<string> {
    const server = this.#create(null);
    this.#bound = await bindSocket(server, stateDir);
    this.#unix = server;
    this.context.where.socket = this.#bound.path;
    return this.#bound.path;
  }

  get isInPlace(): boolean {
    return this.#bound?.isInPlace() === true;
  }

  /** The socket was removed: binds it anew. Who is connected stays so. */
  async listenAgain(stateDir: string): Promise<void> {
    const before = this.#unix;
    await this.listen(stateDir);
    before?.close();
    if (before !== null) this.#servers.delete(before);
  }

  /** On loopback, with a token that only readers of the state directory learn. */
  async listenTcp({ host, port }: Listen, stateDir: string): Promise<string> {
    const token = createToken();
    let rules: Rules | null = null;
    const server = this.#create(() => rules);
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error) => reject(notListening(host, port, error)));
      server.listen({ host, port, exclusive: true }, resolve);
    });
    const address = server.address() as AddressInfo;
    rules = rulesFor(address.port, token);
    writeToken(stateDir, token);
    const url = `http://${host === '::1' ? '[::1]' : host}:${address.port}`;
    this.context.where.url = url;
    return url;
  }

  /** Answers under way are finished, streams are told. */
  async close(): Promise<void> {
    this.context.streams.end('the daemon has ended');
    const closed = [...this.#servers].map(
      (server) => new Promise<void>((resolve) => void server.close(() => resolve())),
    );
    for (const server of this.#servers) server.closeIdleConnections();
    const cut = setTimeout(() => {
      for (const socket of this.#sockets) socket.destroy();
    }, lastAnswersMs);
    await Promise.all(closed);
    clearTimeout(cut);
    this.#bound?.remove();
    this.context.tally.close();
    this.context.delay.disable();
  }

  /** `rules`: null on the unix socket, where the mode of the directory decides. */
  #create(rules: (() => Rules | null) | null): Server {
    const server = createServer(limits, (request, response) => {
      const inForce = rules?.() ?? null;
      // Nothing is answered before the port, and so what is allowed, is known.
      if (rules !== null && inForce === null) return void response.destroy();
      void dispatch(this.#dispatcher, inForce, request, response);
    });
    server.maxConnections = maxConnections;
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      this.context.troubles.delete('accept');
      socket.on('close', () => this.#sockets.delete(socket));
    });
    // EMFILE and the like: nobody new comes in until it passes, and then it is forgotten.
    server.on('error', (error) => this.context.troubles.set('accept', trouble(error)));
    server.on('clientError', (_, socket) => refuseGarbage(socket as Socket));
    this.#servers.add(server);
    return server;
  }
}

const trouble = (error: Error): string => `cannot take connections: ${error.message}`;

/** What is no HTTP, or comes too slowly, is answered once and let go of. */
function refuseGarbage(socket: Socket): void {
  if (socket.writable) {
    socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  }
  socket.destroySoon();
}

function writeToken(stateDir: string, token: string): void {
  const path = join(stateDir, tokenName);
  writeFileSync(path, `${token}\n`, { mode: 0o600 });
  // An old file keeps its mode otherwise.
  chmodSync(path, 0o600);
}

function notListening(host: string, port: number, error: Error): SupervisorError {
  return new SupervisorError(
    'listen-failed',
    `cannot listen on ${host}:${port}: ${error.message}`,
    'choose another port, or 0 for any',
    error,
  );
}
