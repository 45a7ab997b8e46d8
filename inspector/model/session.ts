/**
 * What the page shows right now, as signals: who is selected, which moment, which view.
 * Views read these and nothing else; whoever changes one goes through `navigate`.
 */
import { batch, computed, effect, signal } from '@preact/signals';
import type {
  ActorState,
  Batch,
  CommandRequest,
  Info,
  ServiceRow,
  Services,
} from '../../src/inspection/protocol.ts';
import { findActor, pathOf } from './actors.ts';
import { History } from './history.ts';
import { Lanes } from './lanes.ts';
import { type Place, readLink, type View, writeLink } from './link.ts';
import type { Connection, Sink, Source } from './source.ts';
import { Usage } from './usage.ts';

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
export const theme = signal<'auto' | 'light' | 'dark'>('auto');

const ticks = signal(0);
const store = new History();
/** CPU and memory of the services, as they were while this page looked. */
export const usage = new Usage();
const drawn = new Lanes();
let forgotten = 0;

/** What everybody did when. Subscribes like `history`. */
export const lanes = {
  get value(): Lanes {
    ticks.value;
    return drawn;
  },
  peek: (): Lanes => drawn,
};

/** Reading `value` subscribes to whatever is learned. The object itself stays the same. */
export const history = {
  get value(): History {
    ticks.value;
    return store;
  },
  peek: (): History => store,
};

/** How all stood at the moment that is shown. Subscribes to news only where it is live. */
export function states(): ReadonlyMap<number, ActorState> {
  return moment.value === null ? history.value.at(null) : store.at(moment.value);
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
  return source.peek()?.kind === 'recording' ? store.last : Date.now() + skewMs;
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
function learnTime(at: number): void {
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

/** Goes there and writes it into the address. */
export function navigate(to: Navigation): void {
  if (to.selected !== undefined) {
    selected.value = to.selected;
    sought = null;
  }
  if (to.view !== undefined) view.value = to.view;
  if (to.moment !== undefined) moment.value = to.moment === null ? null : within(to.moment);
}

const within = (at: number): number => Math.min(Math.max(at, store.first), currentTime());

/** Named by a link, and not known yet. */
let sought: string | null = null;

export function goTo(place: Place): void {
  view.value = place.view;
  moment.value = place.at;
  sought = place.actor;
  seek();
}

function seek(): void {
  if (sought === null) return;
  const found = findActor(store.at(null), sought);
  if (found === null) return;
  sought = null;
  selected.value = found;
}

// -- Coming to life --------------------------------------------------------------------

/**
 * News that comes close together is drawn together: the more actors there are, the
 * more a drawing costs. A page that nobody sees draws once a second.
 */
let lastTick = 0;
let isTickDue = false;
function tick(): void {
  if (isTickDue) return;
  isTickDue = true;
  const apart = document.hidden ? 1_000 : Math.min(250, 40 + store.at(null).size / 25);
  setTimeout(draw, Math.max(0, lastTick + apart - performance.now()));
}

function draw(): void {
  isTickDue = false;
  lastTick = performance.now();
  batch(() => {
    seek();
    succeed();
    ticks.value += 1;
  });
}

/** A service whose machine broke is made anew with another number; the eye stays on it. */
function succeed(): void {
  const n = selected.peek();
  if (n === null || moment.peek() !== null) return;
  const all = store.at(null);
  const own = all.get(n);
  if (own !== undefined && own.state?.status !== 'error') return;
  const was = store.actor(n);
  if (was === null) return;
  for (const { actor, state } of all.values()) {
    const isAlive = state === null || state.status === 'active';
    if (isAlive && actor.parent === was.parent && actor.id === was.id) selected.value = actor.actor;
  }
}

const sink: Sink = {
  info: (value) => {
    info.value = value;
  },
  connection: (value) => {
    connection.value = value;
  },
  baseline: (baseline) => {
    learnTime(baseline.at);
    store.begin(baseline);
    drawn.begin(baseline.actors, baseline.at);
    forgotten = 0;
    tick();
  },
  definition: (definition) => {
    store.addDefinition(definition);
    tick();
  },
  records: (news: Batch) => {
    drawn.add(store.add(news));
    if (store.forgotten > forgotten) drawn.forget(store.first);
    forgotten = store.forgotten;
    learnTime(store.last);
    tick();
  },
  services: (value) => {
    learnTime(value.at);
    usage.add(value);
    services.value = value;
    tick();
  },
};

/** How to stop what was begun last. */
let stop: (() => void) | null = null;

/** Opens the source, in place of the one before it, and follows the address. */
export function begin(from: Source): () => void {
  stop?.();
  // Another source has other numbers for the same actors, so nothing of the old one stays.
  if (store.version > 0) {
    store.begin({ seq: 0, at: store.last, actors: [] });
    selected.value = null;
  }
  source.value = from;
  goTo(readLink(location.hash));
  let isBegun = false;
  const own: Sink = {
    ...sink,
    baseline: (baseline) => {
      isBegun = true;
      sink.baseline(baseline);
    },
  };
  const close = from.open(own, () => (isBegun ? store.cursor : null));
  const onHash = () => goTo(readLink(location.hash));
  addEventListener('hashchange', onHash);
  const unlink = effect(() => {
    const n = selected.value;
    const actor = n === null ? sought : pathOf(store, n);
    const link = writeLink({ view: view.value, actor, at: moment.value });
    if (link !== location.hash) history_.replaceState(null, '', link || location.pathname);
  });
  const end = () => {
    close();
    unlink();
    removeEventListener('hashchange', onHash);
    if (stop === end) stop = null;
  };
  stop = end;
  return end;
}

/** The browser's, whose name ours has taken. */
const history_ = globalThis.history;
