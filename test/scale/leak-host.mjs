/**
 * A host whose services are killed again and again, for real, and what is left in it
 * after each look: `node --expose-gc leak-host.mjs ENTRY STATE_DIR RESTARTS [LOOKS]`.
 *
 * `npm run soak:leaks` does so ten thousand times, and says what it sees.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const [, , entry, stateDir, restarts, looks = '5'] = process.argv;
const services = 20;
const rounds = Number(restarts) / services;
const every = Math.max(1, Math.floor(rounds / Number(looks)));
const patienceMs = 120_000;
/** Where something is on its way to be closed, it is given so long. */
const closingMs = 20_000;

const { createSupervisor } = await import(entry);
const names = Array.from({ length: services }, (_, n) => `s${n}`);
const policy = { policy: 'always', delay: 0, jitter: 0, intensity: 1_000_000, period: 3_600_000 };
const service = {
  command: ['sleep', `86400.${process.pid}`],
  ready: { after: 0 },
  restart: policy,
};
const supervisor = await createSupervisor(
  { name: 'leaks', stateDir, services: Object.fromEntries(names.map((name) => [name, service])) },
  { logLevel: 'silent' },
);
await supervisor.start();

const keys = Object.keys(count());
const seen = [];
// What is made once is made by then.
for (let round = 1; round <= every; round += 1) await killAll(round);
seen.push(await look());
for (let round = every + 1; round <= rounds; round += 1) {
  await killAll(round);
  if (round % every === 0) seen.push(await look());
}
await supervisor.dispose({ services: 'stop' });
process.stdout.write(`${JSON.stringify(seen)}\n`);
process.exit(0);

async function killAll(round) {
  for (const { pid } of supervisor.status().services) process.kill(pid, 'SIGKILL');
  const isBack = ({ state, restarts: count }) => state === 'running' && count === round;
  await until(() => supervisor.status().services.every(isBack));
}

async function look() {
  const [first] = seen;
  const deadline = performance.now() + closingMs;
  let now = count();
  const isMore = () => first !== undefined && keys.some((key) => now[key] > first[key]);
  while (isMore() && performance.now() < deadline) {
    await sleep(100);
    now = count();
  }
  gc();
  const { services: all } = supervisor.status();
  const done = all.reduce((sum, { restarts: times }) => sum + times, 0);
  return { ...now, done, heap: process.memoryUsage().heapUsed };
}

function count() {
  const helpers = childrenOf(process.pid);
  return {
    descriptors: descriptorsOf(process.pid),
    resources: process.getActiveResourcesInfo().filter((kind) => kind !== 'Timeout').length,
    listeners: process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0),
    // Services are the children of whoever forks.
    processes: helpers.length + helpers.flatMap(childrenOf).length,
    helperDescriptors: helpers.reduce((sum, pid) => sum + descriptorsOf(pid), 0),
  };
}

function descriptorsOf(pid) {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return 0;
  }
}

function childrenOf(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1');
    return text.split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

async function until(isSo) {
  const deadline = performance.now() + patienceMs;
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error('waited in vain');
    await sleep(5);
  }
}
