/**
 * A host with a large heap embeds drover. Prints how long its event loop was blocked
 * at the longest: while nothing was done, and at the start of each service.
 *
 * Arguments: drover's entry, a configuration, the size of the heap in MB, and who forks.
 */
import { readFileSync } from 'node:fs';

const [entry, file, megabytes, launcher] = process.argv.slice(2);
const { createKernel, createSupervisor } = await import(entry);
const config = JSON.parse(readFileSync(file, 'utf8'));
const ballast = fillHeap(Number(megabytes));
const kernel = createKernel({ launcher });
const supervisor = await createSupervisor(config, { logLevel: 'error', kernel });
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const quiet = await longestBlockDuring(() => pause(1_000));
const starts = [];
for (const name of Object.keys(config.services)) {
  starts.push(
    await longestBlockDuring(async () => {
      await supervisor.start([name], { wait: false });
      await supervisor.waitFor(name, 'running');
    }),
  );
  await pause(20);
}
await supervisor.dispose({ services: 'stop' });
console.log(JSON.stringify({ quiet, starts, heapMb: ballast.length }));
process.exit(0);

/** Numbers side by side, so that a collection need not look at each. */
function fillHeap(mb) {
  return Array.from({ length: mb }, () => new Array(131_072).fill(1.5));
}

/** By a loop that never rests: what it misses is what others were kept from. */
async function longestBlockDuring(work) {
  let longest = 0;
  let last = performance.now();
  let running = true;
  const look = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  };
  const turn = () => {
    look();
    if (running) setImmediate(turn);
  };
  setImmediate(turn);
  await work();
  running = false;
  // All of it may have been done within one turn.
  look();
  return longest;
}
