/**
 * Sees from outside what is alive. It asks /proc and no supervisor, so that all of
 * them are measured by the same eyes.
 */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const pollMs = 5;
const patienceMs = 180_000;

/** Services are told from everything else by an argument that nobody else has. */
export interface Observer {
  /** The living services. */
  services(): readonly number[];
  /** Milliseconds from `since` until so many services live that are not among `old`. */
  awaitServices(wanted: Wanted): Promise<number>;
  /** Milliseconds from `since` until none of these processes lives. */
  awaitGone(pids: readonly number[], since: number): Promise<number>;
}

export interface Wanted {
  readonly count: number;
  readonly old: readonly number[];
  readonly since: number;
  /** So many processes must be new before it is worth looking at each. */
  readonly processes: number;
}

export function createObserver(marker: string): Observer {
  const isService = (pid: number) => argumentsOf(pid).includes(marker);
  const services = () => processes().filter((pid) => isService(pid) && isAlive(pid));

  const awaitServices = async ({ count, old, since, processes: least }: Wanted) => {
    const known = new Set(old);
    const found = new Set<number>();
    // Reading every command line is dear, so it is done when the number of processes says so.
    let lookAnyway = since + 1_000;
    for (;;) {
      const fresh = processes().filter((pid) => !known.has(pid) && !found.has(pid));
      const now = performance.now();
      if (fresh.length + found.size >= least || now > lookAnyway) {
        lookAnyway = now + 1_000;
        for (const pid of fresh.filter(isService)) found.add(pid);
        if (found.size >= count) return now - since;
      }
      complainAfter(since, `${found.size} of ${count} services`);
      await sleep(pollMs);
    }
  };

  const awaitGone = async (pids: readonly number[], since: number) => {
    let left = pids;
    for (;;) {
      const there = new Set(processes());
      left = left.filter((pid) => there.has(pid));
      // What nobody has reaped yet is dead all the same.
      if (left.length < 64) left = left.filter(isAlive);
      if (left.length === 0) return performance.now() - since;
      complainAfter(since, `${left.length} processes that should be gone`);
      await sleep(pollMs);
    }
  };

  return { services, awaitServices, awaitGone };
}

/**
 * Milliseconds from the SIGKILL of a service until its successor runs. The parent's list
 * of children is short to read, so it is looked at without a pause.
 */
export function killAndAwaitSuccessor(victim: number): number {
  const name = commandOf(victim);
  const parent = parentOf(victim);
  const before = new Set(childrenOf(parent));
  const since = performance.now();
  process.kill(victim, 'SIGKILL');
  for (;;) {
    const successor = childrenOf(parent).find((pid) => !before.has(pid) && commandOf(pid) === name);
    const took = performance.now() - since;
    if (successor !== undefined) return took;
    complainAfter(since, 'no successor');
    pause(took < 50 ? 0.2 : 2);
  }
}

/** The manager and all that descends from it, but for the services. */
export function familyOf(manager: number, services: readonly number[]): readonly number[] {
  const others = new Set(services);
  const children = new Map<number, number[]>();
  for (const pid of processes()) {
    const siblings = children.get(parentOf(pid));
    if (siblings === undefined) children.set(parentOf(pid), [pid]);
    else siblings.push(pid);
  }
  const family: number[] = [];
  const queue = [manager];
  for (let pid = queue.pop(); pid !== undefined; pid = queue.pop()) {
    if (others.has(pid)) continue;
    family.push(pid);
    queue.push(...(children.get(pid) ?? []));
  }
  return family;
}

/** Proportional set size in MB: what is shared is shared out. */
export function memoryOf(pids: readonly number[]): number {
  const kilobytes = pids.map((pid) => {
    const line = /^Pss:\s+(\d+) kB/m.exec(read(`/proc/${pid}/smaps_rollup`));
    return Number(line?.[1] ?? 0);
  });
  return kilobytes.reduce((sum, one) => sum + one, 0) / 1_024;
}

/** Milliseconds on a processor, of all threads. */
export function cpuOf(pids: readonly number[]): number {
  const nanoseconds = pids.flatMap((pid) =>
    list(`/proc/${pid}/task`).map((task) =>
      Number(read(`/proc/${pid}/task/${task}/schedstat`).split(' ')[0]),
    ),
  );
  return nanoseconds.reduce((sum, one) => sum + one, 0) / 1e6;
}

export function processes(): readonly number[] {
  return list('/proc').map(Number).filter(Number.isInteger);
}

export function argumentsOf(pid: number): readonly string[] {
  return read(`/proc/${pid}/cmdline`).split('\0');
}

export function isAlive(pid: number): boolean {
  const state = fieldsOf(pid)[0];
  return state !== undefined && state !== 'Z' && state !== 'X';
}

function commandOf(pid: number): string {
  return read(`/proc/${pid}/comm`);
}

function parentOf(pid: number): number {
  return Number(fieldsOf(pid)[1] ?? 0);
}

function childrenOf(pid: number): readonly number[] {
  return read(`/proc/${pid}/task/${pid}/children`)
    .split(' ')
    .filter((text) => text !== '')
    .map(Number);
}

/** What follows the name in the stat file, which may hold blanks and brackets. */
function fieldsOf(pid: number): readonly string[] {
  const text = read(`/proc/${pid}/stat`);
  return text === '' ? [] : text.slice(text.lastIndexOf(')') + 2).split(' ');
}

/** Empty for what is gone. */
function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

function list(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

const nothing = new Int32Array(new SharedArrayBuffer(4));

function pause(ms: number): void {
  Atomics.wait(nothing, 0, 0, ms);
}

function complainAfter(since: number, what: string): void {
  if (performance.now() - since > patienceMs) throw new Error(`waited in vain: ${what}`);
}

export function environmentOf(pid: number): readonly string[] {
  return read(`/proc/${pid}/environ`).split('\0');
}

export function workingDirectoryOf(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return '';
  }
}
