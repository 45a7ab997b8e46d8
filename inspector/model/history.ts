/**
 * What the page knows: the records of a stretch of time, and how every actor stood at
 * any moment of it. Bounded; what is too old is folded into the state it begins with.
 * Asks nobody and draws nothing.
 */
import type {
  ActorRecord,
  ActorState,
  Baseline,
  Batch,
  Definition,
  EventRecord,
  InspectionRecord,
} from '../../src/inspection/protocol.ts';
import { shared } from './shared.ts';
import { Standing } from './standing.ts';

export interface HistoryOptions {
  /** So many records are kept; the oldest go first. */
  readonly capacity?: number;
  /** A copy of all states is kept every so many records, so that `at` need not begin at the start. */
  readonly checkpointEvery?: number;
}

/** Everything stood like this before the record with this index was made. */
interface Checkpoint {
  readonly index: number;
  readonly standing: Standing;
}

export class History {
  readonly definitions = new Map<number, Definition>();
  /** Records that were lost on the way here: never seen by this page. */
  dropped = 0;
  /** Grows with everything that is learned. */
  version = 0;

  readonly #capacity: number;
  readonly #checkpointEvery: number;
  #records: InspectionRecord[] = [];
  /** So many were forgotten: the index of the first of `#records`. Indices never shift. */
  #forgotten = 0;
  #from = 0;
  #until = 0;
  #seen = -1;
  #cursor = 0;
  #live = new Standing();
  #checkpoints: Checkpoint[] = [{ index: 0, standing: new Standing() }];
  readonly #actors = new Map<number, ActorRecord>();
  /** Of each actor, the indices of its records. */
  readonly #own = new Map<number, number[]>();
  #asked: { readonly moment: number; readonly standing: Standing } | null = null;

  constructor({ capacity = 100_000, checkpointEvery = 2_000 }: HistoryOptions = {}) {
    this.#capacity = capacity;
    this.#checkpointEvery = checkpointEvery;
  }

  /** Oldest first. */
  get records(): readonly InspectionRecord[] {
    return this.#records;
  }

  /** The first moment that can be told of. */
  get first(): number {
    return this.#from;
  }

  /** The moment of the last record. */
  get last(): number {
    return this.#until;
  }

  /** To ask for what follows, as whoever serves it said. */
  get cursor(): number {
    return this.#cursor;
  }

  /** So many records were kept once and are no more. */
  get forgotten(): number {
    return this.#forgotten;
  }

  /** Starts anew from how everything stood. */
  begin(baseline: Baseline): void {
    this.#records = [];
    this.#forgotten = 0;
    this.#own.clear();
    this.#actors.clear();
    this.#live = Standing.of(baseline.actors);
    this.#checkpoints = [{ index: 0, standing: this.#live.copy() }];
    for (const { actor } of baseline.actors) this.#actors.set(actor.actor, actor);
    this.#from = baseline.at;
    this.#until = baseline.at;
    this.#seen = baseline.seq;
    this.#cursor = baseline.seq;
    this.#changed();
  }

