/**
 * A host with a large heap embeds drover. Prints how long its event loop was blocked
 * at the longest: while nothing was done, and while services were started one by one.
 *
 * Arguments: drover's entry, a configuration, and the size of the heap in MB.
 */
import { readFileSync } from 'node:fs';

const [entry, file, megabytes] = process.argv.slice(2);
const { createSupervisor } = await import(entry);
const config = JSON.parse(readFileSync(file, 'utf8'));
const ballast = fillHeap(Number(megabytes));
const supervisor = await createSupervisor(config, { logLevel: 'error' });

const quiet = await longestBlockDuring(() => new Promise((resolve) => setTimeout(resolve, 2_000)));
const spawning = await longestBlockDuring(async () => {
  for (const name of Object.keys(config.services)) {
    await Promise.all([
      supervisor.waitFor(name, 'starting').catch(() => {}),
      supervisor.start([name], { wait: false }),
    ]);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
});
await supervisor.dispose({ services: 'stop' });
console.log(JSON.stringify({ quiet, spawning, heapMb: ballast.length }));
process.exit(0);

/** Numbers side by side, so that a collection need not look at each. */
function fillHeap(megabytes) {
  return Array.from({ length: megabytes }, () => new Array(131_072).fill(1.5));
}

/** By a loop that never rests: what it misses is what others were kept from. */
async function longestBlockDuring(work) {
  let longest = 0;
  let last = performance.now();
  let running = true;
  const turn = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    if (running) setImmediate(turn);
  };
  setImmediate(turn);
  await work();
  running = false;
  return longest;
}
