/**
 * Asks for all processes at once. One look is shared by everybody who asks in the
 * same turn of the event loop, so a storm of exits costs one look.
 */
import { readdirSync } from 'node:fs';
import type { Clock } from '../port.ts';
import { type FifoKey, heldAtUsualNumber } from './holders.ts';
import { withReserve } from './scarcity.ts';
import { isAliveStat, type ProcessStat, readStat } from './stat.ts';

/** What one look at /proc saw. Every process in it was alive then, and may not be now. */
export interface ProcessTable {
  readonly all: readonly ProcessStat[];
  find(pid: number): ProcessStat | null;
  childrenOf(pid: number): readonly ProcessStat[];
  inSession(session: number): readonly ProcessStat[];
  /** Those that hold a lifeline at the usual number. */
  holdersOf(key: FifoKey): readonly ProcessStat[];
}

/** The table of this turn of the event loop, or one made anew. */
export interface SharedTable {
  current(): ProcessTable;
  renewed(): ProcessTable;
}

/** A turn that starts many processes takes long, and they are not in a table from its beginning. */
const staleAfterMs = 50;

export function shareTable(clock: Clock): SharedTable {
  let table: ProcessTable | null = null;
  let madeAt = 0;
  const forget = () => {
    table = null;
  };

  const renewed = () => {
    // Not unref-ed: then the loop could sleep on it, and wake to an old table.
    if (table === null) setImmediate(forget);
    table = tableOf(readAll());
    madeAt = clock.now();
    return table;
  };

  const current = () => {
    if (table !== null && clock.now() - madeAt < staleAfterMs) return table;
    return renewed();
  };

  return { current, renewed };
}

/** Made of what was seen; in it is found what can be found without looking again. */
export function tableOf(all: readonly ProcessStat[]): ProcessTable {
  const byPid = new Map(all.map((stat) => [stat.pid, stat]));
  const byParent = lazyIndex(all, (stat) => stat.parentPid);
  const bySession = lazyIndex(all, (stat) => stat.session);
  const byFifo = lazyIndex(all, (stat) => heldAtUsualNumber(stat.pid));
  return {
    all,
    find: (pid) => byPid.get(pid) ?? null,
    childrenOf: byParent,
    inSession: bySession,
    holdersOf: byFifo,
  };
}

/** One after the other, so that a caller may pause; null for what is no living process. */
export function* readEach(): Generator<ProcessStat | null> {
  for (const entry of withReserve(() => readdirSync('/proc'))) {
    const pid = Number(entry);
    const stat = Number.isInteger(pid) ? readStat(pid) : null;
    yield stat !== null && isAliveStat(stat) ? stat : null;
  }
}

function readAll(): readonly ProcessStat[] {
  return [...readEach()].filter((stat) => stat !== null);
}

/** Built when first asked: most questions need only some of the indexes. */
function lazyIndex<Key>(
  all: readonly ProcessStat[],
  keyOf: (stat: ProcessStat) => Key | null,
): (key: Key) => readonly ProcessStat[] {
  let index: Map<Key, ProcessStat[]> | null = null;
  return (key) => {
    index ??= buildIndex(all, keyOf);
    return index.get(key) ?? [];
  };
}

function buildIndex<Key>(
  all: readonly ProcessStat[],
  keyOf: (stat: ProcessStat) => Key | null,
): Map<Key, ProcessStat[]> {
  const index = new Map<Key, ProcessStat[]>();
  for (const stat of all) {
    const key = keyOf(stat);
    if (key === null) continue;
    const found = index.get(key);
    if (found === undefined) index.set(key, [stat]);
    else found.push(stat);
  }
  return index;
}
