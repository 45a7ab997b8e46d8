/** Watches over the sizes of all logs, and rotates those that have grown too large. */
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Kernel } from '../kernel/port.ts';
import { LogRotation, type RotatedLog } from './log-rotation.ts';
import { LogWatch, type Next, type Written } from './log-watch.ts';

const soonestMs = 100;
const latestMs = 500;
/** Of those that were not named, so many are looked at a time. */
const othersAtOnce = 50;

export interface LogKeeperOptions {
  /** `reason` null: it is well again. */
  readonly trouble: (path: string, reason: string | null) => void;
  /** In place of one that finds out by itself what the file system can do. */
  readonly rotation?: LogRotation;
}

export class LogKeeper {
  readonly #kernel: Kernel;
  readonly #options: LogKeeperOptions;
  readonly #rotation: LogRotation;
  readonly #watch: LogWatch;
  #logs: readonly RotatedLog[] = [];
  #byPath: ReadonlyMap<string, RotatedLog> = new Map();
  readonly #seen = new Map<string, { readonly end: number; readonly at: number }>();
  /** Where the looks at the others go on, and how many of them are left. */
  #cursor = 0;
  #left = 0;
  #directories: ReadonlySet<string> = new Set();
  /** Removed by somebody, and made again. */
  readonly #lost = new Set<string>();
  #rotating: Promise<void> | null = null;
  #closed = false;

  constructor(kernel: Kernel, options: LogKeeperOptions) {
    this.#kernel = kernel;
    this.#options = options;
    this.#rotation = options.rotation ?? new LogRotation(kernel);
    this.#watch = new LogWatch({
      clock: kernel.clock,
      mend: (directory) => this.#mend(directory),
      look: (written) => this.#look(written),
      unwatched: (reason) =>
        options.trouble('watch', reason && `looked at every few seconds only: ${reason}`),
    });
  }

  keep(logs: readonly RotatedLog[]): void {
    const isKnown = new Set(this.#logs.map(({ file }) => file));
    const added = logs.filter(({ file }) => !isKnown.has(file));
    this.#logs = logs;
    this.#byPath = new Map(logs.map((log) => [log.file.path, log]));
    for (const path of this.#seen.keys()) if (!this.#byPath.has(path)) this.#seen.delete(path);
    this.#cursor = 0;
    this.#left = Math.min(this.#left, logs.length);
    this.#queue(() => this.#recover(added));
    this.#watchDirectories();
  }

  /** When every rotation under way has ended. */
  async idle(): Promise<void> {
    while (this.#rotating !== null) await this.#rotating;
  }

  close(): void {
    this.#closed = true;
    this.#watch.close();
  }

  /** A simulated world has its directories elsewhere. */
  #watchDirectories(): void {
    const directories = this.#logs.map(({ file }) => dirname(file.path));
    this.#directories = new Set(directories.filter((directory) => existsSync(directory)));
    this.#watch.watch(this.#directories);
  }

  /** The next start of each service finds its place again; until then its output goes nowhere. */
  #mend(directory: string): void {
    if (existsSync(directory)) {
      if (!this.#lost.has(directory)) return;
      const within = this.#logs.filter(({ file }) => dirname(file.path) === directory);
      if (!within.every(({ file }) => existsSync(file.path))) return;
      this.#lost.delete(directory);
      this.#options.trouble(directory, null);
      return;
    }
    this.#lost.add(directory);
    this.#options.trouble(
      directory,
      'was removed; what runs now prints to nowhere until restarted',
    );
    try {
      this.#kernel.files.makeDirectory(directory, { mode: 0o700 });
    } catch {
      // Where it cannot be made, the next start of a service says why.
    }
  }

  /**
   * Soon if nothing had grown, for nobody knows how much is coming now; later if what grows
   * will not be full for long. A fleet of a thousand is not looked at more than its looks cost.
   */
  #look(written: Written): Next {
    const { clock } = this.#kernel;
    const began = clock.now();
    const dues = this.#toLookAt(written)
      .map((log) => this.#dueIn(log, began))
      .filter((due) => due !== null);
    const delayMs = dues.length === 0 ? soonestMs : Math.min(latestMs, ...dues);
    this.#queue(() => this.#rotateAll());
    return {
      delayMs: Math.max(soonestMs, delayMs, 50 * (clock.now() - began)),
      isDue: this.#left > 0,
    };
  }

  /** Those that were named, and the next few of all that may have been written while nobody watched. */
  #toLookAt({ files, hadGap }: Written): readonly RotatedLog[] {
    if (files === null) return this.#logs;
    if (hadGap) this.#left = this.#logs.length;
    const chosen = new Set<RotatedLog>();
    for (const path of files) {
      const log = this.#byPath.get(path);
      if (log !== undefined) chosen.add(log);
    }
    for (let count = 0; count < othersAtOnce && this.#left > 0; count += 1, this.#left -= 1) {
      this.#cursor = (this.#cursor + 1) % this.#logs.length;
      const log = this.#logs[this.#cursor];
      if (log !== undefined) chosen.add(log);
    }
    return [...chosen];
  }

  /** Half the time in which it will be full, if it grows as it did since the last look; null: it did not. */
  #dueIn({ file, maxBytes }: RotatedLog, now: number): number | null {
    const { end } = file.extent();
    const { end: before, at } = this.#seen.get(file.path) ?? { end, at: now };
    this.#seen.set(file.path, { end, at: now });
    const grown = end - before;
    const elapsed = Math.max(1, now - at);
    return grown <= 0 ? null : Math.max(0, (maxBytes - file.size) / (grown / elapsed) / 2);
  }

  async #recover(logs: readonly RotatedLog[]): Promise<void> {
    for (const log of logs) await this.#attempt(log, () => this.#rotation.recover(log));
    await this.#rotateAll();
  }

  async #rotateAll(): Promise<void> {
    for (const log of this.#logs) {
      if (this.#closed) return;
      if (log.file.isUntold) await this.#rotation.tell(log);
      if (log.file.size > log.maxBytes) await this.#attempt(log, () => this.#rotation.rotate(log));
    }
  }

  async #attempt({ file }: RotatedLog, work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.#options.trouble(file.path, null);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#options.trouble(file.path, `cannot rotate: ${reason}`);
    }
  }

  /** One at a time; a second look meanwhile finds the same logs. */
  #queue(work: () => Promise<void>): void {
    const before = this.#rotating ?? Promise.resolve();
    const mine = before.then(work).finally(() => {
      if (this.#rotating === mine) this.#rotating = null;
    });
    this.#rotating = mine;
  }
}
