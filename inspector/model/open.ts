/** Opens a source: takes in what it tells, and keeps the address and what is shown the same. */
import { batch, effect } from '@preact/signals';
import type { Batch } from '../../src/inspection/protocol.ts';
import { findActor, isAlive, pathOf } from './actors.ts';
import { history, lanes, ticks, usage } from './known.ts';
import { type Place, readLink, writeLink } from './link.ts';
import {
  connection,
  info,
  learnTime,
  moment,
  selected,
  services,
  sought,
  source,
  view,
} from './session.ts';
import type { Sink, Source } from './source.ts';
import { lookOf } from './words.ts';

const store = history.peek();
const drawn = lanes.peek();
let forgotten = 0;

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

// -- The address ---------------------------------------------------------------------------

function goTo(place: Place): void {
  batch(() => {
    view.value = place.view;
    moment.value = place.at;
    sought.value = place.actor;
    seek();
  });
}

function seek(): void {
  const all = store.at(null);
  if (all.size === 0) return;
  if (sought.peek() === null) {
    if (selected.peek() === null) selected.value = mostTelling();
    return;
  }
  const found = findActor(all, sought.peek() ?? '');
  if (found === null) return;
  sought.value = null;
  selected.value = found;
}

/** Where nobody said whom to look at: who is in trouble, else the first service, else the root. */
function mostTelling(): number | null {
  const all = [...store.at(null).values()];
  const some = all.filter(({ actor }) => actor.service !== null);
  const found = some.find((one) => lookOf(one).family === 'bad') ?? some[0] ?? all[0];
  return found?.actor.actor ?? null;
}

function followAddress(): () => void {
  const onHash = () => goTo(readLink(location.hash));
  addEventListener('hashchange', onHash);
  const unlink = effect(() => {
    const n = selected.value;
    const actor = n === null ? sought.value : pathOf(store, n);
    const link = writeLink({ view: view.value, actor, at: moment.value });
    if (link === location.hash) return;
    globalThis.history.replaceState(null, '', link || `${location.pathname}${location.search}`);
  });
  return () => {
    unlink();
    removeEventListener('hashchange', onHash);
  };
}

// -- News ----------------------------------------------------------------------------------

let lastTick = 0;
let isTickDue = false;

/**
 * News that comes close together is drawn together: the more actors there are, the
 * more a drawing costs. A page that nobody sees draws once a second.
 */
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
  for (const one of all.values()) {
    const isHeir = one.actor.parent === was.parent && one.actor.id === was.id;
    if (isHeir && isAlive(one)) selected.value = one.actor.actor;
  }
}

// -- Sources -------------------------------------------------------------------------------

/** How to stop what was begun last. */
let stop: (() => void) | null = null;

/** Opens the source, in place of the one before it. Returns how to stop. */
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
  const leaveAddress = followAddress();
  const end = () => {
    close();
    leaveAddress();
    if (stop === end) stop = null;
  };
  stop = end;
  return end;
}
