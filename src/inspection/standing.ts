/** How every actor stands, kept up to date entry by entry: now, or at any moment of the past. */
import type { ActorEntry, Entry, StateEntry, TimerEntry } from './entry.ts';

export interface Stand {
  readonly actor: ActorEntry;
  readonly state: StateEntry | null;
  readonly timers: ReadonlyMap<string, TimerEntry>;
}

interface Open {
  actor: ActorEntry;
  state: StateEntry | null;
  timers: Map<string, TimerEntry>;
}

export class Standing {
  readonly #actors = new Map<number, Open>();

  apply(entry: Entry): void {
    const { number } = entry.actor;
    if (entry.kind === 'actor') {
      this.#actors.set(number, { actor: entry, state: null, timers: new Map() });
      return;
    }
    const one = this.#actors.get(number);
    if (one === undefined) return;
    if (entry.kind === 'state') this.#moved(one, entry);
    else if (entry.kind === 'timer') setTimer(one, entry);
    // The event of a timer that was due.
    else if (entry.kind === 'event' && entry.source === number) {
      for (const [id, { event }] of one.timers)
        if (event === entry.event.type) one.timers.delete(id);
    }
  }

  forget(actor: number): void {
    this.#actors.delete(actor);
  }

  get(actor: number): Stand | null {
    return this.#actors.get(actor) ?? null;
  }

  all(): readonly Stand[] {
    return [...this.#actors.values()];
  }

  copy(): Standing {
    const copy = new Standing();
    for (const [number, { actor, state, timers }] of this.#actors) {
      copy.#actors.set(number, { actor, state, timers: new Map(timers) });
    }
    return copy;
  }

  /** A root that has ended is still looked at; of all others nothing is left. */
  #moved(one: Open, entry: StateEntry): void {
    one.state = entry;
    const isOver = entry.snapshot.status !== 'active';
    if (isOver && entry.actor.parent !== null) this.#actors.delete(entry.actor.number);
  }
}

function setTimer({ timers }: Open, entry: TimerEntry): void {
  if (entry.delayMs === null) timers.delete(entry.timer);
  else timers.set(entry.timer, entry);
}
