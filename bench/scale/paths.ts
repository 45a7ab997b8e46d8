/**
 * How long trees of services take to start beside the longest way through their
 * dependencies, which no supervisor can be faster than: in virtual time, and for real.
 */
import { join } from 'node:path';
import type { Part } from '../../test/support/dependencies.ts';
import { criticalPathMs, someGraph, totalMs } from '../../test/support/dependencies.ts';
import { child, root, service } from '../../test/support/specs.ts';
import { boot } from '../../test/support/world.ts';
import type { PathFigures } from './figures.ts';
import type { Place } from './place.ts';

const longestMs = 300;

export async function measurePaths(
  place: Place,
  counts: readonly number[],
  seeds: readonly number[],
): Promise<PathFigures[]> {
  const figures: PathFigures[] = [];
  for (const count of counts) {
    for (const seed of seeds) {
      const graph = someGraph({ count, seed, longestMs });
      const common = { count, path: criticalPathMs(graph), total: totalMs(graph) };
      figures.push({ ...common, kind: 'simulated', took: inVirtualTime(graph) });
      figures.push({ ...common, kind: 'real', took: await forReal(place, graph, figures.length) });
    }
  }
  return figures;
}

function inVirtualTime(graph: readonly Part[]): number {
  const parts = graph.map(({ name, needs, startMs }) =>
    child(service(name, { settleMs: startMs }), ...needs),
  );
  const world = boot(root(parts));
  const { clock } = world.kernel;
  const since = clock.now();
  world.start(...graph.map(({ name }) => name));
  const areRunning = () => graph.every(({ name }) => world.status(name) === 'running');
  if (!clock.runUntil(areRunning, 10 * totalMs(graph))) throw new Error('not all have started');
  return clock.now() - since;
}

/** As in a configuration: each counts as ready so long after its start. */
async function forReal(
  { directory, marker, dist }: Place,
  graph: readonly Part[],
  number: number,
): Promise<number> {
  const { createSupervisor } = await import(join(dist, 'index.js'));
  const services = graph.map(({ name, needs, startMs }) => [
    name,
    {
      command: ['sh', '-c', 'exec sleep 86400', marker],
      ready: { after: startMs },
      dependsOn: Object.fromEntries(needs.map((need) => [need, { condition: 'ready' }])),
    },
  ]);
  const config = {
    name: 'paths',
    stateDir: join(directory, `paths-${number}`),
    services: Object.fromEntries(services),
  };
  const supervisor = await createSupervisor(config, { logLevel: 'error' });
  const since = performance.now();
  await supervisor.start();
  const took = performance.now() - since;
  await supervisor.dispose({ services: 'stop' });
  return took;
}
