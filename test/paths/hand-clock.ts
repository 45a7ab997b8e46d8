/** A clock for machines that is moved by hand, one timer at a time: that one, whichever else is set. */
export class HandClock {
  readonly #timers = new Map<number, { readonly run: () => void; readonly delayMs: number }>();
  #count = 0;

  setTimeout(run: () => void, delayMs: number): number {
    this.#count += 1;
    this.#timers.set(this.#count, { run, delayMs });
    return this.#count;
  }

  clearTimeout(id: number): void {
    this.#timers.delete(id);
  }

  /** For how long somebody waits. */
  get delays(): readonly number[] {
    return [...this.#timers.values()].map(({ delayMs }) => delayMs);
  }

  /** The time of the timer that was set for so long is up. */
  runOff(delayMs: number): void {
    const [id, timer] = [...this.#timers].findLast(([, one]) => one.delayMs === delayMs) ?? [];
    if (id === undefined || timer === undefined) {
      throw new Error(`cannot let ${delayMs} ms pass: people wait for ${this.delays}`);
    }
    this.#timers.delete(id);
    timer.run();
  }
}
