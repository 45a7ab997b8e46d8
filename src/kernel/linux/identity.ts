/**
 * Asks who a process is. It never signals one.
 */
import { readFileSync, readlinkSync } from 'node:fs';
import type { ProcessIdentity } from '../../machines/vocabulary.ts';
import { isAliveStat, type ProcessStat, readStat } from './stat.ts';

type Here = Pick<ProcessIdentity, 'bootId' | 'pidNamespace'>;

let known: Here | null = null;

/** The pid namespace and the boot are the same for as long as we live. */
function here(): Here {
  known ??= {
    bootId: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
    pidNamespace: readlinkSync('/proc/self/ns/pid'),
  };
  return known;
}

/** The identity of the process that this stat is of. */
export function identityOf(stat: ProcessStat): ProcessIdentity {
  const { bootId, pidNamespace } = here();
  return { bootId, pidNamespace, pid: stat.pid, startTime: stat.startTime };
}

/** Our own; in a container it may well be the first. */
export function self(): ProcessIdentity {
  return { ...here(), pid: process.pid, startTime: readStat(process.pid)?.startTime ?? 0 };
}

/** Who has this pid now, if it is alive. */
export function identify(pid: number): ProcessIdentity | null {
  if (!isPid(pid)) return null;
  const stat = readStat(pid);
  return stat !== null && isAliveStat(stat) ? identityOf(stat) : null;
}

/** What that very process is doing, if it is alive; null also when its pid is another's now. */
export function statOf(identity: ProcessIdentity): ProcessStat | null {
  if (!isFromHere(identity) || !isPid(identity.pid)) return null;
  const stat = readStat(identity.pid);
  if (stat === null || stat.startTime !== identity.startTime) return null;
  return isAliveStat(stat) ? stat : null;
}

/** Whether that very process is alive. */
export function isAlive(identity: ProcessIdentity): boolean {
  return statOf(identity) !== null;
}

/** After a reboot, or in another container, the same numbers are other processes. */
export function isFromHere(identity: ProcessIdentity): boolean {
  return identity.bootId === here().bootId && identity.pidNamespace === here().pidNamespace;
}

/** Whether both name the same process. */
export function isSame(one: ProcessIdentity, other: ProcessIdentity): boolean {
  return (
    one.pid === other.pid &&
    one.startTime === other.startTime &&
    one.bootId === other.bootId &&
    one.pidNamespace === other.pidNamespace
  );
}

/** Zero and negative numbers name groups, or everybody, and no process. */
export function isPid(pid: number): boolean {
  return Number.isSafeInteger(pid) && pid >= 1 && pid < 2 ** 31;
}
