/** Measures one supervisor: each number by what an outside observer sees. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Contestant, Job, Run } from './contestant.ts';
import type { DroverContestant } from './contestants/drover.ts';
import {
  cpuOf,
  createObserver,
  familyOf,
  killAndAwaitSuccessor,
  memoryOf,
  type Observer,
  processes,
} from './observer.ts';

/** Names of measures and what came out, in the unit that the name says. */
export type Figures = Readonly<Record<string, number>>;

export interface Setting {
  readonly directory: string;
  readonly count: number;
  readonly deaf: number;
  /** An argument that no other process of this machine has. */
  readonly marker: string;
}

/** Old enough that nobody takes it for one that fails at once: runit waits a second for those. */
const settleMs = 2_500;
const idleMs = 10_000;
const kills = 100;
const killsForMs = 20_000;
const graceMs = 2_000;

/** Start, kill one, idle, memory, kill all, stop all. */
export async function measureLife(contestant: Contestant, setting: Setting): Promise<Figures> {
  const { count, marker } = setting;
  const run = contestant.prepare(jobOf(contestant, setting, 'life', ['sleep', marker], count, 0));
  const observer = createObserver(marker);
  const since = performance.now();
  await run.start();
  const start = await awaitAll(contestant, observer, count, [], since);
  await sleep(settleMs);
  const memory = memoryOf(familyOf(run.manager(), observer.services()));
  const one = await killOneByOne(observer);
  await sleep(settleMs);
  const idle = await idleOf(run, observer);
  const back = await killAll(contestant, observer, count);
  await sleep(settleMs);
  const stop = await stopAll(run, observer);
  return {
    'start all (ms)': start,
    'kill -9 of one -> successor, median (ms)': one,
    'all killed -> all back (ms)': back,
    'stop all (ms)': stop,
    'memory of the manager, PSS (MB)': memory,
    'idle for 10 s (% of one processor)': idle,
  };
}

/** Services that ignore SIGTERM, each of which may take two seconds. */
export async function measureDeaf(contestant: Contestant, setting: Setting): Promise<Figures> {
  const { deaf, marker } = setting;
  // An ignored signal stays ignored across exec. PM2 asks with SIGINT.
  const argv = ['sh', '-c', 'trap "" TERM INT; exec sleep "$0"', marker] as const;
  const run = contestant.prepare(jobOf(contestant, setting, 'deaf', [...argv], deaf, graceMs));
  const observer = createObserver(marker);
  const since = performance.now();
  await run.start();
  await awaitAll(contestant, observer, deaf, [], since);
  await sleep(settleMs);
  return { 'stop all, deaf to SIGTERM, grace 2 s (ms)': await stopAll(run, observer) };
}

/** What only drover does: another manager takes over what runs. */
export async function measureAdoption(
  contestant: DroverContestant,
  setting: Setting,
): Promise<Figures> {
  const { count, marker } = setting;
  const job = jobOf(contestant, setting, 'adoption', ['sleep', marker], count, 0);
  const run = contestant.prepare(job);
  const observer = createObserver(marker);
  await run.open();
  const asked = performance.now();
  await run.start();
  const start = await awaitAll(contestant, observer, count, [], asked);
  await sleep(settleMs);
  const before = observer.services();
  await run.crash();
  const since = performance.now();
  await run.open();
  run.tell('adopt');
  const inside = await run.said('adopted');
  const outside = performance.now() - since;
  const after = new Set(observer.services());
  const kept = before.filter((pid) => after.has(pid)).length;
  await stopAll(run, observer);
  if (kept !== count || after.size !== count) throw new Error(`${kept} of ${count} were adopted`);
  return {
    'start all, of a manager that runs already (ms)': start,
    'adoption of all after kill -9 (ms)': inside,
    'adoption, with the start of Node (ms)': outside,
  };
}

function jobOf(
  { name }: Contestant,
  { directory }: Setting,
  purpose: string,
  argv: Job['argv'],
  count: number,
  grace: number,
): Job {
  const own = join(directory, `${name}-${purpose}`);
  mkdirSync(own, { recursive: true });
  return { directory: own, count, argv, graceMs: grace };
}

function awaitAll(
  { helpers }: Contestant,
  observer: Observer,
  count: number,
  old: readonly number[],
  since: number,
): Promise<number> {
  const least = old.length === 0 && helpers === 'each' ? 2 * count : count;
  return observer.awaitServices({ count, old, since, processes: least });
}

/** Distinct victims, for a second death so soon may count as a failure. */
async function killOneByOne(observer: Observer): Promise<number> {
  const times: number[] = [];
  const began = performance.now();
  for (const victim of observer.services().slice(0, kills)) {
    times.push(killAndAwaitSuccessor(victim));
    if (performance.now() - began > killsForMs) break;
    await sleep(20);
  }
  return median(times);
}

async function killAll(contestant: Contestant, observer: Observer, count: number): Promise<number> {
  const victims = observer.services();
  // The helpers are there already, so only the services themselves will be new.
  const old = processes();
  const since = performance.now();
  for (const pid of victims) process.kill(pid, 'SIGKILL');
  return awaitAll(contestant, observer, count, old, since);
}

async function idleOf(run: Run, observer: Observer): Promise<number> {
  const family = familyOf(run.manager(), observer.services());
  const before = cpuOf(family);
  await sleep(idleMs);
  return ((cpuOf(family) - before) / idleMs) * 100;
}

async function stopAll(run: Run, observer: Observer): Promise<number> {
  const services = observer.services();
  const family = familyOf(run.manager(), services);
  const since = performance.now();
  await run.stop();
  const took = await observer.awaitGone(services, since);
  await observer.awaitGone(family, performance.now());
  return took;
}

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
