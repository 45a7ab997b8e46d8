/**
 * Asks again and again whether processes that are not our children still live: one
 * question for all of them, and none while nobody is watched.
 */
import type { ProcessIdentity } from '../../machines/vocabulary.ts';
import type { Cancel, Clock } from '../port.ts';
import type { Processes } from './ps.ts';
import { rowOf } from './trees.ts';

interface Watch {
  readonly identity: ProcessIdentity;
  readonly gone: () => void;
}

export interface Exits {
  watch(identity: ProcessIdentity, gone: () => void): Cancel;
  close(): void;
}

const tickMs = 1_000;

export function createExits(clock: Clock, processes: Processes): Exits {
  const watches = new Set<Watch>();
  let timer: unknown = null;

  const look = () => {
    timer = null;
    const table = processes.current();
    for (const watch of [...watches]) {
      const isGone = rowOf(table, watch.identity) === null;
      // One that is told may have cancelled another.
      if (isGone && watches.delete(watch)) watch.gone();
    }
    arm(tickMs);
  };

  const arm = (delayMs: number) => {
    if (watches.size > 0) timer ??= clock.setTimeout(look, delayMs);
  };

  const disarm = () => {
    clock.clearTimeout(timer);
    timer = null;
  };

  return {
    watch(identity, gone) {
      const watch = { identity, gone };
      watches.add(watch);
      // At once for the first time: it may be gone already.
      disarm();
      arm(0);
      return () => {
        if (watches.delete(watch) && watches.size === 0) disarm();
      };
    },
    close() {
      watches.clear();
      disarm();
    },
  };
}
