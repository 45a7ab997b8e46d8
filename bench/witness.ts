/**
 * Hears from services themselves when they were started, and from the kernel when they
 * ended. It asks no supervisor, so that all of them are measured by the same ears.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { compile } from './compiled.ts';

export interface Seen {
  readonly pid: number;
  /** Monotonic milliseconds, as `now()`. */
  readonly at: number;
}

export interface Witness {
  readonly pid: number;
  /** What a service has to be for its start to be heard. */
  argv(kind?: 'deaf'): readonly [string, ...string[]];
  alive(): readonly number[];
  /** Resolves with the starts after `since`, by time, as soon as there are so many. */
  starts(count: number, since: number, patienceMs: number): Promise<readonly Seen[]>;
  /** Resolves with the time at which the last of these ended. */
  ends(pids: readonly number[], patienceMs: number): Promise<number>;
  close(): void;
}

/** The clock of `CLOCK_MONOTONIC`, in milliseconds. */
export const now = (): number => Number(process.hrtime.bigint()) / 1e6;

export async function openWitness(directory: string, marker: string): Promise<Witness> {
  const program = compile('witness', directory);
  const socket = join(directory, 'witness.sock');
  const child = spawn(program, ['listen', socket], { stdio: ['ignore', 'pipe', 'inherit'] });
  const hearing = new Hearing();
  await hearing.listenTo(child);
  return {
    pid: child.pid ?? 0,
    argv: (kind) => [program, 'serve', socket, marker, ...(kind === undefined ? [] : [kind])],
    alive: () => [...hearing.alive.keys()],
    starts: (count, since, patienceMs) =>
      hearing.until(patienceMs, `${count} starts`, () => {
        const seen = hearing.startsAfter(since);
        return seen.length < count ? null : seen;
      }),
    ends: (pids, patienceMs) =>
      hearing.until(patienceMs, `the end of ${pids.length} services`, () =>
        pids.some((pid) => hearing.alive.has(pid))
          ? null
          : Math.max(...pids.map((pid) => hearing.ends.get(pid) ?? 0)),
      ),
    close: () => void child.kill('SIGKILL'),
  };
}

class Hearing {
  readonly starts: Seen[] = [];
  readonly ends = new Map<number, number>();
  readonly alive = new Map<number, number>();
  #look: (() => void) | null = null;

  startsAfter(since: number): readonly Seen[] {
    return this.starts.filter(({ at }) => at > since).sort((one, other) => one.at - other.at);
  }

  listenTo(child: ChildProcess): Promise<void> {
    const lines = createInterface({ input: child.stdout ?? process.stdin });
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      lines.on('line', (line) => {
        if (line === 'ready') resolve();
        else this.#hear(line);
      });
    });
  }

  #hear(line: string): void {
    const [pid = 0, at = 0] = line.slice(1).split(' ').map(Number);
    const seen = { pid, at: at / 1e6 };
    if (line.startsWith('+')) {
      this.starts.push(seen);
      this.alive.set(pid, seen.at);
    } else {
      this.alive.delete(pid);
      this.ends.set(pid, seen.at);
    }
    this.#look?.();
  }

  /** One question at a time: a new one ends the wait for the last. */
  until<T>(patienceMs: number, what: string, answer: () => T | null): Promise<T> {
    return new Promise((resolve, reject) => {
      let isAsked = false;
      const done = () => {
        clearTimeout(timer);
        if (this.#look === look) this.#look = null;
      };
      const timer = setTimeout(() => {
        done();
        reject(new Error(`waited ${patienceMs / 1_000} s in vain for ${what}`));
      }, patienceMs);
      const find = () => {
        isAsked = false;
        const found = this.#look === look ? answer() : null;
        if (found === null) return;
        done();
        resolve(found);
      };
      // A thousand lines come at once: one look is enough for all of them.
      const look = () => {
        if (!isAsked) setImmediate(find);
        isAsked = true;
      };
      this.#look = look;
      look();
    });
  }
}
