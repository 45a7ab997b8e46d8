/** One request to a daemon and its answer, over a unix socket or loopback HTTP. */
import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { SupervisorError } from '../services/errors.ts';
import type { Verb } from './verbs.ts';

export interface Target {
  readonly socket: string | null;
  readonly url: URL | null;
  readonly token: string | null;
}

export interface Message {
  readonly verb: Verb;
  readonly values: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** How long the daemon may say nothing at all. */
  readonly silenceMs: number;
}

const maxAnswerBytes = 256 * 1024 * 1024;

export class Transport {
  readonly address: string;
  readonly #target: Target;
  readonly #agent = new Agent({ keepAlive: true, maxFreeSockets: 4 });
  /** Failures of connections kept from a daemon that has ended; another may listen by now. */
  readonly #outlived = new WeakSet<object>();

  constructor(target: Target) {
    this.#target = target;
    this.address = target.socket ?? String(target.url?.origin);
  }

  close(): void {
    this.#agent.destroy();
  }

  /** Resolves with the head of an answer that is no error. */
  async open(message: Message): Promise<IncomingMessage> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#ask(message);
      } catch (error) {
        // The queue of a unix socket is full for a moment; nothing has been sent.
        const isWorthAnother =
          isCrowded(error) ||
          (message.verb.access === 'read' && this.#outlived.has(error as object));
        if (!isWorthAnother || attempt > mostAttempts) throw error;
        await sleep(attempt * 10);
      }
    }
  }

  #ask(message: Message): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const { path, body } = encode(message);
      const sent = this.#request(message, path, body);
      let isAnswered = false;
      // A daemon at work says `102 Processing` now and then, which counts as a sign of life.
      sent.setTimeout(message.silenceMs, () => {
        if (!isAnswered) sent.destroy(notAnswering(this.address, message.silenceMs));
      });
      sent.on('error', (error) => {
        const reason = this.#reasonFor(error, message.signal);
        if (sent.reusedSocket && !isAnswered && isCut(error)) this.#outlived.add(reason);
        reject(reason);
      });
      sent.on('response', (answer) => {
        isAnswered = true;
        sent.setTimeout(0);
        if ((answer.statusCode ?? 500) < 400 || message.verb.path === '/health') resolve(answer);
        else refusal(answer).then(reject, reject);
      });
      sent.end(body);
    });
  }

  #request({ verb, headers, signal }: Message, path: string, body: string | null): ClientRequest {
    const { socket, url, token } = this.#target;
    return request({
      ...nameless,
      agent: this.#agent,
      method: verb.method,
      path,
      ...(socket === null
        ? { host: url?.hostname.replace(/^\[|\]$/g, ''), port: url?.port }
        : { socketPath: socket, host: 'localhost' }),
      headers: {
        ...(body === null
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(signal === undefined ? {} : { signal }),
    });
  }

  #reasonFor(error: Error, signal: AbortSignal | undefined): Error {
    if (error instanceof SupervisorError) return error;
    if (signal?.aborted === true) return new SupervisorError('aborted', 'the call was aborted');
    return notReachable(this.address, error);
  }
}

/** A name is for TLS only. Where none is given, Node looks for one with a pattern that takes 5 ms to compile. */
const nameless = { servername: '' };

const mostAttempts = 20;

function isCrowded(error: unknown): boolean {
  const cause = error instanceof SupervisorError ? error.cause : null;
  return (cause as { code?: unknown } | null)?.code === 'EAGAIN';
}

function isCut(error: NodeJS.ErrnoException): boolean {
  return error.code === 'EPIPE' || error.code === 'ECONNRESET';
}

export function notReachable(address: string, cause: unknown): SupervisorError {
  const code = (cause as { code?: unknown } | null)?.code;
  const why =
    code === 'ENOENT' || code === 'ECONNREFUSED'
      ? 'nobody listens there'
      : code === 'EACCES'
        ? 'it belongs to another user'
        : cause instanceof Error
          ? cause.message
          : String(cause);
  return new SupervisorError(
    'daemon-not-reachable',
    `cannot reach the daemon at ${address}: ${why}`,
    'start it with: drover up -d',
    cause,
  );
}

function notAnswering(address: string, silenceMs: number): SupervisorError {
  return new SupervisorError(
    'daemon-not-answering',
    `the daemon at ${address} has said nothing for ${Math.round(silenceMs / 1_000)} s`,
    'it may be stopped (SIGSTOP) or very busy; what it was asked to do may still happen',
  );
}

export async function textOf(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxAnswerBytes) throw new SupervisorError('protocol', 'the answer is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The error as the server meant it. */
async function refusal(answer: IncomingMessage): Promise<SupervisorError> {
  const text = await textOf(answer);
  try {
    const { error } = JSON.parse(text) as {
      error: { code: string; message: string; hint: string };
    };
    return new SupervisorError(String(error.code), String(error.message), error.hint ?? null);
  } catch {
    return new SupervisorError(
      'protocol',
      `the daemon answered ${answer.statusCode} in no known way`,
    );
  }
}

function encode({ verb, values }: Message): { path: string; body: string | null } {
  const rest = new Map(Object.entries(values).filter(([, value]) => value !== undefined));
  const path = verb.path.replaceAll(/:([a-z]+)/g, (_, key: string) => {
    const value = rest.get(key);
    rest.delete(key);
    return encodeURIComponent(String(value));
  });
  if (verb.method === 'POST') return { path, body: JSON.stringify(Object.fromEntries(rest)) };
  const query = new URLSearchParams();
  for (const [key, value] of rest) query.set(key, String(value));
  return { path: query.size === 0 ? path : `${path}?${query}`, body: null };
}
