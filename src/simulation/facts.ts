/**
 * What a person beside the system knows of it: what was asked for, and what the managers
 * told of each service. Every invariant is judged by this and by the kernel's own account.
 */
import type { Name, ProjectSpec, ServiceSpec, Status } from '../machines/vocabulary.ts';
import type { Supervisor, SupervisorEvent } from '../runtime/api.ts';
import { servicesOf } from '../services/members.ts';
import type { Act } from './acts.ts';
import type { Onlooker, Operation, Seat } from './onlooker.ts';
import { Requirements } from './requirements.ts';
import type { System } from './system.ts';
import { Wishes } from './wishes.ts';

export const downStatuses: ReadonlySet<Status> = new Set([
  ...(['stopped', 'crashed', 'backoff', 'completed', 'failed'] as const),
]);

/** One service, as it was last told of. */
export interface Known {
  readonly name: Name;
  readonly spec: ServiceSpec;
  status: Status;
  detail: string;
  pid: number | null;
  healthy: boolean;
  /** When its status last changed. */
  changedAt: number;
  /** A program of it was started since it was last down. */
  isLaunched: boolean;
  /** When somebody last asked for it by a start or restart. */
  askedAt: number;
}

/** A journal that could not be written is written anew this soon. */
const rewrittenAfterMs = 3_000;
/** Longer than any sync takes. */
const syncedAfterMs = 500;

export class Facts implements Onlooker {
  readonly services = new Map<Name, Known>();
  readonly groups = new Map<Name, Status>();
  readonly wishes = new Wishes();
  readonly requirements: Requirements;
  /** Everything is being stopped since then; null: it is not. */
  stopAllAt: number | null = null;
  /** Somebody damaged the journal, or a manager could not write it: what it knows is anybody's guess. */
  get isForgetful(): boolean {
    return this.#isDamaged || this.#isUnwritten;
  }

  #isDamaged = false;
  #isUnwritten = false;
  readonly #system: System;
  #wasManaged = false;
  /** A new manager has just said what it knows. */
  #isFresh = false;
  #bootedAt = 0;
  readonly #pinned = new Set<Name>();
  #unsyncedSince: number | null = null;
  /** When the disk was well again; null: it is not. */
  #healedAt: number | null = 0;
  #names: ReadonlySet<Name>;
  /** What a change that is under way will define. */
  #next: ReadonlySet<Name> = new Set();
  readonly #applying = new Map<Operation, ReadonlySet<Name>>();

  constructor(system: System) {
    this.#system = system;
    this.requirements = new Requirements(system.project);
    this.#names = new Set(this.requirements.names);
    for (const spec of system.services) this.services.set(spec.name, unknown(spec));
  }

  of(name: Name): Known {
    return this.services.get(name) as Known;
  }

  /** Whether it is defined at present. */
  isDefined(name: Name): boolean {
    return this.#names.has(name);
  }

  /** Whether a pin holds it, or somebody who needs it. */
  isHeld(name: Name): boolean {
    return [...this.#pinned].some((pinned) => this.requirements.of([pinned]).includes(name));
  }

  /** Whether the manager of the moment knows it: a change takes until what leaves has gone. */
  isKnown(name: Name): boolean {
    return this.isDefined(name) && !this.#isApplying;
  }

  /** What a manager did not live to sync, the next one does when it has been there for a while. */
  get #syncedUntil(): number {
    return Math.min(this.#system.now - syncedAfterMs, this.#unsyncedSince ?? Infinity);
  }

  get #isApplying(): boolean {
    return this.#applying.size > 0;
  }

  asked(operation: Operation): void {
    if (operation.verb === 'apply') this.#applying.set(operation, this.#next);
  }

