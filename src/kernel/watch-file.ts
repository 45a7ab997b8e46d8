/**
 * Asks the OS to tell when a file may have changed. A watch on the file itself goes deaf
 * when another is renamed over it, so its directory is watched; and as that can be
 * removed, missing or on a network, a slow look is taken besides.
 */
import { type FSWatcher, type Stats, statSync, watch } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import type { Cancel, Clock } from './port.ts';

const lookMs = 500;
/**
 * Of other files in the directory, until the next look. Node reads events until there are none,
 * before it does anything else: where they come faster than it reads, that is for ever.
 */
const mostOthers = 1_000;

/** Several changes at once are told once. Does not keep the host alive. */
export function watchFile(clock: Clock, path: string, changed: () => void): Cancel {
  const watching = new FileWatch(clock, resolve(path), changed);
  watching.begin();
  return () => watching.cancel();
}

class FileWatch {
  readonly #clock: Clock;
  readonly #path: string;
  readonly #changed: () => void;
  #watcher: FSWatcher | null = null;
  /** Which directory is watched: another one may have its name by now. */
  #directory = '';
  #file = '';
  #others = 0;
  #timer: unknown = null;
  #told: NodeJS.Immediate | null = null;
  #over = false;

  constructor(clock: Clock, path: string, changed: () => void) {
    this.#clock = clock;
    this.#path = path;
    this.#changed = changed;
  }

  begin(): void {
    this.#look();
    // It may have changed since the caller looked, which nobody would tell of later.
    this.#tell();
  }

  cancel(): void {
    this.#over = true;
    this.#clock.clearTimeout(this.#timer);
    if (this.#told !== null) clearImmediate(this.#told);
    this.#watcher?.close();
  }

  #look(): void {
    const directory = place(statOrNone(dirname(this.#path)));
    if (this.#watcher === null || directory !== this.#directory) this.#watch(directory);
    const file = version(statOrNone(this.#path));
    if (file !== this.#file) this.#tell();
    this.#file = file;
    this.#timer = this.#clock.setTimeout(() => this.#look(), lookMs);
  }

  #watch(directory: string): void {
    this.#watcher?.close();
    this.#watcher = directory === '' ? null : this.#openWatcher();
    this.#directory = directory;
  }

  /** null where the OS has no watch to give (any more): the slow look is enough to go on. */
  #openWatcher(): FSWatcher | null {
    const name = basename(this.#path);
    try {
      const watcher = watch(dirname(this.#path), { persistent: false }, (_event, entry) => {
        if (entry === null || entry === name) this.#tell();
        else if (++this.#others >= mostOthers) this.#drop(watcher);
      });
      this.#others = 0;
      watcher.on('error', () => this.#drop(watcher));
      return watcher;
    } catch {
      return null;
    }
  }

  #drop(watcher: FSWatcher): void {
    watcher.close();
    if (this.#watcher === watcher) this.#watcher = null;
  }

  #tell(): void {
    if (this.#over) return;
    this.#told ??= setImmediate(() => {
      this.#told = null;
      this.#changed();
    });
  }
}

function statOrNone(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function place(stats: Stats | undefined): string {
  return stats === undefined ? '' : `${stats.dev}:${stats.ino}`;
}

function version(stats: Stats | undefined): string {
  return stats === undefined ? '' : `${place(stats)}:${stats.size}:${stats.mtimeMs}`;
}
