/** The laws of what a new configuration would change. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ServiceView } from '../../src/machines/protocol.ts';
import type { GroupSpec, Name, ServiceSpec } from '../../src/machines/vocabulary.ts';
import type { Change } from '../../src/runtime/api.ts';
import { planChanges, withoutMoved } from '../../src/runtime/changes.ts';
import { Registry } from '../../src/runtime/registry.ts';
import { project } from '../support/project.ts';
import { child, group, root, service } from '../support/specs.ts';
import { law, patience } from './settings.ts';
import { servicesIn } from './trees.ts';

const names: readonly Name[] = ['a', 'b', 'c', 'd', 'e'];

/** Some of five services, each in one of two groups or in the root, of one of two makes. */
const trees: fc.Arbitrary<GroupSpec> = fc
  .tuple(
    ...names.map((name) =>
      fc.option(
        fc.record({
          name: fc.constant(name),
          home: fc.constantFrom('root', 'g1', 'g2'),
          make: fc.constantFrom('h1', 'h2'),
          autostart: fc.boolean(),
        }),
      ),
    ),
  )
  .map((all) => {
    const present = all.filter((one) => one !== null);
    const inside = (home: string) =>
      present
        .filter((one) => one.home === home)
        .map(({ name, make, autostart }) =>
          child(
            service(name, {
              hash: make,
              autostart,
              command: { ...service(name).command, argv: [name, make] },
            }),
          ),
        );
    return root([
      ...inside('root'),
      child(group('g1', inside('g1'))),
      child(group('g2', inside('g2'))),
    ]);
  });

const placesOf = (spec: GroupSpec): ReadonlyMap<Name, string> =>
  new Map(
    spec.children.flatMap(({ spec: one }) =>
      one.kind === 'service' ? [[one.name, spec.name] as const] : [...placesOf(one)],
    ),
  );
const specOf = (spec: GroupSpec, name: Name): ServiceSpec | undefined =>
  servicesIn(spec).find((one) => one.name === name);

function registryOf(spec: GroupSpec, up: readonly Name[]): Registry {
  const registry = new Registry(spec);
  for (const one of servicesIn(spec)) {
    const process = { bootId: 'b', pidNamespace: 'n', pid: 9, startTime: 1 };
    const view = {
      kind: 'service',
      name: one.name,
      status: up.includes(one.name) ? 'running' : 'stopped',
      process: up.includes(one.name) ? process : null,
      hash: one.hash,
    };
    registry.see(view as ServiceView);
  }
  return registry;
}

const plan = (
  before: GroupSpec,
  after: GroupSpec,
  up: readonly Name[],
): ReadonlyMap<Name, Change> =>
  new Map(planChanges(registryOf(before, up), project(after)).map((one) => [one.name, one]));

describe('what a new configuration changes', patience, () => {
  const ups = fc.subarray([...names]);

  it('is nothing where it is the same', () => {
    law(150, [trees, ups], (tree, up) => {
      for (const { kind } of plan(tree, tree, up).values()) expect(kind).toBe('unchanged');
    });
  });

  it('is said of every service that is there before or after, once', () => {
    law(150, [trees, trees, ups], (before, after, up) => {
      const all = planChanges(registryOf(before, up), project(after)).map(({ name }) => name);
      const expected = new Set([...placesOf(before).keys(), ...placesOf(after).keys()]);
      expect([...all].sort()).toEqual([...expected].sort());
    });
  });

  it('brings, when it is done, what the new one says and nothing else', () => {
    law(300, [trees, trees, ups], (before, after, up) => {
      const changes = plan(before, after, up);
      const there = new Set(placesOf(before).keys());
      for (const { name, kind } of changes.values()) {
        if (kind === 'stop') there.delete(name);
        else there.add(name);
      }
      expect([...there].sort()).toEqual([...placesOf(after).keys()].sort());
      for (const { name, kind } of changes.values()) {
        const differs =
          specOf(before, name)?.hash !== specOf(after, name)?.hash ||
          placesOf(before).get(name) !== placesOf(after).get(name);
        // What runs and is another, or elsewhere, must be restarted for it; nothing else may be.
        expect(kind === 'restart').toBe(
          there.has(name) && placesOf(before).has(name) && up.includes(name) && differs,
        );
      }
    });
  });

  it('is turned round by the way back', () => {
    law(300, [trees, trees], (before, after) => {
      const forth = plan(before, after, names);
      const back = plan(after, before, names);
      for (const name of names) {
        const [there, here] = [forth.get(name)?.kind, back.get(name)?.kind];
        const isNew = there === 'start' || (there === 'update' && !placesOf(before).has(name));
        expect(here === 'stop').toBe(isNew);
        if (placesOf(before).has(name) && placesOf(after).has(name)) expect(here).toBe(there);
      }
    });
  });

  it('goes by way of the old tree without what leaves or moves, which changes nobody', () => {
    law(300, [trees, trees], (before, after) => {
      const between = withoutMoved(before, after);
      const stay = [...placesOf(before)].filter(
        ([name, home]) => placesOf(after).get(name) === home,
      );
      expect([...between.names].sort()).toEqual(stay.map(([name]) => name).sort());
      for (const one of servicesIn(between.spec)) expect(one).toEqual(specOf(before, one.name));
      expect(placesOf(between.spec)).toEqual(
        new Map([...placesOf(before)].filter(([name]) => between.names.has(name))),
      );
    });
  });
});
