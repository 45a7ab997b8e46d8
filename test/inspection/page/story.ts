/** Tells the records of a story, with numbers and times filled in. */
import { History } from '../../../inspector/model/history.ts';
import type {
  ActorRecord,
  EventRecord,
  InspectionRecord,
  Plain,
  StateRecord,
  StateValue,
} from '../../../src/inspection/protocol.ts';

type Kept<T> = T extends InspectionRecord ? Omit<T, 'seq' | 'at'> : never;

export class Story {
  readonly records: InspectionRecord[] = [];
  at = 1_000;
  #seq = 0;
  #actor = 0;

  later(ms: number): this {
    this.at += ms;
    return this;
  }

  put<T extends InspectionRecord>(record: Kept<T>): T {
    this.#seq += 1;
    const whole = { seq: this.#seq, at: this.at, ...record } as unknown as T;
    this.records.push(whole);
    return whole;
  }

  actor(id: string, parent: ActorRecord | null, more: Partial<ActorRecord> = {}): ActorRecord {
    this.#actor += 1;
    return this.put<ActorRecord>({
      kind: 'actor',
      actor: this.#actor,
      id,
      parent: parent?.actor ?? null,
      logic: 'machine',
      definition: null,
      service: null,
      group: null,
      cause: null,
      ...more,
    });
  }

  event(
    to: ActorRecord,
    type: string,
    from: { source?: ActorRecord; cause?: EventRecord; payload?: Plain } = {},
  ): EventRecord {
    return this.put<EventRecord>({
      kind: 'event',
      actor: to.actor,
      source: from.source?.actor ?? null,
      event: from.payload === undefined ? { type } : { type, payload: from.payload },
      cause: from.cause?.seq ?? null,
    });
  }

  step(of: ActorRecord, handles: EventRecord, edges: readonly string[] = ['edge']): void {
    this.put({
      kind: 'step',
      actor: of.actor,
      event: handles.event.type,
      edges,
      handles: handles.seq,
    });
  }

  state(
    of: ActorRecord,
    value: StateValue | null,
    handles: EventRecord | null,
    more: Partial<StateRecord> = {},
  ): StateRecord {
    return this.put<StateRecord>({
      kind: 'state',
      actor: of.actor,
      event: handles?.event.type ?? 'xstate.init',
      handles: handles?.seq ?? null,
      value,
      status: 'active',
      ...more,
    });
  }

  timer(of: ActorRecord, timer: string, delayMs: number | null): void {
    this.put({ kind: 'timer', actor: of.actor, timer, edges: [], delayMs });
  }

  history(): History {
    const history = new History();
    history.begin({ seq: 0, at: 1_000, actors: [] });
    history.add({ next: this.#seq + 1, lost: 0, records: this.records });
    return history;
  }
}
