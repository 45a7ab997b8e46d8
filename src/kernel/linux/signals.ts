/**
 * The one place from which a signal leaves. Everything above asks it, and it asks
 * again who has the pid immediately before each signal, SIGKILL included.
 */
import type { ProcessIdentity, Signal } from '../../machines/vocabulary.ts';
import type { SignalAnswer } from '../port.ts';
import { codeOf } from './errno.ts';
import { identityOf, isPid, isSame, statOf } from './identity.ts';
import { type ProcessStat, readStat } from './stat.ts';

/** A stopped process gets these only once it goes on. */
const waitsForContinue = (signal: Signal) =>
  !['SIGKILL', 'SIGCONT', 'SIGSTOP', 'SIGTTIN', 'SIGTTOU'].includes(signal);

/** To that very process. That it is of the tree is for the caller to have proved. */
export function signalProcess(target: ProcessIdentity, signal: Signal): SignalAnswer {
  return deliver(target, statOf(target), signal, target.pid);
}

/** To its whole group where it leads one; the answer is null where it does not. */
export function signalGroup(leader: ProcessIdentity, signal: Signal): SignalAnswer | null {
  const stat = statOf(leader);
  return stat?.group === leader.pid ? deliver(leader, stat, signal, -leader.pid) : null;
}

/** `stat` is of this very moment: what is true of a number is not true of it for long. */
function deliver(
  target: ProcessIdentity,
  stat: ProcessStat | null,
  signal: Signal,
  address: number,
): SignalAnswer {
  if (isUntouchable(target)) return 'not-ours';
  if (stat === null) return 'gone';
  const answer = kill(address, signal);
  if (answer === 'sent' && stat.state === 'T' && waitsForContinue(signal)) kill(address, 'SIGCONT');
  return answer;
}

function kill(address: number, signal: Signal): SignalAnswer {
  try {
    process.kill(address, signal);
    return 'sent';
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return 'gone';
    if (codeOf(error) === 'EPERM') return 'refused';
    throw error;
  }
}

/** Whether anything, if only a zombie, is in that group. Sends nothing. */
export function groupExists(group: number): boolean {
  if (!isPid(group) || group === 1) return false;
  try {
    process.kill(-group, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/** What is no process, init, ourselves, and those we live by: a signal to these ends us. */
export function isUntouchable(identity: ProcessIdentity): boolean {
  const { pid } = identity;
  return !isPid(pid) || pid === 1 || pid === process.pid || isAncestor(identity);
}

let line: { readonly parentPid: number; readonly ancestors: readonly ProcessIdentity[] } | null =
  null;

function isAncestor(identity: ProcessIdentity): boolean {
  // Ancestors change only by dying, which a new parent shows; that one was an ancestor before.
  if (line?.parentPid !== process.ppid) {
    line = { parentPid: process.ppid, ancestors: ancestorsOf(process.ppid) };
  }
  return line.ancestors.some((ancestor) => isSame(ancestor, identity));
}

function ancestorsOf(pid: number): readonly ProcessIdentity[] {
  const ancestors: ProcessIdentity[] = [];
  let stat = readStat(pid);
  while (stat !== null && ancestors.length < 64) {
    ancestors.push(identityOf(stat));
    stat = readStat(stat.parentPid);
  }
  return ancestors;
}