  settled(operation: Operation): void {
    const next = this.#applying.get(operation);
    this.#applying.delete(operation);
    if (operation.outcome === 'unknown-service') {
      this.wishes.doubt(this.requirements.of(operation.names), this.#system.now);
    }
    if (next === undefined) return;
    const isSame = isAlike(next, this.#names);
    // Whether it was applied when it was answered otherwise, depends on how far it had come.
    const { supervisor } = this.#system;
    if (supervisor !== null) this.#names = namesIn(supervisor.spec);
    // Of one that nobody defined while it was on its way out nothing was told.
    this.#lookAt(supervisor, (name) => this.of(name).status === 'adopting');
    // Who left and came, and who was asked for meanwhile, is for the manager to say.
    if (!isSame) this.wishes.doubt(this.requirements.names, this.#system.now);
  }

  acting(act: Act): void {
    const { now, supervisor } = this.#system;
    if (this.#isFresh) this.#isDamaged = false;
    if (this.#isFresh && this.#healedAt !== null) this.#isUnwritten = false;
    this.#isFresh = false;
    this.#wasManaged = supervisor !== null;
    if (act.do === 'damage') this.#isDamaged = true;
    if (act.do === 'fault') this.#forget();
    if (act.do === 'heal') this.#healedAt = now;
    if (this.#healedAt !== null && now - this.#healedAt > rewrittenAfterMs)
      this.#isUnwritten = false;
    if (supervisor !== null && now - this.#bootedAt > syncedAfterMs) this.#unsyncedSince = null;
    if (act.do === 'reboot') this.wishes.settle(now);
    if (act.do === 'power-cut') this.wishes.lose(this.#syncedUntil);
    if (this.#wasManaged) this.#hear(act);
  }

  /** A manager that died over it has perhaps understood it, and perhaps not. */
  acted(act: Act): void {
    const { supervisor, now } = this.#system;
    if (!this.#wasManaged || supervisor !== null) return;
    this.wishes.doubt(this.#concerned(act), now);
  }

  #forget(): void {
    this.#isUnwritten = true;
    this.#healedAt = null;
  }

  #hear(act: Act): void {
    const { now } = this.#system;
    const names = this.#concerned(act);
    switch (act.do) {
      case 'start':
      case 'restart':
        this.#wish(names, 'up');
        if (names.length > 0) this.stopAllAt = null;
        for (const name of names) this.of(name).askedAt = now;
        return;
      case 'stop-all':
        this.stopAllAt = now;
        return this.#wish(names, 'down');
      case 'stop':
      case 'kill':
        return this.#wish(names, 'down');
      case 'pin':
        for (const name of act.names) {
          if (act.pinned) this.#pinned.add(name);
          else this.#pinned.delete(name);
        }
        return;
      case 'apply':
        // It stops what leaves, waits for that, and starts what comes: until somebody says, it is either.
        this.#next = new Set(this.#namesWithout(act.missing));
        return this.wishes.doubt(names, now);
      default:
        return;
    }
  }

  #wish(names: readonly Name[], wish: 'up' | 'down'): void {
    const { now } = this.#system;
    // Who is defined when it is understood, is not known from outside.
    if (this.#isApplying) return this.wishes.doubt(names, now);
    this.wishes.settle(this.#syncedUntil);
    this.wishes.tell(names, wish, now, false);
  }

  /** Whose wishes an act changes; nobody's where it names one that is not defined. */
  #concerned(act: Act): readonly Name[] {
    if (act.do === 'stop-all') return [...this.#names];
    if (act.do === 'apply') {
      const next = new Set(this.#namesWithout(act.missing));
      return isAlike(next, this.#names) && !this.#isApplying ? [] : this.requirements.names;
    }
    if (!('names' in act) || act.names.some((name) => !this.isDefined(name))) return [];
    if (act.do === 'stop' || act.do === 'kill') return act.names;
    if (act.do !== 'start' && act.do !== 'restart') return [];
    return this.requirements.of(act.names).filter((name) => this.isDefined(name));
  }

  #namesWithout(missing: readonly Name[]): readonly Name[] {
    return this.requirements.names.filter((name) => !missing.includes(name));
  }

  heard(event: SupervisorEvent): void {
    if (event.type === 'group.state') this.groups.set(event.group, event.to);
    if (!('service' in event)) return;
    const known = this.services.get(event.service);
    if (known === undefined) return;
    if (event.type === 'service.state') this.#see(known, event);
    if (event.type === 'service.progress' && event.message === 'unhealthy') known.healthy = false;
    if (event.type === 'service.progress' && event.message === 'healthy again')
      known.healthy = true;
    if (event.type === 'service.removed') Object.assign(known, { status: 'stopped', pid: null });
  }

  spawned({ lifeline, identity, kind }: Parameters<NonNullable<Onlooker['spawned']>>[0]): void {
    if (lifeline === null || identity === null || kind !== 'service') return;
    const spec = this.#system.byLifeline.get(lifeline);
    if (spec !== undefined) this.of(spec.name).isLaunched = true;
  }

  booted({ supervisor }: Seat): void {
    this.#isFresh = true;
    this.#bootedAt = this.#system.now;
    this.#names = namesIn(this.#system.project);
    this.groups.clear();
    const { groups = [] } = supervisor?.status() ?? {};
    // One may have given up before anybody listened.
    for (const { name, state } of groups) this.groups.set(name, state);
    this.#lookAt(supervisor, () => true);
  }

  #lookAt(supervisor: Supervisor | null, isMeant: (name: Name) => boolean): void {
    for (const { name, state, detail, pid, healthy } of supervisor?.status().services ?? []) {
      const known = this.services.get(name);
      if (known === undefined || !isMeant(name)) continue;
      Object.assign(known, { status: state, detail, pid, healthy, changedAt: this.#system.now });
    }
  }

  died(): void {
    this.#applying.clear();
    this.#pinned.clear();
    this.#unsyncedSince ??= this.#system.now - syncedAfterMs;
    // What it could not write went with it.
    if (this.#isUnwritten) this.#isDamaged = true;
    for (const known of this.services.values()) known.status = 'adopting';
    this.stopAllAt = null;
  }

  #see(known: Known, event: SupervisorEvent & { readonly type: 'service.state' }): void {
    known.status = event.to;
    known.detail = event.detail;
    known.pid = event.pid;
    known.changedAt = this.#system.now;
    if (event.to === 'running') known.healthy = true;
    if (downStatuses.has(event.to)) known.isLaunched = false;
  }
}

const namesIn = ({ root }: ProjectSpec): ReadonlySet<Name> =>
  new Set(servicesOf(root).map(({ name }) => name));

const isAlike = (one: ReadonlySet<Name>, other: ReadonlySet<Name>): boolean =>
  one.size === other.size && [...one].every((name) => other.has(name));

const unknown = (spec: ServiceSpec): Known => ({
  name: spec.name,
  spec,
  status: 'stopped',
  detail: 'stopped',
  pid: null,
  healthy: false,
  changedAt: 0,
  isLaunched: false,
  askedAt: -1,
});
