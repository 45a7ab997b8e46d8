/** How many seeded runs of a whole simulated system are made and judged in a second: 5 services, 200 steps. */
import { simulate } from '../../src/simulation/index.ts';
import type { SimulationFigures } from './figures.ts';

const services = 5;
const steps = 200;

export async function measureSimulation(forMs: number): Promise<SimulationFigures> {
  // Broken invariants are for the tests to explain; here they are only counted.
  const broken: number[] = [];
  let events = 0;
  let runs = 0;
  const run = async (seed: number) => {
    const simulation = await simulate({ seed, size: services, steps });
    events += simulation.events;
    if (simulation.broken !== null) broken.push(seed);
  };
  for (let seed = 1; seed <= 20; seed += 1) await run(seed);
  events = 0;
  const since = performance.now();
  for (; performance.now() - since < forMs; runs += 1) await run(1_000 + runs);
  const seconds = (performance.now() - since) / 1_000;
  return { runsPerSecond: runs / seconds, eventsPerSecond: events / seconds, broken };
}
