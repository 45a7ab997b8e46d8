/** A random tree of services: groups in groups, strategies, dependencies across all of it. */
import type {
  ChildSpec,
  Condition,
  Dependency,
  GroupSpec,
  LiftedDependency,
  Name,
  ServiceSpec,
} from '../machines/vocabulary.ts';
import type { Dice } from './dice.ts';
import { someService } from './some-service.ts';
import { group, restart } from './specs.ts';

export interface Topology {
  readonly root: GroupSpec;
  /** In start order. */
  readonly services: readonly ServiceSpec[];
}

type Shape = Name | { readonly name: Name; readonly members: readonly Shape[] };

export function someTopology(dice: Dice, size = 5): Topology {
  const names = Array.from({ length: size }, (_, i) => `s${i + 1}`);
  const services = names.map((name, i) =>
    someService(dice, name, someDependencies(dice, names.slice(0, i))),
  );
  const shape = someShape(dice, names);
  return { root: grow(dice, shape, services), services };
}

function someDependencies(dice: Dice, earlier: readonly Name[]): Dependency[] {
  return dice.some(earlier, 35).map((name) => ({
    name,
    condition: dice.pick<Condition>(['ready', 'ready', 'started', 'healthy']),
    restart: dice.chance(30),
  }));
}

/** Runs of neighbours become groups, so that no dependency can make a cycle of groups. */
function someShape(dice: Dice, names: readonly Name[]): Shape[] {
  if (dice.chance(40)) return [...names];
  const from = dice.between(0, names.length - 2);
  const to = dice.between(from + 2, names.length);
  const inner = names.slice(from, to);
  const members =
    inner.length > 2 && dice.chance(40)
      ? [{ name: 'g2', members: inner.slice(0, 2) }, ...inner.slice(2)]
      : inner;
  const after = names.slice(to);
  const rest = after.length > 1 && dice.chance(50) ? [{ name: 'g3', members: after }] : after;
  return [...names.slice(0, from), { name: 'g1', members }, ...rest];
}

function grow(dice: Dice, shape: readonly Shape[], services: readonly ServiceSpec[]): GroupSpec {
  const build = (one: Shape, siblings: readonly Shape[]): ChildSpec => {
    const spec =
      typeof one === 'string'
        ? service(one)
        : someGroup(
            dice,
            one.name,
            one.members.map((inner) => build(inner, one.members)),
          );
    return { spec, needs: liftedNeeds(one, siblings, services) };
  };
  const service = (name: Name) => services.find((one) => one.name === name) as ServiceSpec;
  const children = shape.map((one) => build(one, shape));
  return group('root', children, {
    onExceeded: 'isolate',
    strategy: dice.pick(['one_for_one', 'one_for_one', 'one_for_all', 'rest_for_one']),
  });
}

function someGroup(dice: Dice, name: Name, children: readonly ChildSpec[]): GroupSpec {
  return group(name, children, {
    strategy: dice.pick(['one_for_one', 'one_for_all', 'rest_for_one']),
    onExceeded: dice.pick(['escalate', 'isolate']),
    intensity: dice.between(1, 4),
    periodMs: dice.pick([10_000, 60_000]),
    restart: restart({ intensity: dice.between(1, 3), delayMs: dice.pick([0, 500]), jitter: 0.1 }),
  });
}

/** Whatever is inside of one needs of what is inside of another of its siblings. */
function liftedNeeds(
  one: Shape,
  siblings: readonly Shape[],
  services: readonly ServiceSpec[],
): LiftedDependency[] {
  const inside = namesIn(one);
  const needs = services
    .filter(({ name }) => inside.includes(name))
    .flatMap((spec) => spec.dependsOn);
  return siblings
    .filter((sibling) => sibling !== one)
    .flatMap((sibling) => {
      const targets = namesIn(sibling);
      return needs
        .filter(({ name }) => targets.includes(name))
        .map(({ name, condition, restart: follows }) => ({
          sibling: typeof sibling === 'string' ? sibling : sibling.name,
          target: name,
          condition,
          restart: follows,
        }));
    });
}

function namesIn(shape: Shape): readonly Name[] {
  return typeof shape === 'string' ? [shape] : shape.members.flatMap(namesIn);
}
