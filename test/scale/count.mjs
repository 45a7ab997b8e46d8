/**
 * Counts what the work of a fleet costs, without a clock, so that a busy machine changes
 * nothing: `count.mjs code|bytes SERVICES` prints the cost of each phase for one service.
 *
 * `code`: characters of source code that were run, each as often as it was (V8's precise
 * coverage). A loop over everything for each of them shows, whatever it does.
 * `bytes`: what was allocated, collected or not. Needs `--no-opt`, for what is optimised
 * allocates less and nobody knows when, and a young generation in which all of it has room.
 */
import { Session } from 'node:inspector';
import { createJiti } from 'jiti';

const [, , kind, size] = process.argv;
const count = Number(size);
const crashes = 200;
const meter = kind === 'code' ? createCodeMeter() : createByteMeter();
const { createFleet } = await createJiti(import.meta.url).import('../support/fleet.ts');

// What runs for the first time is compiled, which is allocated too.
live(createFleet(20), (_phase, work) => work());

const costs = {};
const { cost, result: fleet } = measure(() => createFleet(count));
costs.create = cost / count;
live(fleet, (phase, work, times) => {
  costs[phase] = measure(work).cost / times;
});
process.stdout.write(`${JSON.stringify(costs)}\n`);

function live(fleet, run) {
  const phases = [
    ['start', () => fleet.start(), fleet.count],
    ['crash', () => fleet.crash(crashes), crashes],
    ['crashAll', () => fleet.crashAll(), fleet.count],
    ['stop', () => fleet.stop(), fleet.count],
  ];
  for (const [phase, work, times] of phases) {
    run(phase, work, times);
    const expected = phase === 'stop' ? 0 : fleet.count;
    const alive = fleet.alive();
    if (alive !== expected) throw new Error(`${alive} of ${fleet.count} live after ${phase}`);
  }
}

function measure(work) {
  meter.reset();
  const result = work();
  return { cost: meter.read(), result };
}

function createCodeMeter() {
  const session = new Session();
  session.connect();
  const ask = (method, parameters) => {
    let answer;
    session.post(method, parameters, (error, result) => {
      if (error) throw new Error(`${method}: ${error.message}`);
      answer = result;
    });
    return answer;
  };
  ask('Profiler.enable');
  // Before anything of ours is compiled, or it would be compiled without counters.
  ask('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  // Counting begins anew with each look.
  const take = () => ask('Profiler.takePreciseCoverage').result;
  return {
    reset: take,
    read: () =>
      take()
        .filter(({ url }) => !url.startsWith('node:') && !url.endsWith('count.mjs'))
        .flatMap(({ functions }) => functions.map(({ ranges }) => charactersRun(ranges)))
        .reduce((sum, one) => sum + one, 0),
  };
}

/** Each part of a function by the count of the innermost range that it lies in. */
function charactersRun(ranges) {
  let sum = 0;
  const around = [];
  for (const range of ranges) {
    while (around.length > 0 && around.at(-1).endOffset <= range.startOffset) around.pop();
    const length = range.endOffset - range.startOffset;
    sum += range.count * length;
    const outer = around.at(-1);
    if (outer !== undefined) sum -= outer.count * length;
    around.push(range);
  }
  return sum;
}

function createByteMeter() {
  let before = 0;
  return {
    reset: () => {
      gc();
      before = process.memoryUsage().heapUsed;
    },
    read: () => process.memoryUsage().heapUsed - before,
  };
}
