/**
 * Asks which processes hold which lifeline. A reader, as a manager that watches,
 * is no holder.
 */
import { lstatSync, readdirSync, readlinkSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import type { ProcessIdentity } from '../../machines/vocabulary.ts';
import { statOf } from './identity.ts';
import { withReserve } from './scarcity.ts';

/**
 * The descriptor that a lifeline is handed down as. The low ones are taken by
 * socket activation, by shell scripts (up to 9) and by shells themselves (10 and up).
 */
export const lifelineDescriptor = 61;

/** Names a FIFO for as long as it exists, wherever it is moved. */
export type FifoKey = string;

const writable = 0o200;

/** null where there is no such FIFO. */
export function fifoKey(path: string): FifoKey | null {
  const stats = path === '' ? undefined : statSync(path, { throwIfNoEntry: false, bigint: true });
  return stats?.isFIFO() === true ? `${stats.dev}:${stats.ino}` : null;
}

/** Whether that process holds that lifeline. */
export function holds(lifeline: string, identity: ProcessIdentity): boolean {
  const key = fifoKey(lifeline);
  if (key === null || identity.pid === process.pid) return false;
  // Whoever holds it under this pid now is that process only if it still has the pid afterwards.
  return holdsFifo(identity.pid, key, basename(lifeline)) && statOf(identity) !== null;
}

/** At its usual number first, which costs two calls, and then at any. */
export function holdsFifo(pid: number, key: FifoKey, name: string): boolean {
  return heldAtUsualNumber(pid) === key || holdsAnywhere(pid, key, name);
}

/** What the process holds at the number that lifelines are handed down as. */
export function heldAtUsualNumber(pid: number): FifoKey | null {
  return heldAt(`/proc/${pid}/fd/${lifelineDescriptor}`);
}

/** Only what is named alike is looked at closely: a stat on a dead network mount never returns. */
export function holdsAnywhere(pid: number, key: FifoKey, name: string): boolean {
  const directory = `/proc/${pid}/fd`;
  return descriptorsOf(directory).some((entry) => {
    const path = `${directory}/${entry}`;
    return linkOf(path).includes(name) && heldAt(path) === key;
  });
}

function heldAt(link: string): FifoKey | null {
  try {
    const held = statSync(link, { throwIfNoEntry: false, bigint: true });
    if (held?.isFIFO() !== true) return null;
    return (lstatSync(link).mode & writable) === 0 ? null : `${held.dev}:${held.ino}`;
  } catch {
    return null;
  }
}

function descriptorsOf(directory: string): readonly string[] {
  try {
    return withReserve(() => readdirSync(directory));
  } catch {
    return [];
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
