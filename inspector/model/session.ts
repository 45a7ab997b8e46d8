/**
 * What the page shows right now, as signals: who is selected, which moment, which view.
 * Views read these and nothing else; whoever changes one goes through `navigate`.
 */
import { batch, computed, signal } from '@preact/signals';
import type {
  ActorState,
  CommandRequest,
  Info,
  ServiceRow,
  Services,
} from '../../src/inspection/protocol.ts';
import { history } from './known.ts';
import type { View } from './link.ts';
import type { Connection, Source } from './source.ts';

export { history, lanes, usage } from './known.ts';
export type { View } from './link.ts';

// -- Signals ---------------------------------------------------------------------------

export const source = signal<Source | null>(null);
export const info = signal<Info | null>(null);
export const connection = signal<Connection>({ kind: 'connecting' });
/** As the server told them last; for a moment of the past see `states()`. */
export const services = signal<Services | null>(null);
/** Null: live. */
export const moment = signal<number | null>(null);
/** The number of an actor. */
export const selected = signal<number | null>(null);
export const view = signal<View>('chart');
/** What the tree is narrowed to. */
export const filter = signal('');
/** Named by a link, and not known yet. */
export const sought = signal<string | null>(null);
export const theme = signal<'auto' | 'light' | 'dark'>('auto');

/** How all stood at the moment that is shown. Subscribes to news only where it is live. */
export function states(): ReadonlyMap<number, ActorState> {
  return moment.value === null ? history.value.at(null) : history.peek().at(moment.value);
}

/** How the selected actor stood at the moment that is shown. */
export function selectedState(): ActorState | null {
  return selected.value === null ? null : (states().get(selected.value) ?? null);
}

/** The service that the selected actor is or belongs to. */
export const selectedService = computed<string | null>(() => {
  for (let n = selected.value; n !== null; ) {
    const actor = history.value.actor(n);
    if (actor === null) return null;
    if (actor.service !== null) return actor.service;
    n = actor.parent;
  }
  return null;
});

const rows = computed(
  () => new Map((services.value?.services ?? []).map((row) => [row.name, row])),
);

export function serviceRow(name: string): ServiceRow | null {
  return rows.value.get(name) ?? null;
}

// -- Time ------------------------------------------------------------------------------

let skewMs = 0;
let timer: ReturnType<typeof setInterval> | null = null;

/** Milliseconds since 1970 as the server counts them, or the end of the recording. */
export function currentTime(): number {
  if (source.peek()?.kind === 'live') return Date.now() + skewMs;
  return Math.max(history.peek().last, services.peek()?.at ?? 0);
}

/** The moment that is shown: `moment`, or now. Ticks four times a second while somebody reads it. */
export const now = signal(0, {
  watched() {
    now.value = currentTime();
    timer = setInterval(() => {
      now.value = currentTime();
    }, 250);
  },
  unwatched() {
    if (timer !== null) clearInterval(timer);
    timer = null;
  },
});

/** For ages and countdowns: the moment of the past that is shown, else the clock. */
export function shownTime(): number {
  return moment.value ?? now.value;
}

/** The newest thing the server said cannot be later than now. */
export function learnTime(at: number): void {
  if (source.peek()?.kind === 'live') skewMs = Math.max(skewMs, at - Date.now());
}

// -- What may be done ------------------------------------------------------------------

export interface Leave {
  readonly allowed: boolean;
  /** Why not. */
  readonly why: string | null;
}

const no = (why: string): Leave => ({ allowed: false, why });

/** Whether this page may change things at all; what a machine can do now is another question. */
export function can(_verb: CommandRequest['verb'] | 'send' | 'what-if'): Leave {
  if (info.value?.source !== 'live') return no('this is a recording');
  if (connection.value.kind !== 'live') return no('there is no connection');
  if (_verb === 'what-if') return { allowed: true, why: null };
  if (!info.value.control) return no('this page is read-only; open it with --control');
  if (moment.value !== null) return no('this is the past; go back to live first');
  return { allowed: true, why: null };
}

// -- Moving about ----------------------------------------------------------------------

export interface Navigation {
  readonly selected?: number | null;
  readonly moment?: number | null;
  readonly view?: View;
}

/** Goes there; the address follows. */
export function navigate(to: Navigation): void {
  batch(() => {
    if (to.selected !== undefined) {
      selected.value = to.selected;
      sought.value = null;
    }
    if (to.view !== undefined) view.value = to.view;
    if (to.moment !== undefined) moment.value = to.moment === null ? null : within(to.moment);
  });
}

const within = (at: number): number => Math.min(Math.max(at, history.peek().first), currentTime());
