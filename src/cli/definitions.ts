/** Looks into a configuration. Pure. */
import type { GroupSpec, ServiceSpec } from '../machines/vocabulary.ts';

/** All services below a group, in their order. */
export const servicesOf = (group: GroupSpec): readonly ServiceSpec[] =>
  group.children.flatMap(({ spec }) => (spec.kind === 'group' ? servicesOf(spec) : [spec]));

/** The names of who is directly in each group. */
export function groupsOf(group: GroupSpec): ReadonlyMap<string, readonly string[]> {
  const inner = group.children.flatMap(({ spec }) =>
    spec.kind === 'group' ? [...groupsOf(spec)] : [],
  );
  return new Map([[group.name, group.children.map(({ spec }) => spec.name)], ...inner]);
}