  /** What is known already is left out. Returns what was news. */
  add({ records, lost, next }: Batch): readonly InspectionRecord[] {
    this.dropped += lost;
    const fresh: InspectionRecord[] = [];
    for (const record of records) {
      if (record.seq <= this.#seen) continue;
      const slim = this.#slim(record);
      this.#take(slim);
      fresh.push(slim);
    }
    this.#cursor = next;
    if (this.#records.length > this.#capacity) this.#forget();
    this.#changed();
    return fresh;
  }

  addDefinition(definition: Definition): void {
    this.definitions.set(definition.definition, definition);
    this.version += 1;
  }

  /** All actors as they stood at a moment, in the order in which they came to be; `null`: now. */
  at(moment: number | null): ReadonlyMap<number, ActorState> {
    if (moment === null || moment >= this.#until) return this.#live.actors;
    if (this.#asked?.moment === moment) return this.#asked.standing.actors;
    const standing = this.#standingBefore(this.indexAfter(moment));
    this.#asked = { moment, standing };
    return standing.actors;
  }

  /** Who it is, or was; null for one that is not known any more. */
  actor(n: number): ActorRecord | null {
    return this.#actors.get(n) ?? null;
  }

  state(n: number, moment: number | null): ActorState | null {
    return this.at(moment).get(n) ?? null;
  }

  /** Of one actor, of the stretch with both its ends. */
  recordsOf(n: number, from = -Infinity, until = Infinity): readonly InspectionRecord[] {
    const own = this.#own.get(n) ?? [];
    const found: InspectionRecord[] = [];
    for (let i = search(own.length, (i) => this.#atOf(own[i]) >= from); i < own.length; i += 1) {
      const record = this.#byIndex(own[i]);
      if (record === undefined || record.at > until) break;
      found.push(record);
    }
    return found;
  }

  record(seq: number): InspectionRecord | null {
    const found = this.#records[this.#position(seq)];
    return found?.seq === seq ? found : null;
  }

  /** How many of `records` are not later than the moment. */
  countUntil(moment: number): number {
    return search(this.#records.length, (i) => (this.#records[i]?.at ?? 0) > moment);
  }

  /**
   * The record, what it came of, what that came of, and so on back to a first cause, or
   * to what is not known any more. A delay that ran out leads to where it was armed.
   */
  causesOf(seq: number): readonly InspectionRecord[] {
    return [...this.causes(seq)];
  }

  /** The same, one by one, for whoever stops at the first that will do. */
  *causes(seq: number): Generator<InspectionRecord> {
    const seen = new Set<number>();
    for (let at: number | null = seq; at !== null && !seen.has(at); ) {
      seen.add(at);
      const record = this.record(at);
      if (record === null) return;
      yield record;
      at = this.#causeOf(record);
    }
  }

  indexAfter(moment: number): number {
    return this.#forgotten + this.countUntil(moment);
  }

  #causeOf(record: InspectionRecord): number | null {
    if (record.kind === 'event') return record.cause ?? this.#armed(record)?.seq ?? null;
    if (record.kind === 'actor') return record.cause;
    return record.kind === 'timer' ? this.#handledAt(record) : record.handles;
  }

  /** A timer does not say in which step it was armed, but the state after that step does. */
  #handledAt({ seq, actor }: InspectionRecord): number | null {
    const own = this.#own.get(actor) ?? [];
    const after = search(own.length, (i) => (this.#byIndex(own[i])?.seq ?? 0) > seq);
    for (let i = after; i < own.length; i += 1) {
      const record = this.#byIndex(own[i]);
      if (record?.kind === 'state') return record.handles;
    }
    return null;
  }

  #armed({ seq, actor, event }: EventRecord): InspectionRecord | null {
    if (!event.type.startsWith('xstate.after.')) return null;
    const own = this.#own.get(actor) ?? [];
    const before = search(own.length, (i) => (this.#byIndex(own[i])?.seq ?? 0) >= seq);
    for (let i = before - 1; i >= 0; i -= 1) {
      const record = this.#byIndex(own[i]);
      if (record?.kind === 'timer' && record.timer === event.type && record.delayMs !== null) {
        return record;
      }
    }
    return null;
  }

  /** Contexts are most of what is kept, and most of a context is as it was before. */
  #slim(record: InspectionRecord): InspectionRecord {
    if (record.kind !== 'state' || record.context === undefined) return record;
    const before = this.#live.actors.get(record.actor)?.state?.context;
    return { ...record, context: shared(before, record.context) };
  }

  #take(record: InspectionRecord): void {
    const index = this.#forgotten + this.#records.length;
    const last = this.#checkpoints.at(-1)?.index ?? 0;
    const size = this.#live.actors.size;
    // A copy costs what there are actors, so with many of them there are fewer.
    if (index - last >= Math.max(this.#checkpointEvery, size)) {
      this.#checkpoints.push({ index, standing: this.#live.copy() });
    }
    this.#records.push(record);
    this.#live.apply(record);
    if (record.kind === 'actor') this.#actors.set(record.actor, record);
    const own = this.#own.get(record.actor);
    if (own === undefined) this.#own.set(record.actor, [index]);
    else own.push(index);
    this.#seen = record.seq;
    this.#until = Math.max(this.#until, record.at);
  }

  #standingBefore(index: number): Standing {
    const later = search(
      this.#checkpoints.length,
      (i) => (this.#checkpoints[i]?.index ?? 0) > index,
    );
    const nearest = this.#checkpoints[Math.max(0, later - 1)];
    const standing = nearest?.standing.copy() ?? new Standing();
    for (let i = nearest?.index ?? 0; i < index; i += 1) {
      const record = this.#byIndex(i);
      if (record !== undefined) standing.apply(record);
    }
    return standing;
  }

  /** A twentieth at once, so that forgetting costs little. */
  #forget(): void {
    const kept = Math.floor(this.#capacity * 0.95);
    const count = this.#records.length - kept;
    const start = this.#forgotten + count;
    const standing = this.#standingBefore(start);
    this.#from = this.#records[count - 1]?.at ?? this.#from;
    this.#records = this.#records.slice(count);
    this.#forgotten = start;
    this.#checkpoints = [
      { index: start, standing },
      ...this.#checkpoints.filter(({ index }) => index > start),
    ];
    this.#forgetActors(start, standing);
  }

  #forgetActors(start: number, standing: Standing): void {
    for (const [n, own] of this.#own) {
      const first = search(own.length, (i) => (own[i] ?? 0) >= start);
      if (first === own.length) this.#own.delete(n);
      else if (first > 0) this.#own.set(n, own.slice(first));
    }
    for (const n of this.#actors.keys()) {
      if (!standing.actors.has(n) && !this.#own.has(n)) this.#actors.delete(n);
    }
  }

  #byIndex(index: number | undefined): InspectionRecord | undefined {
    return index === undefined ? undefined : this.#records[index - this.#forgotten];
  }

  #atOf(index: number | undefined): number {
    return this.#byIndex(index)?.at ?? -Infinity;
  }

  #position(seq: number): number {
    return search(this.#records.length, (i) => (this.#records[i]?.seq ?? 0) >= seq);
  }

  #changed(): void {
    this.#asked = this.#asked !== null && this.#asked.moment < this.#from ? null : this.#asked;
    this.version += 1;
  }
}

/** The first of so many for which it holds, where it holds for all that follow; else how many. */
export function search(count: number, holds: (i: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
