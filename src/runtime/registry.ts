/**
 * Everything that is known of each service, found by its name: its place in the
 * configuration, what was last seen of it, and what its supervisor holds of it.
 * Reading it changes nothing.
 */
import type { Member } from '../machines/fleet.ts';
import { memberOf } from '../machines/fleet.ts';
import type { GroupView, ServiceView, Verdict, View } from '../machines/protocol.ts';
import type { SupervisorSnapshot } from '../machines/supervisor.ts';
import type {
  ChildSpec,
  GroupSpec,
  LiftedDependency,
  Name,
  ProcessIdentity,
  ServiceSpec,
} from '../machines/vocabulary.ts';
import { SupervisorError } from '../services/errors.ts';
import { didYouMean } from '../services/suggestion.ts';
import type { Root } from './tree.ts';

export interface Wish {
  readonly wish: 'up' | 'down';
  readonly by: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** What the runtime itself remembers of a service, beside its machine. */
export interface Notes {
  wish: Wish | null;
  /** Since somebody last asked for it. */
  restarts: number;
  verdict: Verdict | null;
  /** What it printed before it failed. */
  quote: string | null;
  /** Who had its place when it failed to start. */
  stranger: string | null;
  lastPid: number | null;
  /** When the process that runs was started: milliseconds since 1970. */
  startedWall: number | null;
  /** Whether this process was seen to hold its lifeline; looked at once for each. */
  tracked: { readonly process: ProcessIdentity; readonly holds: boolean } | null;
}

export interface Entry {
  readonly spec: ServiceSpec;
  readonly group: Name;
  readonly view: ServiceView | null;
  readonly notes: Notes;
}

interface Group {
  readonly spec: GroupSpec;
  readonly parent: Name | null;
  /** Of the group as a whole: its members' dependencies that cross its border. */
  readonly needs: readonly LiftedDependency[];
}

export class Registry {
  readonly #services = new Map<Name, { spec: ServiceSpec; group: Name; notes: Notes }>();
  readonly #groups = new Map<Name, Group>();
  readonly #views = new Map<Name, View>();
  #root: Root | null = null;

  constructor(root: GroupSpec) {
    this.define(root);
  }

  attach(root: Root): void {
    this.#root = root;
  }

  /** The configuration is this from now on; what was noted of those that stay is kept. */
  define(root: GroupSpec): void {
    const before = new Map(this.#services);
    this.#services.clear();
    this.#groups.clear();
    this.#enter({ spec: root, needs: [] }, null, before);
  }

  see(view: View): void {
    this.#views.set(view.name, view);
  }

  forget(name: Name): void {
    this.#views.delete(name);
  }

  get names(): readonly Name[] {
    return [...this.#services.keys()];
  }

  has(name: Name): boolean {
    return this.#services.has(name);
  }

  /** Throws `unknown-service`, with the name that was perhaps meant. */
  entry(name: Name, verb = 'look at'): Entry {
    const service = this.#services.get(name);
    if (service === undefined) throw this.#unknown(name, verb);
    const view = this.#views.get(name);
    const { spec, group, notes } = service;
    return { spec, group, notes, view: view?.kind === 'service' ? view : null };
  }

  entries(): readonly Entry[] {
    return this.names.map((name) => this.entry(name));
  }

  groups(): readonly { spec: GroupSpec; parent: Name | null; view: GroupView | null }[] {
    return [...this.#groups.values()].map((group) => {
      const view = this.#views.get(group.spec.name);
      return { ...group, view: view?.kind === 'group' ? view : null };
    });
  }

  /** What its supervisor holds of it. Only between two steps: in the middle of one it is of before. */
  member(name: Name): Member | null {
    const service = this.#services.get(name);
    const snapshot = service === undefined ? null : this.#snapshotOf(service.group);
    return snapshot === null || !snapshot.context.fleet.plan.index.has(name)
      ? null
      : memberOf(snapshot.context.fleet, name);
  }

  /** Services by their own names or by those of their groups. Throws `unknown-service`. */
  expand(names: readonly Name[], verb: string): readonly Name[] {
    const expanded = new Set<Name>();
    for (const name of names) {
      if (this.#services.has(name)) expanded.add(name);
      else for (const below of this.#below(name, verb)) expanded.add(below);
    }
    return [...expanded];
  }

  /** With everything that they depend on, whatever group it is in. */
  withDependencies(names: readonly Name[]): readonly Name[] {
    const closure = new Set<Name>();
    const queue = [...names];
    for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
      if (closure.has(name)) continue;
      closure.add(name);
      queue.push(...this.expand(this.#requirements(name), 'start'));
    }
    return this.names.filter((name) => closure.has(name));
  }

  #below(name: Name, verb: string): readonly Name[] {
    const group = this.#groups.get(name);
    if (group === undefined) throw this.#unknown(name, verb);
    return servicesBelow(group.spec);
  }

  /** What it depends on itself, and what each group that it is in waits for as a whole. */
  #requirements(name: Name): readonly Name[] {
    const { spec, group } = this.entry(name);
    const required = spec.dependsOn.map((dependency) => dependency.name);
    for (let at: Name | null = group; at !== null; at = this.#groups.get(at)?.parent ?? null) {
      for (const need of this.#groups.get(at)?.needs ?? []) required.push(need.target);
    }
    return required;
  }

  #enter(
    { spec, needs }: { readonly spec: GroupSpec; readonly needs: readonly LiftedDependency[] },
    parent: Name | null,
    before: ReadonlyMap<Name, { notes: Notes }>,
  ): void {
    this.#groups.set(spec.name, { spec, parent, needs });
    for (const { spec: child, needs: lifted } of spec.children) {
      if (child.kind === 'group') this.#enter({ spec: child, needs: lifted }, spec.name, before);
      else {
        const notes = before.get(child.name)?.notes ?? freshNotes();
        this.#services.set(child.name, { spec: child, group: spec.name, notes });
      }
    }
  }

  /** The machine of a group, by the way from the root down to it. */
  #snapshotOf(group: Name): SupervisorSnapshot | null {
    const parent = this.#groups.get(group)?.parent ?? null;
    const actor = parent === null ? this.#root : this.#snapshotOf(parent)?.children[group];
    return (actor?.getSnapshot() as SupervisorSnapshot | undefined) ?? null;
  }

  #unknown(name: Name, verb: string): SupervisorError {
    const known = [...this.#services.keys(), ...this.#groups.keys()];
    const hint = didYouMean(name, known) ?? `there are: ${list(known)}`;
    return new SupervisorError(
      'unknown-service',
      `cannot ${verb} "${name}": no such service; ${hint}`,
    );
  }
}

const freshNotes = (): Notes => ({
  wish: null,
  restarts: 0,
  verdict: null,
  quote: null,
  stranger: null,
  lastPid: null,
  startedWall: null,
  tracked: null,
});

function servicesBelow({ children }: { readonly children: readonly ChildSpec[] }): readonly Name[] {
  return children.flatMap(({ spec }) =>
    spec.kind === 'service' ? [spec.name] : servicesBelow(spec),
  );
}

const list = (names: readonly Name[]): string =>
  names.length > 10 ? `${names.slice(0, 10).join(', ')} and more` : names.join(', ');
