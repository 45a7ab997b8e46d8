import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Dependency } from '../../src/machines/vocabulary.ts';
import { Problems } from '../../src/services/problems.ts';
import { type Need, startOrder } from '../../src/services/start-order.ts';
import { growTree, type WrittenGroup } from '../../src/services/tree.ts';

const on = (name: string): Dependency => ({ name, condition: 'ready', restart: false });
const need = (from: string, to: string): Need => ({ from, to: on(to) });

const order = (services: string[], needs: Need[], groups: WrittenGroup[] = []) =>
  startOrder(growTree(services, groups, new Problems()), needs);

describe('the start order', () => {
  it('keeps the order of declaration where nothing is needed', () => {
    expect(order(['c', 'a', 'b'], []).children.get('root')).toEqual(['c', 'a', 'b']);
  });

  it('puts each after what it needs', () => {
    const { children } = order(['web', 'db', 'cache'], [need('web', 'db'), need('db', 'cache')]);
    expect(children.get('root')).toEqual(['cache', 'db', 'web']);
  });

  it.each([
    [['a'], [need('a', 'a')], 'a -> a'],
    [['a', 'b'], [need('a', 'b'), need('b', 'a')], 'a -> b -> a'],
    [
      ['x', 'a', 'b', 'c'],
      [need('x', 'a'), need('a', 'b'), need('b', 'c'), need('c', 'a')],
      'a -> b -> c -> a',
    ],
  ])('names the whole circle of %j', (services, needs, round) => {
    const [problem] = order(services, needs).problems;
    expect(problem?.message).toContain(`: ${round}`);
  });

  it('names a circle of a hundred whole', () => {
    const names = Array.from({ length: 100 }, (_, i) => `s${i}`);
    const needs = names.map((name, i) => need(name, names[(i + 1) % 100] ?? ''));
    const [problem] = order(names, needs).problems;
    expect(problem?.message.split(' -> ')).toHaveLength(101);
  });

  it('takes two ways to the same service for no circle', () => {
    const needs = [need('a', 'b'), need('a', 'c'), need('b', 'd'), need('c', 'd')];
    expect(order(['a', 'b', 'c', 'd'], needs).problems).toEqual([]);
  });

  it('holds for any needs without a circle', () => {
    const graphs = fc.array(fc.tuple(fc.nat(30), fc.nat(30)), { maxLength: 100 });
    fc.assert(
      fc.property(graphs, (pairs) => {
        const names = Array.from({ length: 31 }, (_, i) => `s${i}`);
        const needs = pairs
          .filter(([a, b]) => a !== b)
          .map(([a, b]) => need(`s${Math.max(a, b)}`, `s${Math.min(a, b)}`));
        const sorted = order(names, needs).children.get('root') ?? [];
        expect([...sorted].sort()).toEqual([...names].sort());
        for (const { from, to } of needs) {
          expect(sorted.indexOf(to.name)).toBeLessThan(sorted.indexOf(from));
        }
      }),
    );
  });

  it('orders a chain of 10,000 services', () => {
    const names = Array.from({ length: 10_000 }, (_, i) => `s${i}`);
    const needs = names.slice(1).map((name, i) => need(`s${i}`, name));
    expect(order(names, needs).children.get('root')?.[0]).toBe('s9999');
  });
});

describe('a dependency that crosses groups', () => {
  const groups = [
    { name: 'web', children: ['nginx', 'php'] },
    { name: 'data', children: ['postgres', 'exporter'] },
  ];
  const services = ['nginx', 'php', 'postgres', 'exporter'];

  it('is lifted to the two ancestors that are siblings', () => {
    const { needs, children } = order(services, [need('nginx', 'postgres')], groups);
    expect(needs.get('web')).toEqual([
      { sibling: 'data', target: 'postgres', condition: 'ready', restart: false },
    ]);
    expect(needs.has('nginx')).toBe(false);
    expect(children.get('root')).toEqual(['data', 'web']);
  });

  it('is lifted only as far as the group that both are in', () => {
    const nested = [...groups, { name: 'app', children: ['web', 'data'] }];
    const { needs, children } = order(services, [need('nginx', 'postgres')], nested);
    expect([...needs.keys()]).toEqual(['web']);
    expect(children.get('app')).toEqual(['data', 'web']);
  });

  it('may be on a group', () => {
    const { needs } = order([...services, 'cron'], [need('cron', 'data')], groups);
    expect(needs.get('cron')).toMatchObject([{ sibling: 'data', target: 'data' }]);
  });

  it('that is lifted twice is there once', () => {
    const both = [need('nginx', 'postgres'), need('php', 'postgres')];
    expect(order(services, both, groups).needs.get('web')).toHaveLength(1);
  });

  it('says what was lifted to what where that makes a circle', () => {
    const needs = [need('nginx', 'postgres'), need('exporter', 'php')];
    const [problem] = order(services, needs, groups).problems;
    expect(problem?.message).toBe(
      'closes a circle: web -> data -> web, because ' +
        '"nginx" needs "postgres" (so "web" needs "data"), ' +
        '"exporter" needs "php" (so "data" needs "web")',
    );
  });

  it('cannot be on the group that one is in', () => {
    const [problem] = order(services, [need('nginx', 'web')], groups).problems;
    expect(problem?.message).toBe('needs the group "web" that it is in itself');
  });
});
