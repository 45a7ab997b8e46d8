/** Groups in groups that give up and come back, against what one would expect of them. */
import fc from 'fast-check';
import { describe, it } from 'vitest';
import type { GroupSpec, Strategy } from '../../src/machines/vocabulary.ts';
import { child, group, need, restart, root, service } from '../support/specs.ts';
import { patience, runs } from './settings.ts';
import { runTree, treeCommands } from './tree-commands.ts';

const strategies = fc.constantFrom<Strategy>('one_for_one', 'one_for_all', 'rest_for_one');
const makes = fc.record({
  strategy: strategies,
  intensity: fc.nat(2),
  onExceeded: fc.constantFrom('escalate' as const, 'isolate' as const),
  restart: fc.nat(2).map((intensity) => restart({ intensity, delayMs: 500, periodMs: 1e9 })),
  periodMs: fc.constant(1e9),
});

/** root [ outer [ a, b, inner [ c, d needs c ] ], e needs a ] */
const trees: fc.Arbitrary<GroupSpec> = fc
  .record({ outer: makes, inner: makes, strategy: strategies, intensity: fc.nat(2) })
  .map(({ outer, inner, strategy, intensity }) => {
    const one = (name: string, ...needs: readonly string[]) =>
      service(name, {
        settleMs: 100,
        restart: restart({ intensity, delayMs: 500, periodMs: 1e9 }),
        dependsOn: needs.map((needed) => ({ name: needed, condition: 'ready', restart: false })),
      });
    const innermost = group('inner', [one('c'), child(one('d', 'c'), 'c')], inner);
    return root(
      [
        group('outer', [one('a'), one('b'), innermost], outer),
        child(one('e', 'a'), need('outer', 'ready', { target: 'a' })),
      ],
      { strategy },
    );
  });

describe('a tree of groups', patience, () => {
  it('has up who is wanted and may stand, whichever group gave up and came back', () => {
    const property = fc.property(trees, treeCommands(['a', 'b', 'c', 'd', 'e']), runTree);
    fc.assert(property, runs(60));
  });
});
