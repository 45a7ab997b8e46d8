/** Watches over the sizes of all logs, and rotates those that have grown too large. */
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Kernel } from '../kernel/port.ts';
import { LogRotation, type RotatedLog } from './log-rotation.ts';
import { LogWatch } from './log-watch.ts';

const soonestMs = 100;
const latestMs = 500;

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
  readonly #sizes = new Map<string, number>();
  #lookedAt: number;
  #directories: ReadonlySet<string> = new Set();
  /** Removed by somebody, and made again. */
  readonly #lost = new Set<string>();
  #rotating: Promise<void> | null = null;
  #closed = false;

  constructor(kernel: Kernel, options: LogKeeperOptions) {
    this.#kernel = kernel;
    this.#options = options;
    this.#rotation = options.rotation ?? new LogRotation(kernel);
    this.#lookedAt = kernel.clock.now();
    this.#watch = new LogWatch({
      clock: kernel.clock,
      mend: (directory) => this.#mend(directory),
      look: () => this.#look(),
      unwatched: (reason) =>
        options.trouble('watch', reason && `looked at every few seconds only: ${reason}`),
    });
  }

  keep(logs: readonly RotatedLog[]): void {
    const isKnown = new Set(this.#logs.map(({ file }) => file));
    const added = logs.filter(({ file }) => !isKnown.has(file));
    this.#logs = logs;
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
    const within = this.#logs.filter(({ file }) => dirname(file.path) === directory);
    if (existsSync(directory)) {
      const isWell =
        !this.#lost.has(directory) || within.every(({ file }) => existsSync(file.path));
      if (isWell && this.#lost.delete(directory)) this.#options.trouble(directory, null);
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
  #look(): number {
    const { clock } = this.#kernel;
    const began = clock.now();
    const elapsed = Math.max(1, began - this.#lookedAt);
    const dues = this.#logs.map((log) => this.#dueIn(log, elapsed)).filter((due) => due !== null);
    const delayMs = dues.length === 0 ? soonestMs : Math.min(latestMs, ...dues);
    this.#lookedAt = began;
    this.#queue(() => this.#rotateAll());
    return Math.max(soonestMs, delayMs, 50 * (clock.now() - began));
  }

  /** Half the time in which it will be full, if it grows as it did since the last look; null: it did not. */
  #dueIn({ file, maxBytes }: RotatedLog, elapsed: number): number | null {
    const { end } = file.extent();
    const grown = end - (this.#sizes.get(file.path) ?? end);
    this.#sizes.set(file.path, end);
    return grown <= 0 ? null : Math.max(0, (maxBytes - file.size) / (grown / elapsed) / 2);
  }

  async #recover(logs: readonly RotatedLog[]): Promise<void> {
    for (const log of logs) await this.#attempt(log, () => this.#rotation.recover(log));
    await this.#rotateAll();
  }

  async #rotateAll(): Promise<void> {
    for (const log of this.#logs) {
      if (this.#closed) return;
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
