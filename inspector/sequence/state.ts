/** What the sequence view is asked to show, kept while one looks at other views. */
import { computed, signal } from '@preact/signals';
import type { ActorRecord } from '../../src/inspection/protocol.ts';
import { history, selected } from '../model/session.ts';
import { type Column, type Columns, columnsOf, type Place, Places } from './columns.ts';
import { Filtered } from './filter.ts';
import { type Row, Rows } from './rows.ts';

export const isNarrow = signal(true);
export const withCauses = signal(true);
export const isQuiet = signal(true);
export const text = signal('');
/** The rows stay as they were while this is set. */
export const isPaused = signal(false);
/** The number of an event. */
export const chosen = signal<number | null>(null);
/** Places that somebody opened or closed by hand. */
const folded = signal<ReadonlyMap<string, boolean>>(new Map());

const rows = new Rows();
const filtered = new Filtered(rows);
const places = new Places((n) => history.peek().actor(n));

/** The row of an event, shown or not. */
export const rowOf = (seq: number): Row | null => rows.of(seq);

export interface Sequence {
  readonly rows: readonly Row[];
  readonly columns: Columns;
}

let frozen: Sequence | null = null;
let drawn: {
  readonly columns: Columns;
  readonly key: string;
  readonly count: number;
  readonly folded: ReadonlyMap<string, boolean>;
} | null = null;

/** Whoever selects another actor asks another question. */
const about = computed(() => {
  const n = isNarrow.value ? selected.value : null;
  return n === null ? null : { n, holds: isWithin(n, (one) => history.peek().actor(one)) };
});

export const sequence = computed<Sequence>(() => {
  if (isPaused.value && frozen !== null) return frozen;
  rows.follow(history.value);
  const shown = filtered.show({
    about: about.value?.holds ?? null,
    withCauses: withCauses.value,
    isQuiet: isQuiet.value,
    text: text.value,
  });
  frozen = { rows: shown, columns: columnsNow(about.value?.n ?? null) };
  return frozen;
});

/** The same ones for as long as nobody new sends anything, and nobody opens or closes one. */
function columnsNow(n: number | null): Columns {
  const { size } = filtered.actors;
  const key = `${n} ${filtered.round}`;
  if (drawn?.key === key && drawn.count === size && drawn.folded === folded.value)
    return drawn.columns;
  const columns = columnsOf(filtered.actors, places, isCollapsed(n));
  drawn = { columns, key, count: size, folded: folded.value };
  return columns;
}

/** The actor itself, whoever is below it, and whoever was at its place before it. */
function isWithin(n: number, actor: (n: number) => ActorRecord | null): (other: number) => boolean {
  const own = actor(n) === null ? null : places.of(n);
  const known = new Map<number, boolean>();
  return (other) => {
    let answer = known.get(other);
    if (answer === undefined) {
      answer = false;
      for (let at: Place | null = places.of(other); at !== null; at = at.parent) {
        // The root is above everybody: whoever selects it asks for itself alone.
        if (at === own && (own.parent !== null || places.of(other) === own)) answer = true;
      }
      known.set(other, answer);
    }
    return answer;
  };
}

/** What works for a service is inside it, unless the service is all that one looks at. */
function isCollapsed(n: number | null): (place: Place) => boolean {
  const looked = new Set<string>();
  for (let at = n === null ? null : places.of(n); at !== null; at = at.parent) looked.add(at.key);
  const byHand = folded.value;
  return (place) => byHand.get(place.key) ?? (place.isService && !looked.has(place.key));
}

export function fold({ place, isCollapsed }: Column): void {
  if (place !== null) folded.value = new Map(folded.peek()).set(place.key, !isCollapsed);
}
