/** Arbitrary services in arbitrary groups that need each other in arbitrary ways. */
import fc from 'fast-check';
import type { GroupSpec, Name, ServiceSpec } from '../../src/machines/vocabulary.ts';
import type { Need } from '../../src/services/start-order.ts';
import type { WrittenGroup } from '../../src/services/tree.ts';
import { child, group, need, service } from '../support/specs.ts';

export interface Written {
  readonly services: readonly Name[];
  readonly groups: readonly WrittenGroup[];
  readonly needs: readonly Need[];
  /** From the root down to each: `['root', 'g1', 's0']`. */
  readonly ways: ReadonlyMap<Name, readonly Name[]>;
}

const groupNames = ['g0', 'g1', 'g2', 'g3'] as const;

/** Needs in any direction, to services and to groups; many of them close a circle. */
export const writtenTrees: fc.Arbitrary<Written> = fc
  .record({
    size: fc.integer({ min: 1, max: 9 }),
    /** Where each service is, and each group: in one of an earlier number, or in the root. */
    homes: fc.array(fc.integer({ min: -1, max: 3 }), { minLength: 9, maxLength: 9 }),
    parents: fc.tuple(
      fc.constant(-1),
      fc.integer({ min: -1, max: 0 }),
      fc.integer({ min: -1, max: 1 }),
      fc.integer({ min: -1, max: 2 }),
    ),
    pairs: fc.array(fc.tuple(fc.nat(8), fc.nat(12), fc.boolean(), fc.boolean()), {
      maxLength: 14,
      size: 'max',
    }),
    /** Needs go to earlier ones only. */
    isTame: fc.boolean(),
  })
  .map(({ size, homes, parents, pairs, isTame }) => {
    const services = Array.from({ length: size }, (_, n) => `s${n}`);
    const parent = new Map<Name, Name>();
    for (const [n, name] of services.entries()) parent.set(name, groupAt(homes[n]));
    for (const [n, name] of groupNames.entries()) parent.set(name, groupAt(parents[n]));
    const targets = [...services, ...groupNames];
    const needs = pairs
      .map(([from, to, restart, isStarted]) => ({
        from: `s${from % size}`,
        to: {
          name: targets[to % targets.length] ?? '',
          restart,
          condition: isStarted ? ('started' as const) : ('ready' as const),
        },
      }))
      .filter(({ from, to }) => !isTame || to.name < from);
    const groups = groupNames.map((name) => ({
      name,
      children: [...services, ...groupNames].filter((one) => parent.get(one) === name),
    }));
    const wayTo = (name: Name): readonly Name[] =>
      name === 'root' ? [name] : [...wayTo(parent.get(name) ?? 'root'), name];
    return { services, groups, needs, ways: new Map(targets.map((name) => [name, wayTo(name)])) };
  });

const groupAt = (n: number | undefined): Name => groupNames[n ?? -1] ?? 'root';

/** Services of one group, each of which needs some of the earlier ones. */
export const flatGroups = (size: number): fc.Arbitrary<GroupSpec> =>
  fc
    .record({
      needs: fc.array(fc.array(fc.tuple(fc.nat(size - 1), fc.boolean()), { maxLength: 3 }), {
        minLength: size,
        maxLength: size,
      }),
      strategy: fc.constantFrom('one_for_one', 'one_for_all', 'rest_for_one'),
    })
    .map(({ needs, strategy }) =>
      group(
        'root',
        needs.map((all, n) => {
          const earlier = new Map(all.filter(([to]) => to < n));
          return child(
            service(`s${n}`),
            ...[...earlier].map(([to, restart]) => need(`s${to}`, 'ready', { restart })),
          );
        }),
        { strategy, onExceeded: 'isolate' },
      ),
    );

/** Whom each can reach by going along the edges, found the slow way. */
export function reach(
  edges: readonly (readonly [Name, Name])[],
): (from: Name, to: Name) => boolean {
  const found = new Set(edges.map(([from, to]) => `${from} ${to}`));
  const names = [...new Set(edges.flat())];
  for (const by of names) {
    for (const from of names) {
      if (!found.has(`${from} ${by}`)) continue;
      for (const to of names) if (found.has(`${by} ${to}`)) found.add(`${from} ${to}`);
    }
  }
  return (from, to) => found.has(`${from} ${to}`);
}

export const servicesIn = ({ children }: GroupSpec): readonly ServiceSpec[] =>
  children.flatMap(({ spec }) => (spec.kind === 'service' ? [spec] : servicesIn(spec)));
