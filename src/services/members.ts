/** Who is in a configuration that is complete: of each group, those in it and those below it. Pure. */
import type { GroupSpec, Name, ServiceSpec } from '../machines/vocabulary.ts';

/** All services below a group, in start order: each after those it needs. */
export function servicesOf({ children }: GroupSpec): readonly ServiceSpec[] {
  return children.flatMap(({ spec }) => (spec.kind === 'service' ? [spec] : servicesOf(spec)));
}

/** The names of who is directly in each group. */
export function groupsOf(group: GroupSpec): ReadonlyMap<Name, readonly Name[]> {
  const inner = group.children.flatMap(({ spec }) =>
    spec.kind === 'group' ? [...groupsOf(spec)] : [],
  );
  return new Map([[group.name, group.children.map(({ spec }) => spec.name)], ...inner]);
}

/** The names of all services below each group; a dependency may name a group. */
export function membersOf(group: GroupSpec): ReadonlyMap<Name, readonly Name[]> {
  const inner = group.children.flatMap(({ spec }) =>
    spec.kind === 'group' ? [...membersOf(spec)] : [],
  );
  return new Map([[group.name, servicesOf(group).map(({ name }) => name)], ...inner]);
}
