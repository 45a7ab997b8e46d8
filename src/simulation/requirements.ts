/** What a service needs, all the way down: its own dependencies, and what its groups wait for as a whole. */
import type { GroupSpec, LiftedDependency, Name, ProjectSpec } from '../machines/vocabulary.ts';

export class Requirements {
  readonly #direct = new Map<Name, readonly Name[]>();
  readonly #groups = new Map<Name, readonly Name[]>();
  /** In the order of the configuration. */
  readonly names: readonly Name[];
  readonly groups: readonly Name[];

  constructor({ root }: ProjectSpec) {
    this.names = this.#enter(root, [], []);
    this.groups = [...this.#groups.keys()];
  }

  of(names: Iterable<Name>): readonly Name[] {
    const found = new Set<Name>();
    const add = (name: Name): void => {
      if (found.has(name)) return;
      found.add(name);
      for (const need of this.#direct.get(name) ?? []) {
        for (const one of this.#groups.get(need) ?? [need]) add(one);
      }
    };
    for (const name of names) add(name);
    return this.names.filter((name) => found.has(name));
  }

  /** The services of a group, those of inner ones included. */
  within(group: Name): readonly Name[] {
    return this.#groups.get(group) ?? [];
  }

  #enter(
    group: GroupSpec,
    needs: readonly LiftedDependency[],
    above: readonly Name[],
  ): readonly Name[] {
    const shared = [...above, ...needs.map(({ target }) => target)];
    const names = group.children.flatMap((child) => {
      const { spec } = child;
      if (spec.kind === 'group') return this.#enter(spec, child.needs, shared);
      this.#direct.set(spec.name, [...shared, ...spec.dependsOn.map(({ name }) => name)]);
      return [spec.name];
    });
    this.#groups.set(group.name, names);
    return names;
  }
}
