/** A start takes as long as the longest way through the dependencies, however many services there are. */
import { describe, expect, it, vi } from 'vitest';
import type { Part } from '../support/dependencies.ts';
import { criticalPathMs, readyAt, someGraph, totalMs } from '../support/dependencies.ts';
import { child, root, service } from '../support/specs.ts';
import { boot } from '../support/world.ts';

// In virtual time; a busy machine may take its own.
vi.setConfig({ testTimeout: 60_000 });

/** When each ran, in virtual milliseconds since all were asked for. */
function startUp(graph: readonly Part[]): ReadonlyMap<string, number> {
  const world = boot(
    root(
      graph.map(({ name, needs, startMs }) =>
        child(service(name, { settleMs: startMs }), ...needs),
      ),
    ),
  );
  const { clock } = world.kernel;
  const since = clock.now();
  const times = new Map<string, number>();
  const note = () => {
    for (const line of world.history.splice(0)) {
      const [name = '', status] = line.split(' ');
      if (status === 'running') times.set(name, clock.now() - since);
    }
    return times.size === graph.length;
  };
  world.start(...graph.map(({ name }) => name));
  clock.runUntil(note, 10 * totalMs(graph));
  return times;
}

describe('200 services that need one another by chance', () => {
  it.each([1, 2, 3, 4, 5])('are ready at the earliest moment that is possible, seed %i', (seed) => {
    const graph = someGraph({ count: 200, seed });
    expect(startUp(graph)).toEqual(readyAt(graph));
  });
});

it('takes no longer for more services on the same longest way', () => {
  const graph = someGraph({ count: 200, seed: 6 });
  const others = Array.from({ length: 800 }, (_, index) => ({
    ...{ name: `other${index}`, needs: ['s0'], startMs: 1 },
  }));
  const all = [...graph, ...others];
  expect(criticalPathMs(all)).toBe(criticalPathMs(graph));
  expect(Math.max(...startUp(all).values())).toBe(criticalPathMs(graph));
});
