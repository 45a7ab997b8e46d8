/** Who sent what to whom, one row each, kept up with a history that grows and forgets. */
import type {
  EventRecord,
  InspectionRecord,
  StateRecord,
  StateValue,
} from '../../src/inspection/protocol.ts';
import { type History, search } from '../model/history.ts';

/** `waiting`: it lies in the mailbox; `ignored`: no transition was taken. */
export type Outcome = 'waiting' | 'taken' | 'ignored' | 'broke';

export interface Row {
  readonly record: EventRecord;
  outcome: Outcome;
  /** Of the receiver, once it had handled it. */
  after: StateValue | null;
  /** By the filter that was asked last, see `filter.ts`. */
  wanted: boolean;
}

export type Past = Pick<History, 'records' | 'record' | 'actor'>;

export class Rows {
  /** Another number: these are other rows, and not only more of them. */
  epoch = 0;
  /** Of the first row that is new or otherwise than it was; whoever has read them sets it. */
  changedFrom = Number.POSITIVE_INFINITY;
  #rows: Row[] = [];
  #last: InspectionRecord | null = null;

  /** Oldest first. */
  get all(): readonly Row[] {
    return this.#rows;
  }

  /** Takes what is new. */
  follow(past: Past): void {
    const { records } = past;
    // Another object with its number, or none: these are other records now.
    if (this.#last !== null && past.record(this.#last.seq) !== this.#last) this.#clear();
    const known = this.#last?.seq ?? -1;
    const start = search(records.length, (i) => (records[i]?.seq ?? 0) > known);
    for (let i = start; i < records.length; i += 1) this.#take(past, records[i]);
    this.#forget(records[0]?.seq ?? 0);
  }

  of(seq: number): Row | null {
    const row = this.#rows[this.position(seq)];
    return row?.record.seq === seq ? row : null;
  }

  /** The index of the first row that is not before it. */
  position(seq: number): number {
    return search(this.#rows.length, (i) => (this.#rows[i]?.record.seq ?? 0) >= seq);
  }

  #take(past: Past, record: InspectionRecord | undefined): void {
    if (record === undefined) return;
    this.#last = record;
    if (record.kind === 'event') {
      // Only a machine says what it made of it.
      const logic = past.actor(record.actor)?.logic ?? 'machine';
      const outcome = logic === 'machine' ? 'waiting' : 'taken';
      this.#changed(this.#rows.length);
      this.#rows.push({ record, outcome, after: null, wanted: true });
    } else if (record.kind === 'step' && record.handles !== null) {
      const row = this.of(record.handles);
      // One that was ignored may have led to an `always` that was not.
      if (row === null) return;
      row.outcome = record.edges.length > 0 ? 'taken' : ignoredUnlessTaken(row);
      this.#changed(this.position(record.handles));
    } else if (record.kind === 'state') this.#end(record);
  }

  #end({ handles, status, value }: StateRecord): void {
    const row = handles === null ? null : this.of(handles);
    if (row === null) return;
    if (status === 'error') row.outcome = 'broke';
    else if (row.outcome === 'waiting') row.outcome = 'taken';
    row.after = value;
    this.#changed(this.position(row.record.seq));
  }

  /** A tenth at once, so that forgetting costs little. */
  #forget(first: number): void {
    const gone = this.position(first);
    if (gone <= this.#rows.length / 10) return;
    this.#rows = this.#rows.slice(gone);
    this.epoch += 1;
  }

  #changed(index: number): void {
    this.changedFrom = Math.min(this.changedFrom, index);
  }

  #clear(): void {
    this.epoch += 1;
    this.#rows = [];
    this.#last = null;
  }
}

const ignoredUnlessTaken = ({ outcome }: Row): Outcome =>
  outcome === 'taken' ? 'taken' : 'ignored';

/** How many of the rows are not later than the moment. */
export function rowsUntil(rows: readonly Row[], moment: number): number {
  return search(rows.length, (i) => (rows[i]?.record.at ?? 0) > moment);
}
