/**
 * A log as one long row of bytes, although rotation spreads it over several files:
 * every byte keeps its address for as long as this manager lives. A reader that is
 * slow therefore finds its place again in an older generation, and one that is too
 * slow learns exactly how much it has missed.
 */
import { statSync } from 'node:fs';
import type { Files } from '../kernel/port.ts';

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
  #moving = false;

  constructor(files: Files, path: string) {
    this.#files = files;
    this.path = path;
    this.#inode = inodeOf(path);
    this.#size = this.#sizeOf(path);
    this.findGenerations();
  }

  /** Bytes are on their way to another file; nobody may read until they have arrived. */
  get isMoving(): boolean {
    return this.#moving;
  }

  /** Of the live file, as of the last `extent`. */
  get size(): number {
    return this.#size;
  }

  extent(): Extent {
    if (!this.#moving) this.#look();
    const oldest = this.#generations.at(-1);
    return { start: oldest?.start ?? this.#base, end: this.#base + this.#size };
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
    this.#moving = true;
  }

  /** So many bytes are gone from the head of the live file; `kept`: they are generation 1 now. */
  endMove(removed: number, kept: boolean, maxFiles: number): void {
    if (removed > 0) {
      if (kept) this.#generations.unshift({ start: this.#base, size: removed });
      this.#generations.length = Math.min(this.#generations.length, maxFiles);
      this.#base += removed;
    }
    this.#size = this.#sizeOf(this.path);
    this.#moving = false;
    for (const moved of [...this.#waiting]) moved();
  }

  /** Those from this number on are removed. */
  forgetGenerations(number: number): void {
    this.#generations.length = Math.min(this.#generations.length, number - 1);
  }

  /** What was read before belongs to another file if this one is new or shorter than it was. */
  #look(): void {
    const inode = inodeOf(this.path);
    const size = this.#sizeOf(this.path);
    const isOther = this.#inode !== null && inode !== this.#inode;
    if (isOther || size < this.#size) this.#base += this.#size;
    this.#inode = inode ?? this.#inode;
    this.#size = size;
  }

  #nextAfter(at: number): number {
    const starts = this.#generations.map(({ start }) => start).filter((start) => start > at);
    return Math.min(this.#base, ...starts);
  }

  /** Reads anew which there are. */
  findGenerations(): void {
    this.#generations = [];
    let start = this.#base;
    for (let number = 1; ; number += 1) {
      const path = generationPath(this.path, number);
      if (!this.#files.exists(path)) return;
      const size = this.#sizeOf(path);
      start -= size;
      this.#generations.push({ start, size });
    }
  }

  #sizeOf(path: string): number {
    try {
      return this.#files.size(path);
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

/** null also in a simulated world, whose files have none. */
function inodeOf(path: string): number | null {
  try {
    return statSync(path, { throwIfNoEntry: false })?.ino ?? null;
  } catch {
    return null;
  }
}
