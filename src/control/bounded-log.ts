/**
 * Bounds the daemon's own log: what is written is copied aside and cut off, in one
 * turn, while nobody else writes. The file stays the same, so who has it open goes on.
 */
import { copyFileSync, statSync, truncateSync } from 'node:fs';

const maxBytes = 5 * 1024 * 1024;
const everyMs = 60_000;

/** Looks now, and then now and then; answers how to end that. */
export function keepBounded(path: string): () => void {
  bound(path);
  const timer = setInterval(() => bound(path), everyMs);
  timer.unref();
  return () => clearInterval(timer);
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
