/**
 * A configuration that is being made of another supervisor's: services with their
 * fields as a file has them, and all that could not be carried over. Does no I/O.
 */

/** Keys as they stand in a drover.yaml. */
export type Fields = Record<string, unknown>;

/** One thing that the other program knows, and drover does otherwise or not at all. */
export interface Loss {
  /** null: not of one service. */
  readonly service: string | null;
  /** As it was written: `watch`, `volumes`. */
  readonly what: string;
  /** What to do about it. */
  readonly advice: string;
}

/** What was copied from one another is lost once, under the name of all. */
interface Copies {
  readonly name: string;
  readonly told: Set<string>;
}

export class DraftService {
  readonly name: string;
  readonly fields: Fields = {};
  /** Sentences above the service. */
  readonly notes: string[] = [];
  readonly losses: Loss[] = [];
  readonly #copies: Copies;

  constructor(name: string, copies: Copies = { name, told: new Set() }) {
    this.name = name;
    this.#copies = copies;
  }

  /** Leaves out what says nothing. */
  set(fields: Fields): void {
    for (const [key, value] of Object.entries(fields)) {
      if (value !== undefined && value !== null && !isEmpty(value)) this.fields[key] = value;
    }
  }

  lose(what: string, advice: string): void {
    const { name, told } = this.#copies;
    if (told.has(what)) return;
    told.add(what);
    this.losses.push({ service: name, what, advice });
  }
}

export class Draft {
  /** `supervisord`, `PM2`: whose file it was. */
  readonly origin: string;
  readonly services: DraftService[] = [];
  /** Groups that the other program had, and their members. */
  readonly groups = new Map<string, string[]>();
  readonly defaults: Fields = {};
  /** Sentences above the defaults. */
  readonly notes: string[] = [];
  readonly losses: Loss[] = [];
  /** By the name it had there: a service, or the copies of one. */
  readonly #renamed = new Map<string, string>();

  constructor(origin: string) {
    this.origin = origin;
  }

  /** A new service of that name, or of the nearest one that drover takes. */
  add(written: string, copies?: Copies): DraftService {
    const name = this.#free(usableName(written));
    const service = new DraftService(name, copies);
    if (name !== written) service.notes.push(`was called "${written}"`);
    if (!this.#renamed.has(written)) this.#renamed.set(written, name);
    this.services.push(service);
    return service;
  }

  /** As many copies, and at least one; in a group of the name where there is more than one. */
  addCopies(written: string, count: number): readonly DraftService[] {
    if (count <= 1) return [this.add(written)];
    const group = this.#free(usableName(written));
    this.groups.set(group, []);
    this.#renamed.set(written, group);
    const copies = { name: group, told: new Set<string>() };
    return Array.from({ length: count }, (_, index) => {
      const service = this.add(`${written}-${index + 1}`, copies);
      service.notes.length = 0;
      this.groups.get(group)?.push(service.name);
      return service;
    });
  }

  lose(what: string, advice: string): void {
    this.losses.push({ service: null, what, advice });
  }

  /** A group of services, called as they were there; those that are unknown are left out. */
  group(written: string, members: readonly string[]): void {
    const taken = new Set([...this.groups.values()].flat());
    const all = members.flatMap((member) => this.nameOf(member) ?? []);
    const known = all.filter((name) => !taken.has(name));
    if (known.length < all.length) {
      this.lose(`group ${written}`, 'some of its members are in another group already');
    }
    if (known.length > 0) this.groups.set(this.#free(usableName(written)), known);
  }

  /** What a service of the other file is called here; null: there is none. */
  nameOf(written: string): string | null {
    return this.#renamed.get(written) ?? null;
  }

  /** The service of that name here, or all copies that are in the group of that name. */
  called(name: string): readonly DraftService[] {
    const members = this.groups.get(name);
    return this.services.filter((one) => one.name === name || members?.includes(one.name));
  }

  allLosses(): readonly Loss[] {
    return [...this.losses, ...this.services.flatMap(({ losses }) => losses)];
  }

  #free(name: string): string {
    const isTaken = (one: string): boolean =>
      one === 'root' || this.groups.has(one) || this.services.some((other) => other.name === one);
    if (!isTaken(name)) return name;
    for (let count = 2; ; count++) {
      const next = `${name}-${count}`;
      if (!isTaken(next)) return next;
    }
  }
}

const isEmpty = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0;

/** `My App` becomes `my-app`. */
export function usableName(written: string): string {
  const usable = written
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+|-+$/g, '')
    .slice(0, 60);
  return usable === '' ? 'service' : usable;
}

/** A text that means itself: nothing in it is filled in when the file is read. */
export const literal = (text: string): string =>
  text.replaceAll(/\$+(?=\{)|\$\$+/g, (dollars) => dollars + dollars);

/** The same for all texts in a value. */
export function literally(value: unknown): unknown {
  if (typeof value === 'string') return literal(value);
  if (Array.isArray(value)) return value.map(literally);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, literally(one)]));
}

/** Seconds, as a file writes them; undefined for what is no number. */
export function secondsText(value: unknown): string | undefined {
  const amount = typeof value === 'number' ? value : Number(`${value}`.trim() || Number.NaN);
  return Number.isFinite(amount) && amount >= 0 ? `${amount}s` : undefined;
}

export function millisecondsText(value: unknown): string | undefined {
  const amount = Number(value);
  if (!Number.isFinite(amount) || amount < 0) return undefined;
  return amount >= 1_000 && amount % 1_000 === 0 ? `${amount / 1_000}s` : `${amount}ms`;
}
