/**
 * A world on which a path is walked: simulated, or the real one. Its processes do what
 * they are told and nothing else, so that each step of a path has a cause in the world
 * and happens when it is its turn.
 */
import type { Kernel, SpawnListener, SpawnRequest } from '../../src/kernel/port.ts';
import type { SpawnProblem } from '../../src/machines/vocabulary.ts';
import type { Part, Place } from './shapes.ts';

export interface Stage extends Place {
  readonly kernel: Kernel;
  /** The newest process of that program which was not asked for before, once it listens. */
  born(part: Part): Promise<number>;
  /** How many of that program live that were not asked for yet. */
  waiting(part: Part): number;
  /** A child of that process, which lives on without it. */
  fork(pid: number, how?: ForkHow): Promise<number>;
  /** It exits by itself. Resolves when it is gone. */
  exit(pid: number, code: number): Promise<void>;
  /** Somebody else sends it SIGKILL. Resolves when it is gone. */
  kill(pid: number): Promise<void>;
  /** SIGSTOP, and SIGCONT. */
  suspend(pid: number): Promise<void>;
  resume(pid: number): Promise<void>;
  notify(pid: number, fields: Readonly<Record<string, string>>): Promise<void>;
  /** No signal reaches it any more, SIGKILL included. */
  freeze(pid: number): void;
  /** The next spawn fails; null: it will not. */
  failNextSpawn(problem: SpawnProblem | null): void;
  write(path: string, content: string): void;
  remove(path: string): void;
  /** A number that no process has. */
  deadPid(): number;
  /** Lets the world go on until it is so; rejects if it never is. */
  until(isSo: () => boolean, what: () => string): Promise<void>;
  close(): Promise<void>;
}

export interface ForkHow {
  readonly ownSession: boolean;
  /** It closes what it has inherited, and so holds no lifeline. */
  readonly drops: boolean;
}

/** How the processes of a stage behave. */
export interface Manners {
  readonly isDeaf: boolean;
  /** What one exits with when it is asked to stop; null: it dies of the signal. */
  readonly stopCode: number | null;
}

export const plainFork: ForkHow = { ownSession: false, drops: false };
export const deafManners: Manners = { isDeaf: true, stopCode: null };

/**
 * A kernel that takes its time to spawn: each request waits until it is let through, and
 * what came of it is not told before somebody says so.
 */
export class SlowSpawns {
  readonly kernel: Kernel;
  readonly #waiting: (() => void)[] = [];
  #untold: (() => void)[] | null = [];

  constructor(kernel: Kernel) {
    this.kernel = Object.create(kernel, {
      spawn: {
        value: (request: SpawnRequest, listener: SpawnListener) => {
          this.#waiting.push(() => kernel.spawn(request, this.#slow(listener)));
        },
      },
    });
  }

  get isWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  letThrough(): void {
    this.#untold = [];
    this.#waiting.shift()?.();
  }

  tell(): void {
    const untold = this.#untold ?? [];
    this.#untold = null;
    for (const one of untold) one();
  }

  #slow(listener: SpawnListener): SpawnListener {
    const later = (one: () => void) => {
      if (this.#untold === null) one();
      else this.#untold.push(one);
    };
    return {
      spawned: (identity) => later(() => listener.spawned(identity)),
      failed: (problem, reason) => later(() => listener.failed(problem, reason)),
      exited: (exit) => later(() => listener.exited(exit)),
      notified: (fields) => later(() => listener.notified(fields)),
    };
  }
}
