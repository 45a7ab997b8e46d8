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
  /** By the filter that was asked last. */
  wanted: boolean;
}

export type Past = Pick<History, 'records' | 'record' | 'actor'>;

export class Rows {
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
    const row = this.#rows[this.#position(seq)];
    return row?.record.seq === seq ? row : null;
  }

  #take(past: Past, record: InspectionRecord | undefined): void {
    if (record === undefined) return;
    this.#last = record;
    if (record.kind === 'event') {
      // Only a machine says what it made of it.
      const logic = past.actor(record.actor)?.logic ?? 'machine';
      const outcome = logic === 'machine' ? 'waiting' : 'taken';
      this.#rows.push({ record, outcome, after: null, wanted: true });
    } else if (record.kind === 'step' && record.handles !== null) {
      const row = this.of(record.handles);
      // One that was ignored may have led to an `always` that was not.
      if (row !== null) row.outcome = record.edges.length > 0 ? 'taken' : ignoredUnlessTaken(row);
    } else if (record.kind === 'state') this.#end(record);
  }

  #end({ handles, status, value }: StateRecord): void {
    const row = handles === null ? null : this.of(handles);
    if (row === null) return;
    if (status === 'error') row.outcome = 'broke';
    else if (row.outcome === 'waiting') row.outcome = 'taken';
    row.after = value;
  }

  /** A tenth at once, so that forgetting costs little. */
  #forget(first: number): void {
    const gone = this.#position(first);
    if (gone > this.#rows.length / 10) this.#rows = this.#rows.slice(gone);
  }

  #position(seq: number): number {
    return search(this.#rows.length, (i) => (this.#rows[i]?.record.seq ?? 0) >= seq);
  }

  #clear(): void {
    this.#rows = [];
    this.#last = null;
  }
}

const ignoredUnlessTaken = ({ outcome }: Row): Outcome =>
  outcome === 'taken' ? 'taken' : 'ignored';

export interface RowFilter {
  /** Only what these send and are sent, and what led to it; null: everything. */
  readonly about: ((actor: number) => boolean) | null;
  /** With what led to it. */
  readonly withCauses: boolean;
  /** Without what every actor is sent at its birth, and reports that changed nothing. */
  readonly isQuiet: boolean;
  /** Part of the name of an event. */
  readonly text: string;
}

/** One pass from the newest to the oldest: a cause is always older than its effect. */
export function filterRows(rows: Rows, filter: RowFilter): readonly Row[] {
  const text = filter.text.trim().toLowerCase();
  const { all } = rows;
  for (const row of all) row.wanted = isWanted(row, filter, text);
  if (filter.about !== null && filter.withCauses) {
    for (let i = all.length - 1; i >= 0; i -= 1) {
      const row = all[i];
      if (row?.wanted !== true || row.record.cause === null) continue;
      const cause = rows.of(row.record.cause);
      if (cause !== null) cause.wanted = true;
    }
  }
  // Routine leads to causes, too, and is left out only now.
  const isShown = (row: Row) => row.wanted && !(filter.isQuiet && isRoutine(row));
  return all.filter(isShown);
}

function isWanted({ record }: Row, filter: RowFilter, text: string): boolean {
  const { source, actor, event } = record;
  if (text !== '' && !event.type.toLowerCase().includes(text)) return false;
  if (filter.about === null) return true;
  return filter.about(actor) || (source !== null && filter.about(source));
}

function isRoutine({ record, outcome }: Row): boolean {
  const { type } = record.event;
  return type === 'xstate.init' || (outcome === 'ignored' && type.startsWith('xstate.snapshot.'));
}

/** How many of the rows are not later than the moment. */
export function rowsUntil(rows: readonly Row[], moment: number): number {
  return search(rows.length, (i) => (rows[i]?.record.at ?? 0) > moment);
}
