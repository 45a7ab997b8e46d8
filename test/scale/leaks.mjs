/**
 * Lets a supervisor on a simulated system restart crashed services, and says what is
 * left of it after each thousand: `node --expose-gc leaks.mjs RESTARTS`. What the simulated
 * world remembers of its own, spawns and signals and files, is no memory of the supervisor.
 */
import { createJiti } from 'jiti';

const jiti = createJiti(import.meta.url);
const { SimulatedKernel } = await jiti.import('../../src/kernel/simulated/index.ts');
const { during, project, supervise } = await jiti.import('../support/project.ts');
const { restart, service } = await jiti.import('../support/specs.ts');

const restarts = Number(process.argv[2]);
const names = Array.from({ length: 20 }, (_, n) => `s${n}`);
const specs = names.map((name) =>
  service(name, { settleMs: 1, restart: restart({ delayMs: 5, factor: 1, intensity: 1e9 }) }),
);
const kernel = new SimulatedKernel();
const { supervisor } = await supervise(project(specs), kernel);
await during(kernel, 100, supervisor.start());

const looks = [];
for (let done = 0; done <= restarts; done += 1_000) {
  looks.push(await look(done));
  if (done < restarts) for (let n = 0; n < 1_000; n += 1) await crash(n);
}
process.stdout.write(`${JSON.stringify(looks)}\n`);

async function crash(n) {
  kernel.kill(names[n % names.length]);
  kernel.clock.advance(20);
  // For what awaits something.
  if (n % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
}

async function look(done) {
  const { services } = supervisor.status();
  // None of these would be in the memory of a supervisor on a real system.
  for (const remembered of Object.values(kernel.history)) remembered.length = 0;
  const files = kernel.disk.list('/state').map((name) => kernel.disk.text(`/state/${name}`) ?? '');
  await new Promise((resolve) => setImmediate(resolve));
  gc();
  return {
    done,
    running: services.filter(({ state }) => state === 'running').length,
    restarts: services.reduce((sum, one) => sum + one.restarts, 0),
    heap: process.memoryUsage().heapUsed,
    written: files.reduce((sum, text) => sum + text.length, 0),
    timers: kernel.clock.pending(),
  };
}
