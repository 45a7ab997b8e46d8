/** How many seeded runs of a whole simulated system are made and judged in a second: 5 services, 200 steps. */
import { simulate } from '../src/simulation/index.ts';

const services = 5;
const steps = 200;
const forMs = 10_000;

/** Broken invariants are for the tests to explain; here they are only counted. */
const broken: number[] = [];
let events = 0;
let runs = 0;

for (let seed = 1; seed <= 20; seed++) await run(seed);
events = 0;
const since = performance.now();
for (; performance.now() - since < forMs; runs++) await run(1_000 + runs);
const seconds = (performance.now() - since) / 1_000;
console.log(
  `simulation: ${(runs / seconds).toFixed(0)} runs/s of ${services} services x ${steps} steps, ` +
    `${(events / seconds).toFixed(0)} events/s, invariants checked after each`,
);
if (broken.length > 0) console.log(`invariants were broken on the seeds ${broken.join(', ')}`);

async function run(seed: number): Promise<void> {
  const simulation = await simulate({ seed, size: services, steps });
  events += simulation.events;
  if (simulation.broken !== null) broken.push(seed);
}
