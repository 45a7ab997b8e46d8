/** That one event costs the same whatever the number of services: counted, never timed. */
import { describe, expect, it } from 'vitest';
import { createFleet, type Fleet, memberOf } from '../../src/machines/fleet.ts';
import type { ServiceView } from '../../src/machines/protocol.ts';
import { heed, type Step, see } from '../../src/machines/supervise.ts';
import type { Strategy } from '../../src/machines/vocabulary.ts';
import { child, root, service } from '../support/specs.ts';

const sizes = [100, 10_000] as const;

/** Each service needs the one before it, in chains of five. */
function fleetOf(size: number, strategy: Strategy = 'one_for_one'): Fleet {
  const children = Array.from({ length: size }, (_, n) =>
    child(service(`s${n}`), ...(n % 5 === 0 ? [] : [`s${n - 1}`])),
  );
  let fleet: Fleet = { ...createFleet(root(children, { strategy }), []), permitted: true };
  for (let n = 0; n < size; n += 1) {
    const { view } = memberOf(fleet, `s${n}`);
    const running = { ...view, status: 'running', state: 'running.healthy' } as ServiceView;
    fleet = see(fleet, running).fleet;
  }
  return fleet;
}

/** The work of one step: how often it looked at the list of members, and what it decided. */
function workOf(fleet: Fleet, step: (fleet: Fleet) => Step) {
  let looks = 0;
  const counted = <T extends object>(block: T): T =>
    new Proxy(block, {
      get: (target, key, receiver) => {
        looks += 1;
        const value = Reflect.get(target, key, receiver) as unknown;
        return Array.isArray(value) ? counted(value) : value;
      },
    });
  const members = { ...fleet.members, root: counted(fleet.members.root as object) as never };
  const { orders } = step({ ...fleet, members });
  return { looks, orders: orders.length };
}

const crashed = (fleet: Fleet, name: string): ServiceView => ({
  ...(memberOf(fleet, name).view as ServiceView),
  ...{ status: 'crashed', state: 'crashed', endedAt: 1, failure: { kind: 'vanished' } },
});

const cases: readonly (readonly [string, Strategy, (fleet: Fleet) => Step])[] = [
  ['a crash', 'one_for_one', (fleet) => see(fleet, crashed(fleet, 's52'))],
  ['a stop', 'one_for_one', (fleet) => heed(fleet, { type: 'unwant', names: ['s52'] })],
  ['a start', 'one_for_one', (fleet) => heed(fleet, { type: 'want', names: ['s52'] })],
  ['a restart', 'one_for_one', (fleet) => heed(fleet, { type: 'recycle', names: ['s52'] })],
  // A crash there concerns all that come later, so only what shares no fate is cheap.
  ['a stop', 'rest_for_one', (fleet) => heed(fleet, { type: 'unwant', names: ['s52'] })],
  ['a start', 'rest_for_one', (fleet) => heed(fleet, { type: 'want', names: ['s52'] })],
];

describe('the cost of one event', () => {
  it.each(cases)('%s, %s: does not grow with the number of services', (_, strategy, event) => {
    const [small, large] = sizes.map((size) => workOf(fleetOf(size, strategy), event));
    expect(large?.orders).toBe(small?.orders);
    // The list is one level higher, a block of 32 is copied per level, and that is all.
    expect(large?.looks).toBeLessThanOrEqual((small?.looks ?? 0) * 2 + 200);
  });
});
