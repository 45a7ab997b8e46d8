/**
 * Notices that the state directory, or the socket in it, was removed under a living
 * daemon, and puts back what clients and the next daemon need. Services do not notice.
 */
import { chmodSync, type FSWatcher, mkdirSync, statSync, watch } from 'node:fs';
import { join } from 'node:path';
import type { Cancel, Kernel } from '../kernel/port.ts';
import type { ControlServer } from './server.ts';

export interface KeeperOptions {
  readonly server: ControlServer;
  readonly kernel: Kernel;
  readonly stateDir: string;
  /** What is wrong at present; null: nothing any more. */
  readonly report: (trouble: string | null) => void;
}

/** Watching a removed directory tells nothing, so now and then one has to look. */
const lookMs = 10_000;
const retryMs = 1_000;

export class StateKeeper {
  readonly #options: KeeperOptions;
  /** As the runtime made them: where services run as others, they must pass through. */
  readonly #modes: ReadonlyMap<string, number>;
  #watcher: FSWatcher | null = null;
  #timer: NodeJS.Timeout | null = null;
  #release: Cancel | null = null;
  #isBusy = false;
  #isClosed = false;

  constructor(options: KeeperOptions) {
    this.#options = options;
    const paths = ['', 'run', 'logs'].map((name) => join(options.stateDir, name));
    this.#modes = new Map(paths.map((path) => [path, modeOf(path)]));
    this.#watch();
    this.#later(lookMs);
  }

  close(): void {
    this.#isClosed = true;
    this.#watcher?.close();
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#release?.();
  }

  #watch(): void {
    this.#watcher?.close();
    this.#watcher = null;
    try {
      this.#watcher = watch(this.#options.stateDir, { persistent: false }, () => this.#look());
      this.#watcher.on('error', () => {});
    } catch {
      // Out of watches: the slow look does.
    }
  }

  #later(ms: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#look(), ms);
    this.#timer.unref();
  }

  #look(): void {
    if (this.#isBusy || this.#isClosed) return;
    if (this.#options.server.isInPlace) {
      this.#later(lookMs);
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
      this.#later(lookMs);
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
