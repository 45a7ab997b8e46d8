/**
 * Asks for a look at the logs when some were written to, and sleeps while none are. It
 * watches whole directories, and stops watching at the first event until the look is
 * taken: so a service that writes without a pause costs a few looks a second, not a
 * wakeup for each of its lines.
 */
import { type FSWatcher, watch } from 'node:fs';
import type { Clock } from '../kernel/port.ts';

export interface LogWatchOptions {
  readonly clock: Clock;
  /** Called before a directory is watched, which may be gone. */
  readonly mend: (directory: string) => void;
  /** Takes a look, and answers when the next one is due if writing goes on. */
  readonly look: () => number;
  /** Where there are no watches to be had, looks are taken all the time. null: they are to be had again. */
  readonly unwatched: (reason: string | null) => void;
}

const unwatchedMs = 5_000;

export class LogWatch {
  readonly #options: LogWatchOptions;
  #directories: ReadonlySet<string> = new Set();
  #watchers: FSWatcher[] = [];
  #timer: unknown = null;
  #delayMs = 0;
  #lookedAt = 0;

  constructor(options: LogWatchOptions) {
    this.#options = options;
  }

  /** Takes a look at once. */
  watch(directories: ReadonlySet<string>): void {
    this.#directories = directories;
    this.#disarm();
    this.#takeALook();
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
    for (const directory of this.#directories) this.#arm(directory);
    this.#lookedAt = this.#options.clock.now();
    this.#delayMs = this.#options.look();
  }

  #arm(directory: string): void {
    this.#options.mend(directory);
    try {
      const watcher = watch(directory, { persistent: false }, () => this.#written());
      watcher.on('error', () => this.#stir(unwatchedMs));
      this.#watchers.push(watcher);
      this.#options.unwatched(null);
    } catch (error) {
      this.#options.unwatched(error instanceof Error ? error.message : String(error));
      this.#stir(unwatchedMs);
    }
  }

  #written(): void {
    const sinceMs = this.#options.clock.now() - this.#lookedAt;
    this.#stir(Math.max(0, this.#delayMs - sinceMs));
  }

  #stir(delayMs: number): void {
    this.#disarm();
    if (this.#timer !== null || this.#directories.size === 0) return;
    this.#timer = this.#options.clock.setTimeout(() => this.#takeALook(), delayMs);
  }

  #disarm(): void {
    for (const watcher of this.#watchers) watcher.close();
    this.#watchers = [];
  }
}
