/**
 * Which rows of a sequence are shown. What was sorted out once stays so: a step of a busy
 * system costs what it brought, and not what was there before.
 */
import { search } from '../model/history.ts';
import type { Row, Rows } from './rows.ts';

export interface RowFilter {
  /** Only what these send and are sent; null: everything. Another function is another filter. */
  readonly about: ((actor: number) => boolean) | null;
  /** With what led to it. */
  readonly withCauses: boolean;
  /** Without what every actor is sent at its birth, and reports that changed nothing. */
  readonly isQuiet: boolean;
  /** Part of the name of an event. */
  readonly text: string;
}

export class Filtered {
  readonly #rows: Rows;
  #filter: RowFilter | null = null;
  #epoch = -1;
  #shown: Row[] = [];
  #actors = new Set<number | null>();
  /** Grows whenever all of it was sorted out anew. */
  round = 0;

  constructor(rows: Rows) {
    this.#rows = rows;
  }

  /** Everybody who sends or is sent something in what is shown; null: nobody of the system. */
  get actors(): ReadonlySet<number | null> {
    return this.#actors;
  }

  /** Oldest first; another list wherever anything of it is otherwise. */
  show(filter: RowFilter): readonly Row[] {
    const rows = this.#rows;
    const isSame = rows.epoch === this.#epoch && isEqual(filter, this.#filter);
    if (isSame && rows.changedFrom === Number.POSITIVE_INFINITY) return this.#shown;
    if (!isSame) {
      this.#actors = new Set();
      this.round += 1;
    }
    let from = isSame ? Math.min(rows.changedFrom, rows.all.length) : 0;
    rows.changedFrom = Number.POSITIVE_INFINITY;
    this.#filter = filter;
    this.#epoch = rows.epoch;
    from = Math.min(from, mark(rows, from, filter));
    this.#fill(from, filter);
    return this.#shown;
  }

  #fill(from: number, { isQuiet }: RowFilter): void {
    const { all } = this.#rows;
    const first = all[from]?.record.seq ?? Number.POSITIVE_INFINITY;
    const kept = search(this.#shown.length, (i) => (this.#shown[i]?.record.seq ?? 0) >= first);
    const shown = from === 0 ? [] : this.#shown.slice(0, kept);
    for (let i = from; i < all.length; i += 1) {
      const row = all[i];
      // Routine leads to causes, too, and is left out only now.
      if (row === undefined || !row.wanted || (isQuiet && isRoutine(row))) continue;
      shown.push(row);
      this.#actors.add(row.record.source);
      this.#actors.add(row.record.actor);
    }
    this.#shown = shown;
  }
}

/** From an index on, and what led there; a cause is always older than its effect. */
function mark(rows: Rows, from: number, filter: RowFilter): number {
  const { all } = rows;
  const text = filter.text.trim().toLowerCase();
  let earliest = from;
  for (let i = from; i < all.length; i += 1) {
    const row = all[i];
    if (row !== undefined) row.wanted = isWanted(row, filter, text);
  }
  if (filter.about === null || !filter.withCauses) return earliest;
  for (let i = all.length - 1; i >= from; i -= 1) {
    for (let row = all[i]; row?.wanted === true && row.record.cause !== null; ) {
      const cause = rows.of(row.record.cause);
      if (cause === null || cause.wanted) break;
      cause.wanted = true;
      earliest = Math.min(earliest, rows.position(cause.record.seq));
      row = cause;
    }
  }
  return earliest;
}

function isWanted({ record }: Row, filter: RowFilter, text: string): boolean {
  const { source, actor, event } = record;
  if (text !== '' && !event.type.toLowerCase().includes(text)) return false;
  if (filter.about === null) return true;
  return filter.about(actor) || (source !== null && filter.about(source));
}

/** What is told to a supervisor may turn out to be news once it is handled, and is routine until then. */
function isRoutine({ record, outcome }: Row): boolean {
  const { type } = record.event;
  if (type === 'xstate.init') return true;
  return (outcome === 'ignored' || outcome === 'waiting') && type.startsWith('xstate.snapshot.');
}

const isEqual = (a: RowFilter, b: RowFilter | null): boolean =>
  a.about === b?.about &&
  a.withCauses === b?.withCauses &&
  a.isQuiet === b?.isQuiet &&
  a.text === b?.text;
