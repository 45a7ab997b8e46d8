/**
 * Asks the OS for the time. It never decides what a time means.
 */
import { uptime } from 'node:os';
import type { Clock } from '../port.ts';

/** Above this Node fires at once instead of late. */
const longestMs = 2 ** 31 - 1;

class LongTimer {
  #timer: NodeJS.Timeout | undefined;

  constructor(run: () => void, delayMs: number) {
    this.#arm(run, delayMs);
  }

  clear(): void {
    clearTimeout(this.#timer);
  }

  #arm(run: () => void, delayMs: number): void {
    const stepMs = Math.min(delayMs, longestMs);
    const restMs = delayMs - stepMs;
    this.#timer = setTimeout(() => (restMs > 0 ? this.#arm(run, restMs) : run()), stepMs);
    this.#timer.unref();
  }
}

/** The real clock. `now` counts from boot, so a later manager of the same boot can go on with it. */
export const clock: Clock = {
  now: () => {
    const [seconds, nanoseconds] = process.hrtime();
    return seconds * 1_000 + nanoseconds / 1_000_000;
  },
  wall: () => Date.now(),
  asleepMs: () => Math.max(0, uptime() * 1_000 - clock.now()),
  setTimeout: (run, delayMs) =>
    delayMs > longestMs ? new LongTimer(run, delayMs) : setTimeout(run, delayMs).unref(),
  clearTimeout: (timer) => {
    if (timer instanceof LongTimer) timer.clear();
    else clearTimeout(timer as NodeJS.Timeout | undefined);
  },
  afterTurn: (run) => void setImmediate(run),
};
