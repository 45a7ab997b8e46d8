/** What stands out in a stretch of time: crashes and commands. Kept up with a history that grows. */
import type { InspectionRecord } from '../../src/inspection/protocol.ts';
import { type History, search } from '../model/history.ts';
import { asker } from '../why/words.ts';

export interface Mark {
  readonly seq: number;
  readonly at: number;
  readonly kind: 'bad' | 'command';
}

export type Past = Pick<History, 'records' | 'record' | 'actor'>;

const bad = new Set(['crashed', 'failed', 'stuck']);

export class Marks {
  /** Grows with whatever is marked. */
  version = 0;
  #marks: Mark[] = [];
  #last: InspectionRecord | null = null;
  /** Whether each actor was bad when last heard of: only the way there is marked. */
  readonly #wasBad = new Set<number>();

  get all(): readonly Mark[] {
    return this.#marks;
  }

  follow(past: Past): void {
    const { records } = past;
    if (this.#last !== null && past.record(this.#last.seq) !== this.#last) this.#clear();
    const known = this.#last?.seq ?? -1;
    const start = search(records.length, (i) => (records[i]?.seq ?? 0) > known);
    const count = this.#marks.length;
    for (let i = start; i < records.length; i += 1) this.#take(past, records[i]);
    if (this.#marks.length > count) this.version += 1;
    const first = records[0]?.seq ?? 0;
    const gone = search(this.#marks.length, (i) => (this.#marks[i]?.seq ?? 0) >= first);
    if (gone > 0) this.#marks = this.#marks.slice(gone);
  }

  #take(past: Past, record: InspectionRecord | undefined): void {
    if (record === undefined) return;
    this.#last = record;
    const { seq, at, actor } = record;
    if (record.kind === 'event') {
      const isCommand =
        record.source === null &&
        record.event.type !== 'xstate.init' &&
        (past.actor(actor)?.parent === null || asker(record.event) !== null);
      if (isCommand) this.#marks.push({ seq, at, kind: 'command' });
    } else if (record.kind === 'state') {
      const isBad = record.status === 'error' || record.tags?.some((tag) => bad.has(tag)) === true;
      if (isBad && !this.#wasBad.has(actor)) this.#marks.push({ seq, at, kind: 'bad' });
      if (isBad) this.#wasBad.add(actor);
      else this.#wasBad.delete(actor);
    }
  }

  #clear(): void {
    this.version += 1;
    this.#marks = [];
    this.#last = null;
    this.#wasBad.clear();
  }
}

/** One for each place on a line of so many; a crash hides a command. */
export function placeMarks(
  marks: readonly Mark[],
  first: number,
  last: number,
  places: number,
): ReadonlyMap<number, Mark['kind']> {
  const placed = new Map<number, Mark['kind']>();
  const span = Math.max(last - first, 1);
  for (const { at, kind } of marks) {
    if (at < first || at > last) continue;
    const place = Math.min(places - 1, Math.floor(((at - first) / span) * places));
    if (kind === 'bad' || !placed.has(place)) placed.set(place, kind);
  }
  return placed;
}
