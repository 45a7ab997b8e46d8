/**
 * Asks again and again whether processes that are not our children still live, where no
 * event tells. One tick serves them all, and none runs while nobody is watched.
 */
import { closeSync, openSync } from 'node:fs';
import type { ProcessIdentity } from '../../machines/vocabulary.ts';
import type { Cancel, Clock } from '../port.ts';
import { isAlive, isFromHere, isSame } from './identity.ts';
import { isOpenStatAlive, readOpenStat } from './stat.ts';

/** `sawAlive`: not longer than a tick ago. */
export type Gone = (sawAlive: boolean) => void;

interface Watch {
  readonly identity: ProcessIdentity;
  /** Kept open it answers for that very process only, whoever has its number later. */
  readonly descriptor: number | null;
  readonly gone: Gone;
}

export interface Exits {
  watch(identity: ProcessIdentity, gone: Gone): Cancel;
  /** Whether it is watched and was alive a moment ago. */
  sawAlive(identity: ProcessIdentity): boolean;
  close(): void;
}

const tickMs = 1_000;

export function createExitPolls(clock: Clock): Exits {
  const watches = new Set<Watch>();
  let timer: unknown = null;

  const forget = (watch: Watch) => {
    if (watches.delete(watch) && watch.descriptor !== null) closeSync(watch.descriptor);
    if (watches.size > 0 || timer === null) return;
    clock.clearTimeout(timer);
    timer = null;
  };

  const look = () => {
    timer = null;
    for (const watch of [...watches].filter((one) => !livesOn(one))) {
      // One that is told may have cancelled another.
      if (!watches.has(watch)) continue;
      forget(watch);
      watch.gone(watch.descriptor !== null);
    }
    arm();
  };

  const arm = () => {
    if (watches.size > 0) timer ??= clock.setTimeout(look, tickMs);
  };

  const watch = (identity: ProcessIdentity, gone: Gone) => {
    const one = { identity, gone, descriptor: openStat(identity) };
    watches.add(one);
    arm();
    // Who is gone already need not wait for the tick, but for the caller to have its Cancel.
    if (one.descriptor === null && !isAlive(identity)) process.nextTick(finish, one);
    return () => forget(one);
  };

  const sawAlive = (identity: ProcessIdentity) =>
    [...watches].some((one) => one.descriptor !== null && isSame(one.identity, identity));

  const finish = (watch: Watch) => {
    if (!watches.has(watch)) return;
    forget(watch);
    watch.gone(watch.descriptor !== null);
  };

  const close = () => {
    for (const watch of [...watches]) forget(watch);
  };

  return { watch, sawAlive, close };
}

/** null for the dead, and where descriptors have run out: then the path is asked each time. */
function openStat(identity: ProcessIdentity): number | null {
  if (!isFromHere(identity) || !isAlive(identity)) return null;
  let descriptor: number;
  try {
    descriptor = openSync(`/proc/${identity.pid}/stat`, 'r');
  } catch {
    return null;
  }
  // The pid may have changed hands between the question and the open.
  if (readOpenStat(descriptor)?.startTime === identity.startTime) return descriptor;
  closeSync(descriptor);
  return null;
}

function livesOn({ identity, descriptor }: Watch): boolean {
  return descriptor === null ? isAlive(identity) : isOpenStatAlive(descriptor);
}
