/**
 * Reads a log from its end, and goes on reading as it grows. The file itself is the
 * buffer: a slow reader holds one chunk and a place in the file, never what it has
 * yet to read, and the service that writes knows nothing of it.
 */
import type { Subscription } from 'rxjs';
import { Observable } from 'rxjs/internal/Observable';
import type { Cancel, Kernel } from '../kernel/port.ts';
import type { LogFile } from './log-file.ts';
import { LineCutter, type TextLine } from './log-lines.ts';

export interface ReadLine extends Omit<TextLine, 'end'> {
  /** When it was read: milliseconds since 1970. */
  readonly at: number;
  /** So many bytes before it were gone before they could be read. */
  readonly skippedBytes: number;
  /** The address right behind it, to go on from, and whose address that is. */
  readonly offset: number;
  readonly log: string;
}

const chunkBytes = 64 * 1024;
const maxScannedBytes = 8 * 1024 * 1024;
/** So that a line for each of a thousand writes costs no thousand reads. */
const pauseMs = 10;
const newline = 0x0a;

type Reading = Pick<Kernel, 'clock' | 'watchFile'>;

/** The last lines, an unfinished one included. */
export function tail(clock: Kernel['clock'], log: LogFile, lines: number): readonly ReadLine[] {
  const { end } = log.extent();
  const reader = new Reader(clock, log, lastLines(log, lines));
  const found: ReadLine[] = [];
  while (reader.at < end) {
    const before = reader.at;
    for (const line of reader.read(end - reader.at)) {
      found.push(line);
      if (found.length > lines) found.shift();
    }
    if (reader.at === before) break;
  }
  found.push(...reader.finish());
  return lines === 0 ? [] : found.slice(-lines);
}

/** The address where the last `lines` lines begin, as far back as is reasonable to look. */
export function lastLines(log: LogFile, lines: number): number {
  const { start, end } = log.extent();
  const floor = Math.max(start, end - maxScannedBytes);
  let wanted = lines;
  for (let to = end; to > floor && lines > 0; ) {
    const from = Math.max(floor, to - chunkBytes);
    const { at, bytes } = readFully(log, from, to);
    for (let i = bytes.length - 1; i >= 0; i -= 1) {
      // A newline at the very end begins no line.
      if (bytes[i] !== newline || at + i + 1 === end) continue;
      wanted -= 1;
      if (wanted === 0) return at + i + 1;
    }
    to = from;
  }
  return lines > 0 ? floor : end;
}

/** A chunk may lie in two files. */
function readFully(log: LogFile, from: number, to: number): { at: number; bytes: Uint8Array } {
  const parts: Uint8Array[] = [];
  let first: number | null = null;
  for (let at = from; at < to; ) {
    const piece = log.read(at, to - at);
    if (piece.bytes.length === 0 || piece.at >= to) break;
    // What lies before a hole is not joined to what lies behind it.
    if (piece.at !== at) parts.length = 0;
    if (parts.length === 0) first = piece.at;
    parts.push(piece.bytes);
    at = piece.at + piece.bytes.length;
  }
  return { at: first ?? from, bytes: Buffer.concat(parts) };
}

export interface FollowOptions {
  /** The address to begin at; see `lastLines`. */
  readonly from: number;
  /** Nothing is read while this is true; what is rotated away meanwhile is told as skipped. */
  readonly paused$?: Observable<boolean>;
}

/** Every line from there on, as it is written. Never completes by itself. */
export function follow(
  kernel: Reading,
  log: LogFile,
  { from, paused$ }: FollowOptions,
): Observable<ReadLine> {
  return new Observable((subscriber) => {
    const pump = new Pump(kernel, log, from, (line) => subscriber.next(line));
    const pauses: Subscription | undefined = paused$?.subscribe((paused) => pump.pause(paused));
    pump.stir();
    return () => {
      pauses?.unsubscribe();
      pump.close();
    };
  });
}

/** A place in a log, and the beginning of the line it is in. */
class Reader {
  at: number;
  readonly #clock: Kernel['clock'];
  readonly #log: LogFile;
  #cutter = new LineCutter();
  #skipped = 0;

  constructor(clock: Kernel['clock'], log: LogFile, at: number) {
    this.#clock = clock;
    this.#log = log;
    this.at = at;
  }

  read(most: number): readonly ReadLine[] {
    const piece = this.#log.read(this.at, Math.min(most, chunkBytes));
    if (piece.at > this.at) {
      // Half a line on each side of a hole makes no line.
      this.#skipped += piece.at - this.at + this.#cutter.pending;
      this.#cutter = new LineCutter();
    }
    this.at = piece.at + piece.bytes.length;
    return this.#stamp(this.#cutter.cut(piece.bytes), piece.at);
  }

  finish(): readonly ReadLine[] {
    return this.#stamp(this.#cutter.finish(), this.at);
  }

  #stamp(lines: readonly TextLine[], from: number): readonly ReadLine[] {
    const at = this.#clock.wall();
    const { log } = this.#log;
    return lines.map(({ text, truncated, end }) => {
      const skippedBytes = this.#skipped;
      this.#skipped = 0;
      return { text, truncated, at, skippedBytes, offset: from + end, log };
    });
  }
}

/** Reads one chunk at a time, and lets others have their turn in between. */
class Pump {
  readonly #kernel: Reading;
  readonly #log: LogFile;
  readonly #reader: Reader;
  readonly #tell: (line: ReadLine) => void;
  readonly #cancels: readonly Cancel[];
  #timer: unknown = null;
  #paused = false;
  #closed = false;

  constructor(kernel: Reading, log: LogFile, from: number, tell: (line: ReadLine) => void) {
    this.#kernel = kernel;
    this.#log = log;
    this.#tell = tell;
    this.#reader = new Reader(kernel.clock, log, from);
    const stir = () => this.stir();
    this.#cancels = [kernel.watchFile(log.path, stir), log.onMoved(stir)];
  }

  stir(delayMs = 0): void {
    if (this.#timer !== null || this.#paused || this.#closed) return;
    this.#timer = this.#kernel.clock.setTimeout(() => this.#pump(), delayMs);
  }

  pause(paused: boolean): void {
    this.#paused = paused;
    if (!paused) this.stir();
  }

  close(): void {
    this.#closed = true;
    this.#kernel.clock.clearTimeout(this.#timer);
    for (const cancel of this.#cancels) cancel();
  }

  #pump(): void {
    this.#timer = null;
    if (this.#paused || this.#log.isMoving) return;
    const { end } = this.#log.extent();
    const before = this.#reader.at;
    for (const line of this.#reader.read(chunkBytes)) {
      // Whoever listens may stop listening in the middle.
      if (this.#closed) return;
      this.#tell(line);
    }
    if (this.#reader.at === before) return;
    this.stir(this.#reader.at < end ? 0 : pauseMs);
  }
}
