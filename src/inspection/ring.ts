/**
 * The bounded memory of a recorder. What falls out of it is folded into how things
 * stood then, so that a stretch of the past always has a beginning.
 */
import type { Entry, Note, Put } from './entry.ts';
import { Standing } from './standing.ts';

export class Ring {
  readonly capacity: number;
  /** How things stand now. */
  readonly now = new Standing();
  readonly #entries: (Entry | undefined)[];
  /** How things stood before the oldest entry. */
  readonly #before = new Standing();
  readonly #clock: () => number;
  #seq = 0;
  #at = 0;
  #held: number | null = null;

  constructor(capacity: number, clock: () => number) {
    this.capacity = capacity;
    this.#entries = new Array(capacity);
    this.#clock = clock;
  }

  /** Of the last entry; 0: there was none. */
  get seq(): number {
    return this.#seq;
  }

  get dropped(): number {
    return Math.max(0, this.#seq - this.capacity);
  }

  /** The time, which never goes back here. */
  time(): number {
    return this.#held ?? Math.max(this.#at, this.#clock());
  }

  /** What is put meanwhile was found so, all of it at one moment. */
  atOnce(work: () => void): void {
    this.#held = this.time();
    try {
      work();
    } finally {
      this.#held = null;
    }
  }

  readonly put: Put = (note) => {
    this.#at = this.time();
    this.#seq += 1;
    const entry = { ...note, seq: this.#seq, at: this.#at } as unknown as Entry;
    const place = this.#seq % this.capacity;
    const old = this.#entries[place];
    if (old !== undefined) this.#before.apply(old);
    this.#entries[place] = entry;
    this.now.apply(entry);
    return entry as never;
  };

  /** Null: it is no more, or not yet. */
  get(seq: number): Entry | null {
    const entry = this.#entries[seq % this.capacity];
    return entry?.seq === seq ? entry : null;
  }

  /** Those behind `after`, at most so many. */
  since(after: number, limit: number): { readonly lost: number; readonly entries: Entry[] } {
    const first = Math.max(after, this.dropped) + 1;
    const entries: Entry[] = [];
    for (let seq = first; seq <= this.#seq && entries.length < limit; seq += 1) {
      entries.push(this.#entries[seq % this.capacity] as Entry);
    }
    return { lost: first - 1 - after, entries };
  }

  /** The last entry before that time; found by halving, as times never go back. */
  seqAt(at: number): number {
    let low = this.dropped;
    let high = this.#seq;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#entries[middle % this.capacity] as Entry).at < at) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** How things stood behind that entry, or as early as is known. */
  standingAt(seq: number): Standing {
    const standing = this.#before.copy();
    for (let one = this.dropped + 1; one <= Math.min(seq, this.#seq); one += 1) {
      standing.apply(this.#entries[one % this.capacity] as Entry);
    }
    return standing;
  }

  /** An actor that nobody looks at any more. */
  forget(actor: number): void {
    this.now.forget(actor);
  }
}

export type { Note };
