/** One trial: start, kill, start again, stop; and after each what an onlooker counts. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Job } from '../contestant.ts';
import {
  argumentsOf,
  environmentOf,
  familyOf,
  isAlive,
  processes,
  workingDirectoryOf,
} from '../observer.ts';
import type { Peer, Victims } from './peer.ts';

export interface Trial {
  /** For each service how many of it lived after the supervisor had come back. */
  readonly copies: readonly number[];
  /** Services whose process did not live on. */
  readonly interrupted: number;
  /** Processes of services that an orderly stop has left. */
  readonly left: number;
}

export interface Subject {
  readonly job: Job;
  /** The argument that tells a service from everybody else. */
  readonly marker: string;
  /** Nothing has changed for so long: what was to happen has happened. */
  readonly settleMs: number;
}

const patienceMs = 60_000;

export async function tryOnce(peer: Peer, victims: Victims, subject: Subject): Promise<Trial> {
  const { job, marker, settleMs } = subject;
  const services = () =>
    processes().filter((pid) => argumentsOf(pid).includes(marker) && isAlive(pid));
  const run = peer.prepare(job);
  await run.start();
  await until(() => services().length >= job.count, `${peer.name} does not start its services`);
  const first = await settled(services, settleMs);
  await kill(victimsOf(run.manager(), first, victims));
  // Who keeps one supervisor for each service starts those again by itself.
  if (victims !== 'each') await run.startAgain();
  const second = await settled(services, settleMs);
  const names = second.map((pid) => serviceOf(pid, peer));
  const copies = copiesOf(names, job.count);
  await run.stop();
  const third = await settled(services, settleMs);
  return {
    copies,
    interrupted: first.filter((pid) => !second.includes(pid)).length,
    left: third.length,
  };
}

function victimsOf(manager: number, services: readonly number[], victims: Victims) {
  if (victims === 'top') return [manager];
  const family = familyOf(manager, services);
  return victims === 'all' ? family : family.filter((pid) => pid !== manager);
}

/** The supervisor first, or it would see the others die. */
async function kill(pids: readonly number[]): Promise<void> {
  for (const pid of pids) process.kill(pid, 'SIGKILL');
  await until(() => !pids.some(isAlive), 'who was killed does not die');
}

/** The living services, when nobody has come or gone for a while. */
async function settled(services: () => readonly number[], settleMs: number) {
  let last = services();
  let since = performance.now();
  const end = since + patienceMs;
  while (performance.now() - since < settleMs && performance.now() < end) {
    await sleep(50);
    const now = services();
    if (now.join() === last.join()) continue;
    last = now;
    since = performance.now();
  }
  return last;
}

/** Those that are missing altogether count as 0. */
function copiesOf(names: readonly string[], count: number): readonly number[] {
  const copies = new Map<string, number>();
  for (const name of names) copies.set(name, (copies.get(name) ?? 0) + 1);
  const lost = Array.from({ length: Math.max(0, count - copies.size) }, () => 0);
  return [...copies.values(), ...lost];
}

function serviceOf(pid: number, { nameVariable }: Peer): string {
  if (nameVariable === null) return workingDirectoryOf(pid);
  const entries = environmentOf(pid).filter((entry) => entry.startsWith(`${nameVariable}=`));
  return entries.at(-1) ?? '';
}

async function until(isSo: () => boolean, orElse: string): Promise<void> {
  const end = performance.now() + patienceMs;
  while (!isSo()) {
    if (performance.now() > end) throw new Error(orElse);
    await sleep(20);
  }
}
