/**
 * The columns of a sequence diagram. An actor that is made anew with each start takes the
 * place of the one before it, so a column is a place in the tree and no single actor.
 */
import type { ActorRecord } from '../../src/inspection/protocol.ts';
import { nameOf } from '../model/actors.ts';

export interface Place {
  readonly key: string;
  readonly name: string;
  readonly parent: Place | null;
  /** The first actor that was there; it decides the order. */
  readonly first: number;
  readonly isService: boolean;
  readonly depth: number;
}

export interface Column {
  readonly place: Place | null;
  readonly name: string;
  readonly isCollapsed: boolean;
  /** Something is below it that sent or was sent something. */
  readonly hasBelow: boolean;
  /** The actor that was there last. */
  readonly actor: number | null;
}

export interface Columns {
  readonly list: readonly Column[];
  /** Where an actor is drawn: itself, or the collapsed one it is in; null: outside. */
  at(actor: number | null): number;
}

export class Places {
  readonly #byActor = new Map<number, Place>();
  readonly #byKey = new Map<string, Place>();
  readonly #actor: (n: number) => ActorRecord | null;

  constructor(actor: (n: number) => ActorRecord | null) {
    this.#actor = actor;
  }

  of(n: number): Place {
    const known = this.#byActor.get(n);
    if (known !== undefined) return known;
    const record = this.#actor(n);
    const parent =
      record === null || record.parent === null || record.parent >= n
        ? null
        : this.of(record.parent);
    const id = record?.id ?? `actor ${n}`;
    const key = `${parent?.key ?? ''}/${id}`;
    const place = this.#byKey.get(key) ?? this.#make(n, key, record, parent);
    // Who is not known yet may be later.
    if (record !== null) this.#byActor.set(n, place);
    return place;
  }

  #make(n: number, key: string, record: ActorRecord | null, parent: Place | null): Place {
    const place: Place = {
      key,
      name: record === null ? `actor ${n}` : nameOf(record),
      parent,
      first: n,
      isService: record !== null && record.service !== null,
      depth: parent === null ? 0 : parent.depth + 1,
    };
    if (record !== null) this.#byKey.set(key, place);
    return place;
  }
}

export function columnsOf(
  actors: Iterable<number | null>,
  places: Places,
  isCollapsed: (place: Place) => boolean,
): Columns {
  const shownAt = new Map<number, Place>();
  const shown = new Map<string, { place: Place; hasBelow: boolean; actor: number | null }>();
  let hasOutside = false;
  const see = (n: number | null): void => {
    if (n === null) hasOutside = true;
    if (n === null) return;
    const place = places.of(n);
    const top = visiblePlace(place, isCollapsed);
    shownAt.set(n, top);
    const own = shown.get(top.key);
    const actor = top === place ? n : (own?.actor ?? null);
    shown.set(top.key, { place: top, hasBelow: own?.hasBelow === true || top !== place, actor });
  };
  for (const n of actors) see(n);
  const sorted = [...shown.values()].sort((a, b) => comparePlaces(a.place, b.place));
  const outside: Column = {
    place: null,
    name: 'outside',
    isCollapsed: false,
    hasBelow: false,
    actor: null,
  };
  const list: readonly Column[] = [
    ...(hasOutside ? [outside] : []),
    ...sorted.map(({ place, hasBelow, actor }) => ({
      place,
      name: place.name,
      isCollapsed: isCollapsed(place),
      hasBelow: hasBelow || sorted.some((other) => other.place.parent === place),
      actor: actor ?? place.first,
    })),
  ];
  const index = new Map(list.map(({ place }, i) => [place?.key ?? null, i]));
  return { list, at: (n) => index.get(n === null ? null : (shownAt.get(n)?.key ?? null)) ?? 0 };
}

/** Itself, or the outermost collapsed one that it is in. */
function visiblePlace(place: Place, isCollapsed: (place: Place) => boolean): Place {
  let top = place;
  for (let one = place.parent; one !== null; one = one.parent) if (isCollapsed(one)) top = one;
  return top;
}

/** Parents before children, siblings as they came to be. */
export function comparePlaces(a: Place, b: Place): number {
  const [own, other] = [lineage(a), lineage(b)];
  for (let i = 0; i < Math.min(own.length, other.length); i += 1) {
    const [one, two] = [own[i], other[i]];
    if (one !== undefined && two !== undefined && one !== two) return one.first - two.first;
  }
  return own.length - other.length;
}

function lineage(place: Place): readonly Place[] {
  const line: Place[] = [];
  for (let one: Place | null = place; one !== null; one = one.parent) line.unshift(one);
  return line;
}
