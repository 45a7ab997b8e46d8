/**
 * Time that moves only when told to, from one event to the next. Nothing here
 * waits: an hour passes as fast as the events in it can be run.
 */
import type { Clock } from '../port.ts';
import { isLive, type Timer, TimerHeap, type TimerOwner } from './timer-heap.ts';

/** Where `wall()` begins: a fixed day, for today would make two runs differ. */
const FIRST_DAY = Date.UTC(2030, 0, 1);

/** So many events without a millisecond passing are a loop, and would never end. */
const ENDLESS = 1_000_000;

interface Deferred {
  readonly owner: TimerOwner | null;
  readonly run: () => void;
}

export class VirtualClock implements Clock {
  readonly #heap = new TimerHeap();
  #elapsed = 0;
  #bootedAt = 0;
  #wallOffset = FIRST_DAY;
  #order = 0;
  #cancelled = 0;
  #isInTurn = false;
  #afterTurn: Deferred[] = [];

  /** Whose a timer is that names no owner: the manager of the moment. */
  tenant: TimerOwner | null = null;

  now(): number {
    return this.#elapsed - this.#bootedAt;
  }

  wall(): number {
    return this.#elapsed + this.#wallOffset;
  }

  asleepMs(): number {
    return 0;
  }

  /** Milliseconds since the simulation began, which a reboot does not set back. */
  elapsed(): number {
    return this.#elapsed;
  }

  /** How many timers are set and neither fired nor cancelled; of one owner, where given. */
  pending(owner?: TimerOwner): number {
    const live = this.#heap.timers.filter(isLive);
    return owner === undefined ? live.length : live.filter((timer) => timer.owner === owner).length;
  }

  /** NaN and anything below 0 mean at once, Infinity means never; no delay overflows. */
  setTimeout(run: () => void, delayMs: number, owner: TimerOwner | null = this.tenant): unknown {
    const delay = Number.isNaN(delayMs) ? 0 : Math.max(0, delayMs);
    const timer: Timer = { due: this.#elapsed + delay, order: this.#order++, owner, run };
    this.#heap.push(timer);
    return timer;
  }

  clearTimeout(timer: unknown): void {
    if (!isTimer(timer) || timer.run === null) return;
    timer.run = null;
    this.#cancelled += 1;
    if (this.#cancelled > 64 && this.#cancelled * 2 > this.#heap.timers.length) this.#compact();
  }

  /** At the end of the step that is being run; at once where none is. */
  afterTurn(run: () => void, owner: TimerOwner | null = this.tenant): void {
    if (this.#isInTurn) this.#afterTurn.push({ owner, run });
    else run();
  }

  /** When the next event is due, in `now()`'s terms; null when there is none. */
  nextAt(): number | null {
    const next = this.#next(Number.MAX_VALUE);
    return next === null ? null : next.due - this.#bootedAt;
  }

  /** Runs the next event, however far away it is. False: there is none. */
  step(): boolean {
    return this.#step(Number.MAX_VALUE);
  }

  /** Runs, one by one, all that is due within so many milliseconds, and lets them pass. */
  advance(ms: number): void {
    const end = this.#elapsed + Math.max(0, ms);
    this.#run(end, () => false);
    this.#elapsed = end;
  }

  /** Steps until the predicate holds. False: it did not within `limitMs`, or nothing is left to happen. */
  runUntil(predicate: () => boolean, limitMs = Number.MAX_VALUE): boolean {
    return this.#run(this.#elapsed + limitMs, predicate);
  }

  /** An administrator, or NTP, sets the wall clock; the monotonic one does not notice. */
  jumpWall(ms: number): void {
    this.#wallOffset += ms;
  }

  /** A new boot: `now()` counts from here. */
  restart(): void {
    this.#bootedAt = this.#elapsed;
  }

  #run(end: number, predicate: () => boolean): boolean {
    let instant = this.#elapsed;
    let steps = 0;
    while (!predicate()) {
      if (!this.#step(end)) return false;
      steps = instant === this.#elapsed ? steps + 1 : 0;
      instant = this.#elapsed;
      if (steps > ENDLESS)
        throw new Error(`cannot advance: events without end at ${this.now()} ms`);
    }
    return true;
  }

  #step(end: number): boolean {
    const next = this.#next(end);
    if (next === null) return false;
    const { run } = next;
    this.#heap.pop();
    // So that clearing it later does not count as cancelling it.
    next.run = null;
    this.#elapsed = next.due;
    this.#isInTurn = true;
    try {
      run?.();
      this.#endTurn();
    } finally {
      this.#isInTurn = false;
      this.#afterTurn = [];
    }
    return true;
  }

  #endTurn(): void {
    for (let one = this.#afterTurn.shift(); one !== undefined; one = this.#afterTurn.shift()) {
      if (one.owner === null || one.owner.alive) one.run();
    }
  }

  #next(end: number): Timer | null {
    const next = this.#heap.peek();
    return next === null || next.due > end ? null : next;
  }

  #compact(): void {
    this.#heap.compact();
    this.#cancelled = 0;
  }
}

function isTimer(timer: unknown): timer is Timer {
  return typeof timer === 'object' && timer !== null && 'due' in timer && 'run' in timer;
}
