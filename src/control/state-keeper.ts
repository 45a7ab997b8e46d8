/**
 * Notices that the state directory, or the socket in it, was removed under a living
 * daemon, and puts back what clients and the next daemon need. Services do not notice.
 */
import { chmodSync, type FSWatcher, mkdirSync, statSync, watch } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Cancel, Kernel } from '../kernel/port.ts';
import type { ControlServer } from './server.ts';

export interface KeeperOptions {
  readonly server: ControlServer;
  readonly kernel: Kernel;
  readonly stateDir: string;
  /** What is wrong at present; null: nothing any more. */
  readonly report: (trouble: string | null) => void;
}

/** That a directory above was moved tells no watch, so now and then one has to look. */
const lookMs = 300_000;
/** Something has changed, and more may; or there are no watches to be had. */
const soonMs = 10_000;
const retryMs = 1_000;

export class StateKeeper {
  readonly #options: KeeperOptions;
  /** As the runtime made them: where services run as others, they must pass through. */
  readonly #modes: ReadonlyMap<string, number>;
  #watchers: readonly FSWatcher[] = [];
  #timer: NodeJS.Timeout | null = null;
  #release: Cancel | null = null;
  #isBusy = false;
  #isClosed = false;

  constructor(options: KeeperOptions) {
    this.#options = options;
    const paths = ['', 'run', 'logs'].map((name) => join(options.stateDir, name));
    this.#modes = new Map(paths.map((path) => [path, modeOf(path)]));
    this.#watch();
    this.#later(this.#restMs());
  }

  close(): void {
    this.#isClosed = true;
    for (const watcher of this.#watchers) watcher.close();
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#release?.();
  }

  #watch(): void {
    for (const watcher of this.#watchers) watcher.close();
    const { server, stateDir } = this.#options;
    // What is written in them, such as the journal, is none of its business.
    const look = (kind: string): void => {
      if (kind === 'rename') this.#look(soonMs);
    };
    const places = [stateDir, dirname(server.context.where.socket)];
    this.#watchers = places.flatMap((place) => watched(place, look) ?? []);
  }

  #restMs(): number {
    return this.#watchers.length === 2 ? lookMs : soonMs;
  }

  #later(ms: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#look(this.#restMs()), ms);
    this.#timer.unref();
  }

  #look(nextMs: number): void {
    if (this.#isBusy || this.#isClosed) return;
    if (this.#options.server.isInPlace) {
      this.#later(nextMs);
      return;
    }
    this.#isBusy = true;
    void this.#restore().finally(() => {
      this.#isBusy = false;
    });
  }

  async #restore(): Promise<void> {
    const { server, stateDir, report } = this.#options;
    try {
      for (const [path, mode] of this.#modes) {
        mkdirSync(path, { recursive: true, mode });
        chmodSync(path, mode);
      }
      await this.#lock();
      await server.listenAgain(stateDir);
      this.#watch();
      report(null);
      this.#later(soonMs);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      report(`the state directory ${stateDir} was removed and cannot be restored: ${reason}`);
      this.#later(retryMs);
    }
  }

  /** The old lock is on a file that nobody can find any more. */
  #lock(): Promise<void> {
    const { kernel, stateDir } = this.#options;
    return new Promise((resolve, reject) => {
      kernel.lock(stateDir, {
        locked: (release) => {
          this.#release?.();
          this.#release = release;
          resolve();
        },
        // Ours still, where only the socket was removed.
        taken: (pid) =>
          pid === process.pid || pid === null
            ? resolve()
            : reject(new Error(`process ${pid} has taken it`)),
        failed: reject,
      });
    });
  }
}

function modeOf(path: string): number {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? 0o700 : stat.mode & 0o711;
}

function watched(directory: string, look: (kind: string) => void): FSWatcher | null {
  try {
    return watch(directory, { persistent: false }, look).on('error', () => {});
  } catch {
    return null;
  }
}
