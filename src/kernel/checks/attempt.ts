/**
 * Asks nothing itself: it is one asking of a check, which ends exactly once, by its
 * answer, at its deadline or when it is cancelled, and lets go of all it had begun.
 */
import { messageOf } from '../linux/errno.ts';
import type { Cancel, CheckOutcome, Clock } from '../port.ts';

export type Done = (outcome: CheckOutcome) => void;

export class Attempt {
  readonly #clock: Clock;
  readonly #timer: unknown;
  readonly #done: Done;
  #begun: Cancel[] = [];
  #isOver = false;
  #isCancelled = false;

  /** `late` says what was waited for in vain. */
  constructor(clock: Clock, timeoutMs: number, late: string, done: Done) {
    this.#clock = clock;
    this.#done = done;
    this.#timer = clock.setTimeout(() => this.miss(`${late} within ${timeoutMs} ms`), timeoutMs);
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  pass(): void {
    this.#end({ passed: true });
  }

  miss(reason: string): void {
    this.#end({ passed: false, reason });
  }

  /** What throws in here, as a port above 65535 does, is a miss: it must not end the manager. */
  try(run: () => void): void {
    try {
      if (!this.#isOver) run();
    } catch (error) {
      this.miss(messageOf(error));
    }
  }

  /** To be called when the attempt is over, however; at once if it already is. */
  atEnd(release: Cancel): void {
    if (this.#isOver) release();
    else this.#begun.push(release);
  }

  cancel(): void {
    this.#isCancelled = true;
    this.#release();
  }

  /** Later, also when the answer was known at once: the caller must have its Cancel first. */
  #end(outcome: CheckOutcome): void {
    if (this.#isOver) return;
    this.#release();
    process.nextTick(() => {
      if (!this.#isCancelled) this.#done(outcome);
    });
  }

  #release(): void {
    this.#isOver = true;
    this.#clock.clearTimeout(this.#timer);
    const begun = this.#begun;
    this.#begun = [];
    for (const release of begun) release();
  }
}
