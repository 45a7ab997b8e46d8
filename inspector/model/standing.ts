/** How all actors stand, moved on record by record. */
import type {
  ActorState,
  InspectionRecord,
  StateRecord,
  TimerRecord,
} from '../../src/inspection/protocol.ts';

/** So many that have ended are still shown, unless another took their place. */
const endedShown = 200;

export class Standing {
  readonly actors: Map<number, ActorState>;
  /** Oldest end first. */
  readonly #ended: Set<number>;

  constructor(actors: Map<number, ActorState> = new Map(), ended: Set<number> = new Set()) {
    this.actors = actors;
    this.#ended = ended;
  }

  static of(states: readonly ActorState[]): Standing {
    return new Standing(
      new Map(states.map((one) => [one.actor.actor, one])),
      new Set(states.filter(hasEnded).map(({ actor }) => actor.actor)),
    );
  }

  copy(): Standing {
    return new Standing(new Map(this.actors), new Set(this.#ended));
  }

  apply(record: InspectionRecord): void {
    if (record.kind === 'actor') {
      this.#replace(record.parent, record.id);
      this.actors.set(record.actor, { actor: record, state: null, timers: [] });
    } else if (record.kind === 'state') this.#applyState(record);
    else if (record.kind === 'timer') this.#applyTimer(record);
    else if (record.kind === 'event') this.#fire(record.actor, record.event.type);
  }

  #applyState(record: StateRecord): void {
    const was = this.actors.get(record.actor);
    if (was === undefined) return;
    const isOver = record.status !== 'active';
    this.actors.set(record.actor, {
      actor: was.actor,
      state: withContext(record, was.state),
      timers: isOver ? [] : was.timers,
    });
    if (isOver) this.#end(record.actor);
  }

  #applyTimer(record: TimerRecord): void {
    const others = this.#timersBut(record.actor, record.timer);
    if (others !== null) {
      this.#setTimers(record.actor, record.delayMs === null ? others : [...others, record]);
    }
  }

  /** A delay that ran out is armed no more. */
  #fire(actor: number, type: string): void {
    const was = this.actors.get(actor);
    if (was === undefined || was.timers.length === 0) return;
    if (was.timers.some(({ timer }) => timer === type)) {
      this.#setTimers(actor, this.#timersBut(actor, type) ?? []);
    }
  }

  #timersBut(actor: number, timer: string): readonly TimerRecord[] | null {
    return this.actors.get(actor)?.timers.filter((one) => one.timer !== timer) ?? null;
  }

  #setTimers(actor: number, timers: readonly TimerRecord[]): void {
    const was = this.actors.get(actor);
    if (was !== undefined) this.actors.set(actor, { ...was, timers });
  }

  #end(actor: number): void {
    this.#ended.delete(actor);
    this.#ended.add(actor);
    if (this.#ended.size <= endedShown) return;
    const [oldest] = this.#ended;
    if (oldest !== undefined) this.#remove(oldest);
  }

  /** Whoever had this place before is gone for good. */
  #replace(parent: number | null, id: string): void {
    for (const n of this.#ended) {
      const one = this.actors.get(n);
      if (one?.actor.parent === parent && one.actor.id === id) this.#remove(n);
    }
  }

  #remove(actor: number): void {
    this.#ended.delete(actor);
    this.actors.delete(actor);
  }
}

const hasEnded = ({ state }: ActorState): boolean => state !== null && state.status !== 'active';

/** A record without a context means that it is as it was. */
function withContext(record: StateRecord, was: StateRecord | null): StateRecord {
  if (record.context !== undefined || was?.context === undefined) return record;
  return { ...record, context: was.context };
}
