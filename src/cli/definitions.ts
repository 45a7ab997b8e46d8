/** Looks into a configuration. Pure. */
import type { GroupSpec, ServiceSpec } from '../machines/vocabulary.ts';

/** All services below a group, in their order. */
export const servicesOf = (group: GroupSpec): readonly ServiceSpec[] =>
  group.children.flatMap(({ spec }) => (spec.kind === 'group' ? servicesOf(spec) : [spec]));
