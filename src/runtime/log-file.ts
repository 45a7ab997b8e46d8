/**
 * A log as one long row of bytes, although rotation spreads it over several files:
 * every byte keeps its address, also when another manager comes. A reader that is
 * slow therefore finds its place again in an older generation, and one that is too
 * slow learns exactly how much it has missed.
 */
import { randomBytes } from 'node:crypto';
import type { Files } from '../kernel/port.ts';
import type { LogPlace } from './api.ts';
import { type Cut, identityOf, type LogOrigin, readOrigin, unborn } from './log-origin.ts';

export interface Extent {
  /** Of the oldest byte there is. */
  readonly start: number;
  /** Behind the last one. */
  readonly end: number;
}

export interface Piece {
  /** Above what was asked for where bytes are no longer there. */
  readonly at: number;
  readonly bytes: Uint8Array;
}

interface Generation {
  readonly start: number;
  readonly size: number;
}

/** `<path>.1` is the newest. */
export function generationPath(path: string, number: number): string {
  return `${path}.${number}`;
}

/** Where a head is kept until it is certain that the file is rid of it. */
export function movingPath(path: string): string {
  return `${path}.moving`;
}

export class LogFile {
  readonly path: string;
  readonly #files: Files;
  readonly #waiting = new Set<() => void>();
  /** Newest first, as their numbers are. */
  #generations: Generation[] = [];
  /** The address of the live file's first byte. */
  #base = 0;
  #size = 0;
  #inode: number | null;
  #log: string | null;
  #interrupted: Cut;
  #isMoving: boolean;
  #isUntold = false;

  constructor(files: Files, path: string) {
    this.#files = files;
    this.path = path;
    const live = identityOf(path);
    const sizes = this.#generationSizes();
    const hasHead = files.exists(movingPath(path));
    const noted = readOrigin(files, path);
    const isOfThisFile = noted !== null && noted !== 'spoiled' && noted.live === live?.name;
    const origin = isOfThisFile ? noted : null;
    this.#inode = live?.inode ?? null;
    this.#log = origin?.log ?? live?.name ?? null;
    this.#interrupted = origin === null ? (hasHead ? 'kept' : null) : origin.cut;
    this.#isMoving = hasHead || this.#interrupted !== null;
    this.#size = this.#sizeOf(path);
    this.#base = origin?.base ?? sizes.reduce((sum, size) => sum + size, 0);
    this.#place(sizes);
    // It was rotated, and nobody says how often.
    if (noted === 'spoiled' || (noted === null && (hasHead || sizes.length > 0))) this.beginAnew();
  }

  /** What a manager that died was doing with the head. */
  get interrupted(): Cut {
    return this.#interrupted;
  }

  /** The addresses are no longer as the next manager would find them. */
  get isUntold(): boolean {
    return this.#isUntold;
  }

  get log(): string {
    return this.#log ?? unborn;
  }

  /** To be written down; null: there is no file. */
  get origin(): Omit<LogOrigin, 'cut'> | null {
    const live = identityOf(this.path)?.name;
    return live === undefined ? null : { log: this.#log ?? live, live, base: this.#base };
  }

  told(): void {
    this.#isUntold = false;
  }

  /** Nobody knows any more what earlier addresses meant. */
  beginAnew(): void {
    this.#log = randomBytes(6).toString('hex');
    this.#isUntold = true;
  }

  /** Bytes are on their way to another file; nobody may read until they have arrived. */
  get isMoving(): boolean {
    return this.#isMoving;
  }

  /** Of the live file, as of the last `extent`. */
  get size(): number {
    return this.#size;
  }

  extent(): Extent {
    if (!this.#isMoving) this.#look();
    const oldest = this.#generations.at(-1);
    return { start: oldest?.start ?? this.#base, end: this.#base + this.#size };
  }

  /** Where to go on behind a place, and whether what came behind it is gone, as far as anybody knows. */
  find({ log, offset }: LogPlace): { readonly at: number; readonly isGone: boolean } {
    const { start, end } = this.extent();
    if (log !== this.log && log !== unborn) return { at: end, isGone: true };
    // It was emptied while nobody looked.
    if (offset > end) return { at: this.#base, isGone: true };
    return { at: offset, isGone: offset < start };
  }

  /** At most `length` bytes from that address on; none at the end. */
  read(at: number, length: number): Piece {
    if (at >= this.#base) return { at, bytes: this.#readPart(this.path, at - this.#base, length) };
    const index = this.#generations.findIndex(
      ({ start, size }) => at < start + size && at >= start,
    );
    const generation = this.#generations[index];
    if (generation === undefined) return this.read(this.#nextAfter(at), length);
    const offset = at - generation.start;
    const part = Math.min(length, generation.size - offset);
    const bytes = this.#readPart(generationPath(this.path, index + 1), offset, part);
    if (bytes.length > 0) return { at, bytes };
    // Somebody removed it.
    return this.read(generation.start + generation.size, length);
  }

  /** Calls back when bytes have been moved. */
  onMoved(moved: () => void): () => void {
    this.#waiting.add(moved);
    return () => this.#waiting.delete(moved);
  }

  beginMove(): void {
    this.#look();
    this.#isMoving = true;
  }

  /** So many bytes are gone from the head of the live file; `kept`: they are generation 1 now. */
  endMove(removed: number, kept: boolean, maxFiles: number): void {
    if (removed > 0) {
      if (kept) this.#generations.unshift({ start: this.#base, size: removed });
      this.#generations.length = Math.min(this.#generations.length, maxFiles);
    }
    this.#end(removed);
  }

  /** What a manager that died had begun has been ended; it removed so many bytes. */
  endRecovery(removed: number): void {
    this.#interrupted = null;
    this.#base += removed;
    this.#place(this.#generationSizes());
    this.#end(0);
  }

  /** Those from this number on are removed. */
  forgetGenerations(number: number): void {
    this.#generations.length = Math.min(this.#generations.length, number - 1);
  }

  #end(removed: number): void {
    this.#base += removed;
    this.#size = this.#sizeOf(this.path);
    this.#isMoving = false;
    for (const moved of [...this.#waiting]) moved();
  }

  /** What was read before belongs to another file if this one is new or shorter than it was. */
  #look(): void {
    const live = identityOf(this.path);
    const size = this.#sizeOf(this.path);
    const isOther = this.#inode !== null && live?.inode !== this.#inode;
    if (isOther || size < this.#size) {
      this.#base += this.#size;
      this.#isUntold = true;
    }
    this.#inode = live?.inode ?? this.#inode;
    this.#log ??= live?.name ?? null;
    this.#size = size;
  }

  #nextAfter(at: number): number {
    const starts = this.#generations.map(({ start }) => start).filter((start) => start > at);
    return Math.min(this.#base, ...starts);
  }

  #generationSizes(): readonly number[] {
    const sizes: number[] = [];
    for (let number = 1; ; number += 1) {
      const path = generationPath(this.path, number);
      if (!this.#files.exists(path)) return sizes;
      sizes.push(this.#sizeOf(path));
    }
  }

  #place(sizes: readonly number[]): void {
    let start = this.#base;
    this.#generations = sizes.map((size) => {
      start -= size;
      return { start, size };
    });
  }

  #sizeOf(path: string): number {
    try {
      return this.#files.size(path) ?? 0;
    } catch {
      return 0;
    }
  }

  #readPart(path: string, offset: number, length: number): Uint8Array {
    try {
      return this.#files.readAt(path, offset, length);
    } catch {
      return new Uint8Array(0);
    }
  }
}
