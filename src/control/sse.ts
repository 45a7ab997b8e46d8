/**
 * Server-sent events to one reader, with a bounded buffer: who reads too slowly is
 * told so and let go of, and comes back by cursor. Nothing waits for a reader.
 */
import type { ServerResponse } from 'node:http';

export interface Frame {
  readonly event?: string;
  readonly id?: string | number;
  /** Without any it is no event, and says only where to go on. */
  readonly data?: unknown;
}

/** What many readers get is put into JSON once. */
export interface WrittenFrame {
  readonly event: string;
  readonly json: string;
}

const heartbeatMs = 15_000;
const mostBytes = 4 * 1024 * 1024;
const leastBytes = 256 * 1024;
/** Of all readers together. */
const bytesOfAll = 64 * 1024 * 1024;
const lastWordsMs = 2_000;

/** How many bytes one reader may be behind, so that all of them together have a bound. */
export const allowance = (readers: number): number =>
  Math.max(leastBytes, Math.min(mostBytes, bytesOfAll / Math.max(1, readers)));

/** How a stream says of itself that it is over, or that something is missing. */
export type Farewell = (kind: string, message: string) => Frame;

const asNotice: Farewell = (kind, message) => ({ event: 'notice', data: { kind, message } });

export interface StreamsOptions {
  readonly farewell?: Farewell;
  /** How many bytes each of so many readers may be behind. */
  readonly allowed?: (readers: number) => number;
}

export class EventStreams {
  readonly #open = new Set<EventStream>();
  readonly #farewell: Farewell;
  readonly #allowed: (readers: number) => number;

  constructor({ farewell = asNotice, allowed = allowance }: StreamsOptions = {}) {
    this.#farewell = farewell;
    this.#allowed = allowed;
  }

  get count(): number {
    return this.#open.size;
  }

  open(response: ServerResponse): EventStream {
    const allowed = () => this.#allowed(this.#open.size);
    const stream = new EventStream(response, { allowed, farewell: this.#farewell });
    this.#open.add(stream);
    stream.whenClosed(() => this.#open.delete(stream));
    return stream;
  }

  /** The daemon ends; every reader learns that this is no lost connection. */
  end(message: string): void {
    for (const stream of [...this.#open]) stream.end('ended', message);
  }
}

interface StreamOptions {
  readonly allowed: () => number;
  readonly farewell: Farewell;
}

export class EventStream {
  readonly #response: ServerResponse;
  readonly #allowed: () => number;
  readonly #farewell: Farewell;
  readonly #closers: (() => void)[] = [];
  readonly #heartbeat: NodeJS.Timeout;
  #isOpen = true;

  constructor(response: ServerResponse, { allowed, farewell }: StreamOptions) {
    this.#response = response;
    this.#allowed = allowed;
    this.#farewell = farewell;
    response.writeHead(200, { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' });
    response.write(':\n\n');
    response.on('close', () => this.#close());
    // A response to a reader that has left fails; `close` comes as well.
    response.on('error', () => {});
    this.#heartbeat = setInterval(() => this.#write(':\n\n'), heartbeatMs);
    this.#heartbeat.unref();
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  whenClosed(run: () => void): void {
    this.#closers.push(run);
  }

  send(frame: Frame | WrittenFrame): void {
    this.#write('json' in frame ? written(frame) : format(frame));
  }

  notice(kind: string, message: string): void {
    this.send(this.#farewell(kind, message));
  }

  /** Resolves when the reader has caught up, or has left; null: it has. For what can wait: the past. */
  drained(): Promise<void> | null {
    if (!this.#isOpen || !this.#response.writableNeedDrain) return null;
    return new Promise((resolve) => {
      this.#response.once('drain', resolve);
      this.whenClosed(resolve);
    });
  }

  end(kind: 'ended' | 'dropped' | null, message = ''): void {
    if (!this.#isOpen) return;
    if (kind !== null) this.#response.write(format(this.#farewell(kind, message)));
    this.#close();
    this.#response.end();
    // Whoever does not read its last words either is cut off.
    setTimeout(() => this.#response.destroy(), lastWordsMs).unref();
  }

  #write(text: string): void {
    if (!this.#isOpen) return;
    this.#response.write(text);
    if (this.#response.writableLength <= this.#allowed()) return;
    this.end('dropped', 'this reader was too slow; go on after the last id');
  }

  #close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    clearInterval(this.#heartbeat);
    for (const run of this.#closers) run();
  }
}

/** JSON has no line breaks, so that one datum is one line and nothing can be forged. */
function format({ event, id, data }: Frame): string {
  const name = event === undefined ? '' : `event: ${event}\n`;
  const cursor = id === undefined ? '' : `id: ${id}\n`;
  const content = data === undefined ? '' : `data: ${JSON.stringify(data)}\n`;
  return `${name}${cursor}${content}\n`;
}

const written = ({ event, json }: WrittenFrame): string => `event: ${event}\ndata: ${json}\n\n`;
