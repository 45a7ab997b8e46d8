/** Measures one supervisor: each number by what an outside observer sees. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Contestant, Job, Run } from './contestant.ts';
import { awaitGone, cpuOf, familyOf, memoryOf } from './observer.ts';
import { elapsed } from './programs.ts';
import { now, type Witness } from './witness.ts';

/** What can be measured, in the unit that `measures` names. */
export type Measure =
  | 'start'
  | 'successor'
  | 'back'
  | 'stop'
  | 'deaf'
  | 'memory'
  | 'resting'
  | 'idle'
  | 'status';

/** All that one round has found of each measure; several of those that are done often. */
export type Samples = Partial<Record<Measure, readonly number[]>>;

export interface Setting {
  readonly directory: string;
  readonly witness: Witness;
  /** At most so many are killed one after the other in a round. */
  readonly kills: number;
  readonly killsForMs: number;
  /** Seconds to look at an idle manager; 0 for not at all. */
  readonly idleSeconds: number;
  /** A contestant that keeps one step waiting for longer is given up. */
  readonly patienceMs: number;
}

/** Old enough that nobody takes it for one that fails at once: runit and s6 wait a second for those. */
const settleMs = 1_300;
const restMs = 20_000;
const statuses = 3;
const graceMs = 2_000;

/** Start, memory, status, idle, kill one, kill all, stop all. */
export async function measureLife(
  contestant: Contestant,
  count: number,
  setting: Setting,
): Promise<Samples> {
  const { witness, patienceMs } = setting;
  const run = contestant.prepare(jobOf(contestant, setting, count, witness.argv(), 0));
  const start = await startAll(run, count, setting);
  await sleep(settleMs);
  const family = familyOf(run.manager(), witness.alive());
  const memory = memoryOf(family);
  const status = await timeStatus(run, patienceMs);
  const idle = await idleOf(family, setting.idleSeconds);
  const resting = idle.map(() => memoryOf(family));
  const successor = await killOneByOne(setting);
  await sleep(settleMs);
  const back = await killAll(count, setting);
  await sleep(settleMs);
  const stop = await stopAll(run, setting);
  return {
    start: [start],
    memory: [memory],
    resting,
    status,
    idle,
    successor,
    back: [back],
    stop: [stop],
  };
}

/** Services that ignore SIGTERM (and SIGINT, by which PM2 asks), each of which may take two seconds. */
export async function measureDeaf(
  contestant: Contestant,
  count: number,
  setting: Setting,
): Promise<Samples> {
  const argv = setting.witness.argv('deaf');
  const run = contestant.prepare(jobOf(contestant, setting, count, argv, graceMs));
  await startAll(run, count, setting);
  await sleep(settleMs);
  return { deaf: [await stopAll(run, setting)] };
}

let jobs = 0;

export function jobOf(
  { name }: Pick<Contestant, 'name'>,
  { directory }: Pick<Setting, 'directory'>,
  count: number,
  argv: Job['argv'],
  grace: number,
): Job {
  // A control socket is in it, whose path may have no more than 107 bytes.
  const own = join(directory, `${name.replaceAll(/\W+/g, '-')}-${jobs++}`);
  mkdirSync(own, { recursive: true });
  return { directory: own, count, argv, graceMs: grace };
}

export async function startAll(
  run: Run,
  count: number,
  { witness, patienceMs }: Setting,
): Promise<number> {
  const since = now();
  const all = witness.starts(count, since, patienceMs);
  // Some of their command lines end only when everything has begun.
  const [seen] = await Promise.all([all, run.start()]);
  return (seen[count - 1]?.at ?? Number.NaN) - since;
}

/** Distinct victims, for a second death so soon may count as a failure. */
async function killOneByOne({ witness, kills, killsForMs, patienceMs }: Setting) {
  const times: number[] = [];
  const began = now();
  for (const victim of witness.alive().slice(0, kills)) {
    const since = now();
    process.kill(victim, 'SIGKILL');
    const [successor] = await witness.starts(1, since, patienceMs);
    times.push((successor?.at ?? Number.NaN) - since);
    if (now() - began > killsForMs) break;
    await sleep(20);
  }
  return times;
}

async function killAll(count: number, { witness, patienceMs }: Setting): Promise<number> {
  const victims = witness.alive();
  const since = now();
  for (const pid of victims) process.kill(pid, 'SIGKILL');
  const seen = await witness.starts(count, since, patienceMs);
  return (seen[count - 1]?.at ?? Number.NaN) - since;
}

async function idleOf(family: readonly number[], seconds: number): Promise<readonly number[]> {
  if (seconds === 0) return [];
  // A start is over for drover when it has looked at the log of everybody.
  await sleep(restMs);
  const before = cpuOf(family);
  await sleep(seconds * 1_000);
  return [((cpuOf(family) - before) / (seconds * 1_000)) * 100];
}

async function timeStatus({ status, env }: Run, patienceMs: number): Promise<readonly number[]> {
  if (status === undefined) return [];
  const [program, ...args] = status;
  const times: number[] = [];
  for (let n = 0; n < statuses; n += 1) {
    const took = await elapsed(program, args, env === undefined ? {} : { env });
    times.push(took);
    if (took * statuses > patienceMs / 4) break;
  }
  return times;
}

export async function stopAll(run: Run, { witness, patienceMs }: Setting): Promise<number> {
  const services = witness.alive();
  const family = familyOf(run.manager(), services);
  const since = now();
  const [last] = await Promise.all([witness.ends(services, patienceMs), run.stop()]);
  await awaitGone(family, patienceMs);
  return last - since;
}
