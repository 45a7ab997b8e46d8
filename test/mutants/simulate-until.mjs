/**
 * Simulates the drover in a directory on seed after seed until an invariant is broken:
 * `node simulate-until.mjs <directory> <seeds>`, with seeds such as `17,1-500`. It prints what
 * came of it as JSON.
 */
import { join } from 'node:path';
import { createJiti } from 'jiti';

const [, , directory, ranges] = process.argv;
// What a mutant has not changed was translated before, under the name that it has.
const fsCache = join(import.meta.dirname, '../../node_modules/.cache/mutants');
const jiti = createJiti(import.meta.url, { fsCache });
const { simulate } = await jiti.import(join(directory, 'src/simulation/simulate.ts'));

/** null: all invariants hold. What throws is a defect as well: nothing of a simulation may. */
function brokenOn(seed) {
  return simulate({ seed }).then(
    (simulation) => simulation.broken,
    (error) => ({ invariant: 'defect', message: String(error?.stack ?? error) }),
  );
}

function* seedsOf(text) {
  for (const range of text.split(',')) {
    const [from, to = from] = range.split('-').map(Number);
    for (let seed = from; seed <= to; seed += 1) yield seed;
  }
}

let broken = null;
let seed = 0;
for (const next of seedsOf(ranges)) {
  seed = next;
  broken = await brokenOn(seed);
  if (broken !== null) break;
}
console.log(JSON.stringify({ seeds: seed, broken }));
process.exit(0);
