/**
 * Bounds the daemon's own log: what is written is copied aside and cut off, in one
 * turn, while nobody else writes. The file stays the same, so who has it open goes on.
 */
import { copyFileSync, type FSWatcher, statSync, truncateSync, watch } from 'node:fs';

const maxBytes = 5 * 1024 * 1024;
const soonMs = 60_000;

/** Looks now, and some time after something was written; answers how to end that. */
export function keepBounded(path: string): () => void {
  let timer: NodeJS.Timeout | null = null;
  const lookSoon = (): void => {
    timer ??= setTimeout(look, soonMs).unref();
  };
  const watcher = watched(path, lookSoon);
  const look = (): void => {
    timer = null;
    bound(path);
    if (watcher === null) lookSoon();
  };
  look();
  return () => {
    watcher?.close();
    if (timer !== null) clearTimeout(timer);
  };
}

/** null: there are no watches to be had. */
function watched(path: string, written: () => void): FSWatcher | null {
  try {
    return watch(path, { persistent: false }, written).on('error', () => {});
  } catch {
    return null;
  }
}

/** On a full disk the old part is lost, for it is the log that must give way. */
export function bound(path: string, limit = maxBytes): void {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size <= limit) return;
  try {
    copyFileSync(path, `${path}.1`);
  } catch {
    // Cutting it off makes room again.
  }
  try {
    truncateSync(path, 0);
  } catch {
    // It was removed meanwhile.
  }
}
