/** What the ring holds, as what readers get: plain, redacted and bounded. */
import { serviceMachine } from '../machines/service.ts';
import { supervisorMachine } from '../machines/supervisor.ts';
import type { Definitions } from './definition.ts';
import {
  type ActionEntry,
  type ActorEntry,
  type AnyEvent,
  type AnySnapshot,
  type Entry,
  isMachineSnapshot,
  type StateEntry,
  type TimerEntry,
} from './entry.ts';
import { logicNameOf } from './logic.ts';
import { type PlainCache, toPlain } from './plain.ts';
import { errorText } from './plain-words.ts';
import type {
  ActionRecord,
  ActorRecord,
  ActorState,
  InspectionRecord,
  PlainEvent,
  StateRecord,
  StateValue,
  TimerRecord,
} from './protocol.ts';
import type { Stand } from './standing.ts';

const contextValues = 150;
const payloadValues = 200;
/** Among so many records what they share is known: readers want those of one stretch together. */
const recordsPerCache = 2_000;

export class Reader {
  readonly #definitions: Definitions;
  readonly #redact: boolean;
  readonly #onError: (error: unknown) => void;
  #cache: PlainCache = new WeakMap();
  #made = 0;

  constructor(definitions: Definitions, redact: boolean, onError: (error: unknown) => void) {
    this.#definitions = definitions;
    this.#redact = redact;
    this.#onError = onError;
  }

  /** Made anew for each reader: kept, it would be many times as large as the entry. */
  of(entry: Entry): InspectionRecord {
    this.#made += 1;
    if (this.#made % recordsPerCache === 0) this.#cache = new WeakMap();
    return this.#safely(entry);
  }

  /** A beginning needs all of the state, also what has not changed in it. */
  standing({ actor, state, timers }: Stand): ActorState {
    return {
      actor: this.of(actor) as ActorRecord,
      state: state === null ? null : this.#whole(state),
      timers: [...timers.values()].map((timer) => this.of(timer) as TimerRecord),
    };
  }

  /** It is immutable by XState's contract, so what is known of its parts is known for good. */
  context(snapshot: AnySnapshot) {
    return toPlain(snapshot.context, {
      redact: this.#redact,
      values: contextValues,
      cache: this.#cache,
      isImmutable: true,
    });
  }

  event(event: AnyEvent): PlainEvent {
    const { type, ...rest } = event;
    if (Object.keys(rest).length === 0) return { type };
    return { type, payload: this.#payload(rest) };
  }

  #whole(state: StateEntry): StateRecord {
    const record = this.of(state) as StateRecord;
    if (!state.isSameContext) return record;
    return { ...record, context: this.context(state.snapshot) };
  }

  /** What cannot be told is told of in as few words as there always are. */
  #safely(entry: Entry): InspectionRecord {
    try {
      return this.#make(entry);
    } catch (error) {
      this.#onError(error);
      const { seq, at, actor } = entry;
      const base = { seq, at, actor: actor.number };
      return { ...base, kind: 'action', action: '(unreadable)', handles: null };
    }
  }

  #make(entry: Entry): InspectionRecord {
    const { seq, at, kind } = entry;
    const actor = entry.actor.number;
    // Not a spread, which V8 is slow at where it is followed by other fields.
    const base = { seq, at, actor };
    switch (kind) {
      case 'actor':
        return Object.assign(base, this.#actor(entry));
      case 'event': {
        const { source, cause } = entry;
        return { seq, at, actor, kind, source, event: this.event(entry.event), cause };
      }
      case 'step': {
        const { machine } = entry.actor;
        const edges = machine === null ? [] : this.#definitions.edges(machine, entry.transitions);
        return { seq, at, actor, kind, event: entry.event.type, edges, handles: entry.handles };
      }
      case 'action':
        return Object.assign(base, this.#action(entry));
      case 'timer':
        return Object.assign(base, this.#timer(entry));
      case 'state':
        return Object.assign(base, this.#state(entry));
    }
  }

  #actor({ actor, kind }: ActorEntry) {
    const { machine, ref, parent, cause } = actor;
    const definition = machine === null ? null : this.#definitions.of(machine).definition;
    const names = {
      service: machine?.config === serviceMachine.config ? ref.id : null,
      group: machine?.config === supervisorMachine.config ? ref.id : null,
    };
    const from = { parent: parent?.number ?? null, logic: logicNameOf(ref), definition };
    return { kind, id: ref.id, ...from, ...names, cause } as const;
  }

  #action({
    kind,
    action,
    params,
    handles,
  }: ActionEntry): Omit<ActionRecord, 'seq' | 'at' | 'actor'> {
    if (params === undefined) return { kind, action, handles };
    return { kind, action, params: this.#payload(params), handles };
  }

  #timer({ kind, actor, timer, event, delayMs }: TimerEntry) {
    const { machine } = actor;
    const edges = machine === null ? [] : this.#definitions.edgesFor(machine, event);
    return { kind, timer, event, edges, delayMs } as const;
  }

  #state(entry: StateEntry): Omit<StateRecord, 'seq' | 'at' | 'actor'> {
    const { kind, event, handles, snapshot, isSameContext } = entry;
    const isMachine = isMachineSnapshot(snapshot);
    const tags = isMachine ? [...snapshot.tags] : [];
    return {
      kind,
      event,
      handles,
      value: isMachine ? (snapshot.value as StateValue) : null,
      status: snapshot.status,
      ...('context' in snapshot && !isSameContext ? { context: this.context(snapshot) } : {}),
      ...(snapshot.status === 'error' ? { error: this.#error(snapshot.error) } : {}),
      ...(tags.length === 0 ? {} : { tags }),
    };
  }

  #payload(value: unknown) {
    return toPlain(value, { redact: this.#redact, values: payloadValues, cache: this.#cache });
  }

  #error(error: unknown): string {
    return String(toPlain(errorText(error), { redact: this.#redact }));
  }
}
