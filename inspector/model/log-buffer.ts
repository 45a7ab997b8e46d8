/**
 * The lines of a log and the changes of state of the same service, in one order of time.
 * Bounded; searched as lines come, so that a search of much costs once.
 */
import type { RecordedLine } from '../../src/inspection/protocol.ts';
import { textOf } from './ansi.ts';
import { search } from './history.ts';
import type { Segment } from './lanes.ts';

export type Entry =
  | {
      readonly kind: 'line';
      readonly at: number;
      readonly line: RecordedLine;
      readonly text: string;
    }
  | { readonly kind: 'state'; readonly at: number; readonly segment: Segment };

export type Match = (text: string) => boolean;

/** More of a line is not searched: an expression may take its time. */
const searchedOf = 4_000;

export class LogBuffer {
  readonly #capacity: number;
  #entries: Entry[] = [];
  #shown: Entry[] = [];
  #match: Match | null = null;
  #lines = 0;
  /** So many lines were let go of. */
  forgotten = 0;
  version = 0;

  constructor(capacity = 20_000) {
    this.#capacity = capacity;
  }

  /** What matches, or all; oldest first. */
  get shown(): readonly Entry[] {
    return this.#shown;
  }

  /** Lines, whether they match or not. */
  get lines(): number {
    return this.#lines;
  }

  addLines(lines: readonly RecordedLine[]): void {
    this.#add(lines.map((line) => ({ kind: 'line', at: line.at, line, text: textOf(line.text) })));
    this.#lines += lines.length;
    if (this.#lines > this.#capacity) this.#forget();
  }

  addStates(segments: readonly Segment[]): void {
    this.#add(segments.map((segment) => ({ kind: 'state', at: segment.from, segment })));
  }

  /** Changes of state are shown between whatever matches. */
  search(match: Match | null): void {
    this.#match = match;
    this.#shown = this.#entries.filter((entry) => this.#isShown(entry));
    this.version += 1;
  }

  /** The last entry of that moment, -1 where all are later. */
  indexAt(at: number): number {
    return search(this.#shown.length, (i) => (this.#shown[i]?.at ?? 0) > at) - 1;
  }

  #add(entries: readonly Entry[]): void {
    for (const entry of entries) {
      insert(this.#entries, entry);
      if (this.#isShown(entry)) insert(this.#shown, entry);
    }
    this.version += 1;
  }

  #isShown(entry: Entry): boolean {
    if (this.#match === null || entry.kind === 'state') return true;
    return this.#match(entry.text.slice(0, searchedOf));
  }

  /** A tenth at once. */
  #forget(): void {
    let excess = this.#lines - Math.floor(this.#capacity * 0.9);
    let cut = 0;
    for (; excess > 0; cut += 1) if (this.#entries[cut]?.kind === 'line') excess -= 1;
    const gone = new Set(this.#entries.slice(0, cut));
    const lines = [...gone].filter(({ kind }) => kind === 'line').length;
    this.#entries = this.#entries.slice(cut);
    this.#shown = this.#shown.filter((entry) => !gone.has(entry));
    this.#lines -= lines;
    this.forgotten += lines;
  }
}

/** Nearly all come in the order of time, so the place is looked for from the end. */
function insert(entries: Entry[], entry: Entry): void {
  let i = entries.length;
  while (i > 0 && (entries[i - 1]?.at ?? 0) > entry.at) i -= 1;
  if (i === entries.length) entries.push(entry);
  else entries.splice(i, 0, entry);
}

/** What was written as a search; a string says what is wrong with it. */
export function matcher(written: string, isRegex: boolean): Match | null | string {
  if (written === '') return null;
  const hasCapitals = written !== written.toLowerCase();
  if (!isRegex) {
    if (hasCapitals) return (text) => text.includes(written);
    return (text) => text.toLowerCase().includes(written);
  }
  try {
    const regex = new RegExp(written, hasCapitals ? '' : 'i');
    return (text) => regex.test(text);
  } catch (error) {
    return (error as Error).message.replace(/^.*: /, '');
  }
}

/** Where in a text it is found, for marking. */
export function found(
  text: string,
  written: string,
  isRegex: boolean,
): readonly [number, number][] {
  if (written === '') return [];
  const flags = written === written.toLowerCase() ? 'gi' : 'g';
  const source = isRegex ? written : written.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const places: [number, number][] = [];
  for (const match of text.slice(0, searchedOf).matchAll(new RegExp(source, flags))) {
    if (match[0].length > 0) places.push([match.index, match.index + match[0].length]);
    if (places.length >= 100) break;
  }
  return places;
}
