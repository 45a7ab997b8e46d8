/**
 * Sees from outside what is alive and what it costs. It asks /proc and no supervisor, so
 * that all of them are measured by the same eyes.
 */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves when none of these processes lives. What nobody has reaped yet is dead all the same. */
export async function awaitGone(pids: readonly number[], patienceMs: number): Promise<void> {
  const deadline = performance.now() + patienceMs;
  for (let left = pids.filter(isAlive); left.length > 0; left = left.filter(isAlive)) {
    if (performance.now() > deadline)
      throw new Error(`waited in vain: ${left.length} processes should be gone`);
    await sleep(10);
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

function parentOf(pid: number): number {
  return Number(fieldsOf(pid)[1] ?? 0);
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
