/** What never changes while a supervisor keeps its definition: who is where, and who needs whom. */
import type { ChildSpec, Condition, GroupSpec, LiftedDependency, Name } from './vocabulary.ts';

/** A condition on something below a group that its siblings wait for. */
export interface Export {
  readonly target: Name;
  readonly condition: Condition;
}

export interface Plan {
  readonly spec: GroupSpec;
  readonly exports: readonly Export[];
  /** Of each child by its name. */
  readonly index: ReadonlyMap<Name, number>;
  /** Of the child by the name of anything at or below it. */
  readonly owner: ReadonlyMap<Name, number>;
  /** By index: the indices of those that need it. */
  readonly dependents: readonly (readonly number[])[];
}

export function createPlan(spec: GroupSpec, exports: readonly Export[]): Plan {
  const index = new Map(spec.children.map((child, i) => [child.spec.name, i]));
  const dependents: number[][] = spec.children.map(() => []);
  for (const [i, { needs }] of spec.children.entries()) {
    for (const sibling of new Set(needs.map((need) => need.sibling))) {
      dependents[index.get(sibling) ?? -1]?.push(i);
    }
  }
  return { spec, exports, index, owner: ownersOf(spec), dependents };
}

/** What one child's supervisor must tell about, for its siblings and for everybody above. */
export function exportsOf(plan: Plan, child: Name): readonly Export[] {
  const fromSiblings = plan.spec.children
    .flatMap(({ needs }) => needs)
    .filter((need: LiftedDependency) => need.sibling === child)
    .map(({ target, condition }) => ({ target, condition }));
  const at = plan.index.get(child);
  const fromAbove = plan.exports.filter(({ target }) => plan.owner.get(target) === at);
  const all = [...fromSiblings, ...fromAbove];
  return [...new Map(all.map((one) => [`${one.target} ${one.condition}`, one])).values()];
}

/** The names of all services at or below. */
export function serviceNames({ spec }: ChildSpec): readonly Name[] {
  return spec.kind === 'service' ? [spec.name] : spec.children.flatMap(serviceNames);
}

function ownersOf(spec: GroupSpec): ReadonlyMap<Name, number> {
  const owner = new Map<Name, number>();
  const claim = (child: ChildSpec, i: number): void => {
    owner.set(child.spec.name, i);
    if (child.spec.kind === 'group') for (const inner of child.spec.children) claim(inner, i);
  };
  for (const [i, child] of spec.children.entries()) claim(child, i);
  return owner;
}
