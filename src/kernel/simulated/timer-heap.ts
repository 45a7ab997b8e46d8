/** A binary heap of timers: the earliest first, and of two due together the older first. */

/** Whoever dies takes its timers along. */
export interface TimerOwner {
  readonly alive: boolean;
}

export interface Timer {
  readonly due: number;
  readonly order: number;
  readonly owner: TimerOwner | null;
  /** null: cancelled. Such a timer stays where it is until it comes up, which keeps cancelling cheap. */
  run: (() => void) | null;
}

export class TimerHeap {
  #timers: Timer[] = [];

  get timers(): readonly Timer[] {
    return this.#timers;
  }

  push(timer: Timer): void {
    this.#timers.push(timer);
    this.#rise(this.#timers.length - 1, timer);
  }

  /** The first timer that still means something; the meaningless before it are dropped. */
  peek(): Timer | null {
    for (;;) {
      const first = this.#timers[0];
      if (first === undefined) return null;
      if (isLive(first)) return first;
      this.pop();
    }
  }

  pop(): void {
    const last = this.#timers.pop();
    if (last !== undefined && this.#timers.length > 0) this.#sink(last);
  }

  /** Without this, a timer set and cancelled all day would fill the memory. */
  compact(): void {
    const live = this.#timers.filter(isLive);
    // A sorted array is a heap.
    this.#timers = live.sort((a, b) => (isBefore(a, b) ? -1 : 1));
  }

  #rise(start: number, timer: Timer): void {
    const timers = this.#timers;
    let at = start;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = timers[above];
      if (parent === undefined || !isBefore(timer, parent)) break;
      timers[at] = parent;
      at = above;
    }
    timers[at] = timer;
  }

  #sink(timer: Timer): void {
    const timers = this.#timers;
    let at = 0;
    for (;;) {
      const left = timers[2 * at + 1];
      if (left === undefined) break;
      const right = timers[2 * at + 2];
      const rightIsNext = right !== undefined && isBefore(right, left);
      const next = rightIsNext ? right : left;
      if (!isBefore(next, timer)) break;
      timers[at] = next;
      at = 2 * at + (rightIsNext ? 2 : 1);
    }
    timers[at] = timer;
  }
}

export function isLive(timer: Timer): boolean {
  return timer.run !== null && (timer.owner === null || timer.owner.alive);
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.due < b.due || (a.due === b.due && a.order < b.order);
}
