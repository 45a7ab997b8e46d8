/** Server-sent events as an async iterable that goes on after a lost connection. */
import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { SupervisorError } from '../services/errors.ts';
import type { Transport } from './client-transport.ts';
import type { Notice, StreamOptions } from './client-types.ts';
import type { Verb } from './verbs.ts';

interface Sent {
  readonly event: string;
  readonly id: string | null;
  /** null: it only says where to go on. */
  readonly data: string | null;
}

/** Longer than the server's heartbeat, so that a stream that says nothing at all is dead. */
const silenceMs = 45_000;
const firstPauseMs = 50;
const longestPauseMs = 1_000;

export async function* follow(
  transport: Transport,
  verb: Verb,
  values: Readonly<Record<string, unknown>>,
  options: StreamOptions,
): AsyncGenerator<unknown, void, undefined> {
  const { reconnect = true, reconnectForMs = 10_000, onNotice, signal } = options;
  const cursors = new Cursors();
  let cursor: string | null = null;
  let lostAt: number | null = null;
  let pauseMs = firstPauseMs;
  while (!isAborted(signal)) {
    let answer: IncomingMessage;
    try {
      answer = await connect(transport, verb, values, cursor, signal);
    } catch (error) {
      if (isAborted(signal)) return;
      // Who has never been connected is told at once; who was, waits for a daemon that restarts.
      if (lostAt === null || performance.now() - lostAt > reconnectForMs) throw error;
      if (!(error instanceof SupervisorError) || error.code !== 'daemon-not-reachable') throw error;
      await pause(pauseMs, signal);
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
      continue;
    }
    pauseMs = firstPauseMs;
    try {
      for await (const sent of parse(answer)) {
        if (sent.id !== null) cursor = cursors.add(sent.id);
        if (sent.data === null) continue;
        if (sent.event !== 'notice') {
          yield JSON.parse(sent.data);
          continue;
        }
        const notice = JSON.parse(sent.data) as Notice;
        onNotice?.(notice);
        if (notice.kind === 'ended') return;
      }
    } catch (error) {
      if (isAborted(signal)) return;
      if (!isLost(error)) throw error;
    } finally {
      answer.destroy();
    }
    if (!reconnect) return;
    lostAt = performance.now();
  }
}

/** An id says where one service's lines are; where to go on takes all of them. */
class Cursors {
  readonly #places = new Map<string, string>();

  add(id: string): string {
    const [kind = '', place] = id.split('/');
    if (place === undefined) return id;
    this.#places.set(place.slice(0, place.lastIndexOf(':')), place);
    return `${kind}/${[...this.#places.values()].join(',')}`;
  }
}

function connect(
  transport: Transport,
  verb: Verb,
  values: Readonly<Record<string, unknown>>,
  cursor: string | null,
  signal: AbortSignal | undefined,
): Promise<IncomingMessage> {
  const headers = cursor === null ? {} : { 'last-event-id': cursor };
  return transport.open({ verb, values, headers, signal, silenceMs });
}

const isAborted = (signal: AbortSignal | undefined): boolean => signal?.aborted === true;

/** The connection ended in the middle; anything else is a defect and is thrown. */
const isLost = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && !(error instanceof SupervisorError);

const pause = (ms: number, signal: AbortSignal | undefined): Promise<void> =>
  sleep(ms, undefined, signal === undefined ? {} : { signal }).catch(() => {});

async function* parse(answer: IncomingMessage): AsyncGenerator<Sent> {
  answer.setEncoding('utf8');
  answer.socket.setTimeout(silenceMs, () => answer.destroy(silent()));
  let text = '';
  for await (const chunk of answer as AsyncIterable<string>) {
    text += chunk;
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const sent = read(block);
      if (sent !== null) yield sent;
    }
  }
}

const silent = (): Error => Object.assign(new Error('no heartbeat'), { code: 'ETIMEDOUT' });

/** null: a comment, which is the heartbeat. */
function read(block: string): Sent | null {
  let event = 'message';
  let id: string | null = null;
  const data: string[] = [];
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':');
    if (colon <= 0) continue;
    const value = line.slice(colon + 1).replace(/^ /, '');
    const field = line.slice(0, colon);
    if (field === 'event') event = value;
    else if (field === 'id') id = value;
    else if (field === 'data') data.push(value);
  }
  if (data.length === 0) return id === null ? null : { event, id, data: null };
  return { event, id, data: data.join('\n') };
}
