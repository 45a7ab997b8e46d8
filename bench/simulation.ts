/** How many seeded walks over a simulated tree are run and judged in a second: 5 services, 200 steps. */
import { walk } from '../test/model/walk.ts';

const services = 5;
const steps = 200;
const forMs = 10_000;

/** Broken promises are for the tests to explain; here they are only counted. */
const broken: number[] = [];
let events = 0;
let runs = 0;

for (let seed = 1; seed <= 20; seed++) tryWalk(seed);
events = 0;
const since = performance.now();
for (; performance.now() - since < forMs; runs++) tryWalk(1_000 + runs);
const seconds = (performance.now() - since) / 1_000;
console.log(
  `simulation: ${(runs / seconds).toFixed(0)} runs/s of ${services} services x ${steps} steps, ` +
    `${(events / seconds).toFixed(0)} events/s, promises checked after each`,
);
if (broken.length > 0) console.log(`promises were broken on the seeds ${broken.join(', ')}`);

function tryWalk(seed: number): void {
  try {
    events += walk(seed, { size: services, steps }).events;
  } catch {
    broken.push(seed);
  }
}
