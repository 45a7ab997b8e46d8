/**
 * Asks what people want to know of a process. Nothing is decided by it.
 */
import { readFileSync } from 'node:fs';
import type { ProcessInfo, Tree } from '../port.ts';
import { holds } from './holders.ts';
import { identityOf } from './identity.ts';
import type { ProcessStat } from './stat.ts';

/** The unit of /proc on every architecture that Node runs on. */
export const tickMs = 10;

export function describeProcess(tree: Tree, stat: ProcessStat): ProcessInfo {
  const identity = identityOf(stat);
  return {
    identity,
    parentPid: stat.parentPid,
    command: commandOf(stat.pid),
    cpuMs: stat.cpuTicks * tickMs,
    residentBytes: residentBytesOf(stat.pid),
    holdsLifeline: holds(tree.lifeline, identity),
  };
}

/** Not every process has arguments to show: some overwrite them, and a dying one has none. */
function commandOf(pid: number): string {
  const line = read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim();
  return line === '' ? `[${read(`/proc/${pid}/comm`).trim()}]` : line;
}

/** From `status`, which counts in kB; `stat` counts in pages, whose size we cannot ask. */
function residentBytesOf(pid: number): number {
  const kilobytes = /^VmRSS:\s*(\d+) kB/m.exec(read(`/proc/${pid}/status`))?.[1];
  return Number(kilobytes ?? 0) * 1_024;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
