/**
 * The inspector's own small HTTP server: on loopback only, with as few connections as
 * some browsers need. It serves the page to whoever comes from this machine, and
 * everything else to whoever has a token.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { SupervisorError } from '../../services/errors.ts';
import { safeHeaders } from '../access.ts';
import { asSupervisorError, errorBody, httpStatusOf } from '../error-status.ts';
import { closeServers, createHttpServer, listenOn, urlOf } from '../loopback.ts';
import { EventStreams, type Farewell } from '../sse.ts';
import { answerApi, Poured } from './api.ts';
import { type Access, Gate } from './gate.ts';
import type { Inspected } from './inspected.ts';
import { type Page, pagePolicy, sendPage } from './page.ts';
import { statelyPage, statelyPolicy } from './stately.ts';

export interface ServerOptions {
  readonly inspected: Inspected;
  readonly page: Page;
  /** 0: any. */
  readonly port: number;
  /** The host process lives on because of this alone. */
  readonly keepAlive: boolean;
  readonly onDefect?: ((error: unknown, what: string) => void) | undefined;
}

const maxConnections = 64;
const host = '127.0.0.1';

const asEnd: Farewell = (_, reason) => ({ event: 'end', data: { reason } });

export class InspectorServer {
  readonly #options: ServerOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** A feed goes as fast as its reader, so what may be on its way needs no bound. */
  readonly #feeds = new EventStreams({ farewell: asEnd, allowed: () => Number.POSITIVE_INFINITY });
  readonly #pushes = new EventStreams({ farewell: asEnd });
  #gate: Gate | null = null;
  #origin = '';
  #hasStately = false;
  #closed: Promise<void> | null = null;

  /** Rejects `listen-failed`. */
  static async open(options: ServerOptions): Promise<InspectorServer> {
    const server = new InspectorServer(options);
    await server.#listen();
    return server;
  }

  private constructor(options: ServerOptions) {
    this.#options = options;
    const limits = { maxConnections, sockets: this.#sockets };
    this.#server = createHttpServer(limits, (request, response) => {
      void this.#serve(request, response);
    });
    this.#server.on('upgrade', (_, socket) => refuseUpgrade(socket));
    this.#server.on('connect', (_, socket) => refuseUpgrade(socket));
    if (options.keepAlive) return;
    this.#server.unref();
    this.#server.on('connection', (socket) => socket.unref());
  }

  get inspected(): Inspected {
    return this.#options.inspected;
  }

  get origin(): string {
    return this.#origin;
  }

  get gate(): Gate {
    if (this.#gate === null) throw new Error('the inspector does not listen yet');
    return this.#gate;
  }

  /** How many follow what happens, or what is printed. */
  get readers(): number {
    return this.#feeds.count + this.#pushes.count;
  }

  /** For a person: the token is behind the #, which no browser sends to anybody. */
  url(access: Access): string {
    return `${this.#origin}${this.#place('/', access)}`;
  }

  /** The same of the page that shows everything to the hosted one of Stately. */
  statelyUrl(): string {
    this.#hasStately = true;
    return `${this.#origin}${this.#place('/stately', 'look')}`;
  }

  /** That address for one visit only, see `Gate`. */
  invitation(url: string): string {
    return `${this.#origin}/open/${this.gate.invite(url.slice(this.#origin.length))}`;
  }

  #place(path: string, access: Access): string {
    return `${path}#token=${this.gate.token(access)}`;
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#feeds.end('the inspector was closed');
    this.#pushes.end('the inspector was closed');
    this.#options.inspected.close();
    await closeServers([this.#server], this.#sockets);
  }

  async #listen(): Promise<void> {
    const port = await listenOn(this.#server, { host, port: this.#options.port });
    this.#gate = new Gate(port);
    this.#origin = urlOf(host, port);
    // A connection that cannot be taken is the next one's chance.
    this.#server.on('error', (error) => this.#options.onDefect?.(error, 'inspector'));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(safeHeaders)) response.setHeader(name, value);
    response.setHeader('content-security-policy', pagePolicy);
    response.setHeader('cross-origin-opener-policy', 'same-origin');
    try {
      await this.#answer(request, response);
    } catch (error) {
      const refusal = asSupervisorError(error);
      if (refusal.code === 'internal') {
        this.#options.onDefect?.(error, `${request.method} ${request.url}`);
      }
      refuse(request, response, refusal);
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = request.url ?? '';
    const mark = url.indexOf('?');
    const [path, query] = mark < 0 ? [url, ''] : [url.slice(0, mark), url.slice(mark + 1)];
    this.gate.mustBeOurs(request.headers);
    if (path.startsWith('/api/')) return this.#answerApi(request, response, { path, query });
    mustBeAVisit(request);
    if (this.#hasStately && statelyPage.has(path)) {
      response.setHeader('content-security-policy', statelyPolicy);
      return sendPage(statelyPage, path, request, response);
    }
    const word = /^\/open\/([\w-]{1,64})$/.exec(path)?.[1];
    if (word === undefined) return sendPage(this.#options.page, path, request, response);
    if (request.method !== 'GET') {
      throw new SupervisorError('method-not-allowed', 'this address takes GET only');
    }
    response.writeHead(303, { location: this.gate.admit(word) }).end();
  }

  async #answerApi(
    request: IncomingMessage,
    response: ServerResponse,
    where: { readonly path: string; readonly query: string },
  ): Promise<void> {
    const access = this.gate.accessOf(request.method ?? '', request.headers);
    const answer = await answerApi(this.#options.inspected, access, request, where);
    if (!(answer instanceof Poured)) return sendJson(response, 200, answer);
    const streams = where.path === '/api/stream' ? this.#feeds : this.#pushes;
    answer.pour(streams.open(response));
  }
}

/** A page of somebody else may link to ours, and no more than that. Throws `forbidden`. */
function mustBeAVisit({ headers }: IncomingMessage): void {
  const site = headers['sec-fetch-site'];
  if (site === undefined || site === 'same-origin' || site === 'none') return;
  if (headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document') return;
  throw new SupervisorError('forbidden', 'requests from other sites are refused');
}

function refuseUpgrade(socket: Duplex): void {
  socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
}

function refuse(request: IncomingMessage, response: ServerResponse, error: SupervisorError): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  // What was not read of the body would be taken for the next request.
  if (!request.complete) response.setHeader('connection', 'close');
  sendJson(response, httpStatusOf(error.code), errorBody(error));
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  if (response.destroyed) return;
  const text = `${JSON.stringify(value)}\n`;
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}
