/** The laws of the start order: what comes before what, and that every circle is found. */
import { describe, expect, it } from 'vitest';
import { createPlan, exportsOf } from '../../src/machines/plan.ts';
import type { Name } from '../../src/machines/vocabulary.ts';
import { Problems } from '../../src/services/problems.ts';
import { type StartOrder, startOrder } from '../../src/services/start-order.ts';
import { growTree } from '../../src/services/tree.ts';
import { law, patience } from './settings.ts';
import { flatGroups, reach, servicesIn, type Written, writtenTrees } from './trees.ts';

type Edge = readonly [Name, Name];

const orderOf = ({ services, groups, needs }: Pick<Written, 'services' | 'groups' | 'needs'>) =>
  startOrder(growTree(services, groups, new Problems()), needs);

/** What each need is between the two siblings above its ends; null: it is on its own group. */
function lifted({ needs, ways }: Written): readonly { edge: Edge; in: Name }[] | null {
  const all = needs.map(({ from, to }) => {
    const [a = [], b = []] = [ways.get(from), ways.get(to.name)];
    const fork = a.findIndex((name, depth) => name !== b[depth]);
    return { edge: [a[fork] ?? '', b[fork] ?? ''] as const, in: a[fork - 1] ?? '' };
  });
  return all.some(({ edge: [, to] }) => to === '') ? null : all;
}

const hasCircle = (edges: readonly Edge[]): boolean => {
  const reaches = reach(edges);
  return edges.some(([from]) => reaches(from, from));
};

function isImpossible(written: Written): boolean {
  if (hasCircle(written.needs.map(({ from, to }) => [from, to.name]))) return true;
  const edges = lifted(written);
  return edges === null || hasCircle(edges.map(({ edge }) => edge));
}

const placeIn = (order: StartOrder, group: Name, name: Name): number =>
  (order.children.get(group) ?? []).indexOf(name);

describe('the start order', patience, () => {
  it('finds a problem exactly where there is a circle, or a need of the own group', () => {
    law(600, [writtenTrees], (written) => {
      expect(orderOf(written).problems.length > 0).toBe(isImpossible(written));
    });
  });

  it('tells of circles that are there', () => {
    law(400, [writtenTrees], (written) => {
      for (const { need, message } of orderOf(written).problems) {
        const [, round] = /: ([\w -]+(?: -> \w+)+)/.exec(message) ?? [];
        if (round === undefined) {
          expect(written.ways.get(need.from)).toContain(need.to.name);
          continue;
        }
        const names = round.split(' -> ');
        const edges = [
          ...(lifted(written) ?? []).map(({ edge }) => edge.join(' ')),
          ...written.needs.map(({ from, to }) => `${from} ${to.name}`),
          ...(
            lifted({
              ...written,
              needs: written.needs.filter(
                (one) => !written.ways.get(one.from)?.includes(one.to.name),
              ),
            }) ?? []
          ).map(({ edge }) => edge.join(' ')),
        ];
        expect(names.at(-1)).toBe(names[0]);
        for (const [n, name] of names.slice(1).entries())
          expect(edges).toContain(`${names[n]} ${name}`);
      }
    });
  });

  it('has each child once, after all that it or anything in it needs', () => {
    law(600, [writtenTrees], (written) => {
      const order = orderOf(written);
      if (order.problems.length > 0) return;
      const placed = [...order.children.values()].flat();
      expect([...placed].sort()).toEqual([...written.ways.keys()].sort());
      for (const {
        edge: [from, to],
        in: group,
      } of lifted(written) ?? []) {
        expect(placeIn(order, group, to)).toBeGreaterThanOrEqual(0);
        expect(placeIn(order, group, to)).toBeLessThan(placeIn(order, group, from));
      }
    });
  });

  it('leaves alone what is in order already', () => {
    law(300, [writtenTrees], (written) => {
      const order = orderOf(written);
      if (order.problems.length > 0) return;
      const groups = written.groups.map(({ name }) => ({
        name,
        children: order.children.get(name) ?? [],
      }));
      const inOrder = order.children.get('root') ?? [];
      const again = orderOf({
        ...written,
        groups,
        services: [...new Set([...inOrder, ...written.services])].filter((name) =>
          written.services.includes(name),
        ),
      });
      for (const { name } of groups)
        expect(again.children.get(name)).toEqual(order.children.get(name));
    });
  });

  it('hands every need to the two siblings above it, once, following if any of them follows', () => {
    law(400, [writtenTrees], (written) => {
      const order = orderOf(written);
      if (order.problems.length > 0) return;
      const edges = lifted(written) ?? [];
      const expected = new Map<string, boolean>();
      for (const [
        n,
        {
          edge: [from, to],
        },
      ] of edges.entries()) {
        const {
          name,
          condition,
          restart = false,
        } = written.needs[n]?.to ?? { name: '', condition: '' };
        const id = [from, to, name, condition].join();
        expected.set(id, restart || expected.get(id) === true);
      }
      const got = [...order.needs].flatMap(([from, all]) =>
        all.map(
          ({ sibling, target, condition, restart }) =>
            [[from, sibling, target, condition].join(), restart] as const,
        ),
      );
      expect(new Map(got)).toEqual(expected);
      expect(got).toHaveLength(expected.size);
    });
  });
});

describe('the plan of a group', patience, () => {
  it('has the needs turned round: whom each one needs knows it, and nobody else', () => {
    law(200, [flatGroups(8)], (spec) => {
      const { dependents, index } = createPlan(spec, []);
      const forth = spec.children.flatMap(({ needs, spec: { name } }) =>
        needs.map(({ sibling }) => `${sibling} ${name}`),
      );
      const back = dependents.flatMap((all, at) =>
        all.map((by) => `${spec.children[at]?.spec.name} ${spec.children[by]?.spec.name}`),
      );
      expect(back.toSorted()).toEqual([...new Set(forth)].sort());
      for (const [n, one] of spec.children.entries()) expect(index.get(one.spec.name)).toBe(n);
    });
  });

  it('knows of everything below who is above it, and what others wait for there', () => {
    law(200, [flatGroups(4), flatGroups(5)], (inner, outer) => {
      const renamed = JSON.parse(
        JSON.stringify(inner).replaceAll(/"s(?=\d)/g, '"t'),
      ) as typeof inner;
      const needs = [
        { sibling: 'inner', target: 't1', condition: 'healthy', restart: false } as const,
      ];
      const last = { needs, spec: servicesIn(outer)[4] as never };
      const children = [
        { needs: [], spec: { ...renamed, name: 'inner' } },
        ...outer.children.slice(0, 4),
        last,
      ];
      const plan = createPlan({ ...outer, children }, [{ target: 't2', condition: 'ready' }]);
      for (const { name } of servicesIn(renamed)) expect(plan.owner.get(name)).toBe(0);
      for (const { name } of servicesIn(outer))
        expect(plan.owner.get(name)).toBe(plan.index.get(name));
      expect(exportsOf(plan, 'inner')).toEqual([
        { target: 't1', condition: 'healthy' },
        { target: 't2', condition: 'ready' },
      ]);
      expect(exportsOf(plan, 's3').every(({ target }) => target === 's3')).toBe(true);
    });
  });
});
