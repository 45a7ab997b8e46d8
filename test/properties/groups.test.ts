/** One group of each strategy, asked for and crashing in any order, against what one would expect. */
import fc from 'fast-check';
import { describe, it } from 'vitest';
import type { GroupSpec, Strategy } from '../../src/machines/vocabulary.ts';
import { child, need, restart, root, service } from '../support/specs.ts';
import { patience, runs } from './settings.ts';
import { runTree, treeCommands } from './tree-commands.ts';

const names = ['a', 'b', 'c', 'd'];

/** Four services, some of which need earlier ones and some of those follow them. */
const groups = (strategy: Strategy): fc.Arbitrary<GroupSpec> =>
  fc
    .record({
      needs: fc.array(fc.tuple(fc.nat(2), fc.boolean()), { minLength: 4, maxLength: 4 }),
      isNeedy: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
      intensity: fc.nat(2),
    })
    .map(({ needs, isNeedy, intensity }) => {
      const children = names.map((name, n) => {
        const [to, follows] = needs[n] ?? [0, false];
        const needed = isNeedy[n] === true && to < n ? [names[to] ?? ''] : [];
        const dependsOn = needed.map(
          (one) => ({ name: one, condition: 'ready', restart: follows }) as const,
        );
        const policy = restart({ intensity, delayMs: 500, periodMs: 1e9 });
        const spec = service(name, { settleMs: 100, restart: policy, dependsOn });
        return child(spec, ...needed.map((one) => need(one, 'ready', { restart: follows })));
      });
      return root(children, { strategy });
    });

describe.each<Strategy>(['one_for_one', 'one_for_all', 'rest_for_one'])(
  'a group that is %s',
  (strategy) => {
    it(
      'has up who is wanted and may stand, and restarts whom it must and nobody else',
      patience,
      () => {
        const property = fc.property(groups(strategy), treeCommands(names), runTree);
        fc.assert(property, runs(40));
      },
    );
  },
);
