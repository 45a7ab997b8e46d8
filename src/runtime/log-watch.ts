/**
 * Asks for a look at the logs that were written to, and sleeps while none are. It watches
 * whole directories, and stops watching soon after the first event until the look is
 * taken: so a service that writes without a pause costs a few looks a second, not a
 * wakeup for each of its lines. Who wrote meanwhile is not known, and found by and by.
 */
import { type FSWatcher, watch } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../kernel/port.ts';

export interface LogWatchOptions {
  readonly clock: Clock;
  /** Called before a directory is watched, which may be gone. */
  readonly mend: (directory: string) => void;
  /** Takes a look at these files, and at some of the others if any may have been missed. */
  readonly look: (written: Written) => Next;
  /** Where there are no watches to be had, looks are taken all the time. null: they are to be had again. */
  readonly unwatched: (reason: string | null) => void;
}

export interface Written {
  /** null: nobody knows which. */
  readonly files: ReadonlySet<string> | null;
  /** Nobody watched for a while, so there may be others. */
  readonly hadGap: boolean;
}

export interface Next {
  /** When the next look is due if writing goes on. */
  readonly delayMs: number;
  /** It is due in any case: not all of the others have been looked at. */
  readonly isDue: boolean;
}

const unwatchedMs = 5_000;
/** Long enough to hear of everybody who writes without a pause. */
const gatherMs = 20;
/**
 * Node reads events until there are none, before it does anything else: where they come faster
 * than it reads, that is for ever. So after so many nobody watches until the look is taken.
 */
const mostEvents = 1_000;

export class LogWatch {
  readonly #options: LogWatchOptions;
  #directories: ReadonlySet<string> = new Set();
  #watchers: FSWatcher[] = [];
  #files = new Set<string>();
  #events = 0;
  #isUnwatched = false;
  #gathering: unknown = null;
  #timer: unknown = null;
  #delayMs = 0;
  #lookedAt = 0;

  constructor(options: LogWatchOptions) {
    this.#options = options;
  }

  /** From now on; of what was written before, its owner knows. */
  watch(directories: ReadonlySet<string>): void {
    this.#directories = directories;
    this.#disarm();
    this.#arm();
    this.#lookedAt = this.#options.clock.now();
  }

  close(): void {
    this.#directories = new Set();
    this.#disarm();
    this.#options.clock.clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** Armed before it looks: what is written meanwhile is seen by one or the other. */
  #takeALook(): void {
    this.#timer = null;
    if (this.#gathering !== null) this.#disarm();
    const hadGap = this.#watchers.length === 0;
    const files = this.#isUnwatched ? null : this.#files;
    this.#files = new Set();
    if (hadGap) this.#arm();
    this.#lookedAt = this.#options.clock.now();
    const { delayMs, isDue } = this.#options.look({ files, hadGap });
    this.#delayMs = delayMs;
    if (isDue) this.#stir(delayMs);
  }

  #arm(): void {
    this.#isUnwatched = false;
    this.#events = 0;
    for (const directory of this.#directories) this.#watchOne(directory);
  }

  #watchOne(directory: string): void {
    this.#options.mend(directory);
    try {
      const written = (_: string, name: string | null) => this.#written(directory, name);
      const watcher = watch(directory, { persistent: false }, written);
      watcher.on('error', () => this.#lose());
      this.#watchers.push(watcher);
      this.#options.unwatched(null);
    } catch (error) {
      this.#options.unwatched(error instanceof Error ? error.message : String(error));
      this.#lose();
    }
  }

  #written(directory: string, name: string | null): void {
    if (name !== null) this.#files.add(join(directory, name));
    this.#events += 1;
    if (this.#events >= mostEvents) return this.#disarm();
    if (this.#gathering !== null) return;
    const { clock } = this.#options;
    this.#gathering = clock.setTimeout(() => this.#disarm(), gatherMs);
    this.#stir(Math.max(0, this.#delayMs - (clock.now() - this.#lookedAt)));
  }

  #lose(): void {
    this.#isUnwatched = true;
    this.#disarm();
    this.#stir(unwatchedMs);
  }

  #stir(delayMs: number): void {
    if (this.#timer !== null || this.#directories.size === 0) return;
    this.#timer = this.#options.clock.setTimeout(() => this.#takeALook(), delayMs);
  }

  #disarm(): void {
    this.#options.clock.clearTimeout(this.#gathering);
    this.#gathering = null;
    for (const watcher of this.#watchers) watcher.close();
    this.#watchers = [];
  }
}
