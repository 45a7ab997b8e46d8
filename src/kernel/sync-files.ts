/**
 * Asks the OS to bring files to disk, off the path of whoever wrote them. One sync of
 * a file runs at a time; all who ask meanwhile share the next one.
 */
import { close, constants, fsync, open } from 'node:fs';

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;

/** A wish may be lost to a power cut for this long, and for as long as the disk takes. */
const soonMs = 10;

type Failed = (reason: string) => void;
type Synced = (error: Error | null) => void;

export class SyncFiles {
  /** By path: who waits for the next sync. A path without an entry is not being synced. */
  readonly #waiting = new Map<string, Failed[]>();

  syncSoon(path: string, failed: Failed): void {
    const waiting = this.#waiting.get(path);
    if (waiting !== undefined) {
      waiting.push(failed);
      return;
    }
    this.#waiting.set(path, [failed]);
    // Not yet: what else is written goes with it, and what is being started goes before it.
    setTimeout(() => this.#begin(path), soonMs);
  }

  #begin(path: string): void {
    const told = this.#waiting.get(path) ?? [];
    if (told.length === 0) {
      this.#waiting.delete(path);
      return;
    }
    this.#waiting.set(path, []);
    sync(path, (error) => {
      if (error !== null)
        for (const failed of told) failed(`cannot sync ${path}: ${error.message}`);
      this.#begin(path);
    });
  }
}

/** On a descriptor of its own, which nobody closes under it. */
function sync(path: string, done: Synced): void {
  open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, (openError, descriptor) => {
    if (openError !== null) return done(openError);
    fsync(descriptor, (syncError) => {
      close(descriptor, () => done(syncError));
    });
  });
}
