/** The control server: one HTTP server on the unix socket and, where asked, one on loopback. */
import { chmodSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { createToken, type Listen, type Rules, rulesFor } from './access.ts';
import { tokenName } from './address.ts';
import { type BoundSocket, bindSocket } from './control-socket.ts';
import { dispatch } from './dispatch.ts';
import { type Context, createContext, type Host } from './host.ts';
import { closeServers, createHttpServer, listenOn, urlOf } from './loopback.ts';

export interface ServerOptions {
  readonly onDefect?: (error: unknown, what: string) => void;
}

const maxConnections = 1_024;

export class ControlServer {
  readonly context: Context;
  readonly #sockets = new Set<Socket>();
  readonly #servers = new Set<Server>();
  #unix: Server | null = null;
  #bound: BoundSocket | null = null;

  constructor(host: Host, { onDefect = () => {} }: ServerOptions = {}) {
    this.context = createContext(host, { clients: () => this.#sockets.size, onDefect });
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
    const given = await listenOn(server, { host, port });
    rules = rulesFor(given, token);
    writeToken(stateDir, token);
    const url = urlOf(host, given);
    this.context.where.url = url;
    return url;
  }

  /** Answers under way are finished, streams are told. */
  async close(): Promise<void> {
    this.context.streams.end('the daemon has ended');
    await this.context.inspector?.then((inspector) => inspector.close()).catch(() => {});
    await closeServers(this.#servers, this.#sockets);
    this.#bound?.remove();
    this.context.tally.close();
    this.context.lag.close();
  }

  /** `rules`: null on the unix socket, where the mode of the directory decides. */
  #create(rules: (() => Rules | null) | null): Server {
    const limits = { maxConnections, sockets: this.#sockets };
    const server = createHttpServer(limits, (request, response) => {
      const inForce = rules?.() ?? null;
      // Nothing is answered before the port, and so what is allowed, is known.
      if (rules !== null && inForce === null) return void response.destroy();
      void dispatch(this.context, inForce, request, response);
    });
    server.on('connection', () => this.context.troubles.delete('accept'));
    // EMFILE and the like: nobody new comes in until it passes, and then it is forgotten.
    server.on('error', (error) => this.context.troubles.set('accept', trouble(error)));
    this.#servers.add(server);
    return server;
  }
}

const trouble = (error: Error): string => `cannot take connections: ${error.message}`;

function writeToken(stateDir: string, token: string): void {
  const path = join(stateDir, tokenName);
  writeFileSync(path, `${token}\n`, { mode: 0o600 });
  // An old file keeps its mode otherwise.
  chmodSync(path, 0o600);
}
