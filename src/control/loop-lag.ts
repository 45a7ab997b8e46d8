/**
 * How late the event loop comes. Looked at only while somebody asks now and then: a daemon
 * that nobody asks has no timer, and sleeps.
 */
import type { Clock } from '../kernel/port.ts';

const everyMs = 500;
/** Those of the last seconds. */
const mostLooks = 20;
/** Who asked once is done soon; who asks by the minute, as scrapers of metrics do, will again. */
const shortMs = 5_000;
const longMs = 150_000;
/** Questions so close to each other are one. */
const sameMs = 1_000;

export class LoopLag {
  readonly #clock: Clock;
  #timer: unknown = null;
  #looks: number[] = [];
  #awaited: Promise<void> = Promise.resolve();
  #askedAt = Number.NEGATIVE_INFINITY;
  #patienceMs = shortMs;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Looks from now on. Resolves when there is something to tell, which is soon. */
  expect(): Promise<void> {
    const now = this.#clock.now();
    const sinceMs = now - this.#askedAt;
    if (sinceMs >= sameMs) {
      this.#askedAt = now;
      this.#patienceMs = sinceMs > longMs ? shortMs : Math.max(shortMs, 2 * sinceMs);
    }
    if (this.#timer === null) this.#awaited = new Promise((resolve) => this.#lookAfter(1, resolve));
    return this.#awaited;
  }

  /** On average; 0 where nobody was expected to ask. */
  get ms(): number {
    const sum = this.#looks.reduce((all, late) => all + late, 0);
    return this.#looks.length === 0 ? 0 : Math.round((sum / this.#looks.length) * 10) / 10;
  }

  close(): void {
    this.#clock.clearTimeout(this.#timer);
    this.#timer = null;
    this.#looks = [];
  }

  #lookAfter(delayMs: number, looked: () => void = () => {}): void {
    const dueAt = this.#clock.now() + delayMs;
    this.#timer = this.#clock.setTimeout(() => {
      this.#look(dueAt);
      looked();
    }, delayMs);
  }

  #look(dueAt: number): void {
    const now = this.#clock.now();
    if (now - this.#askedAt > this.#patienceMs) return this.close();
    this.#looks = [...this.#looks, Math.max(0, now - dueAt)].slice(-mostLooks);
    this.#lookAfter(everyMs);
  }
}
