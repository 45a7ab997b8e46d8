/** One run, from nothing to its end: trouble first, then, in a liveness run, rest and a stop of everything. */
import type { Act, TimedAct } from './acts.ts';
import { describeAct } from './acts.ts';
import { Author } from './author.ts';
import { checks } from './checks/index.ts';
import type { Dice } from './dice.ts';
import { Facts } from './facts.ts';
import { comeToRest } from './rest.ts';
import type { Scenario } from './scenario.ts';
import { Sometimes } from './sometimes.ts';
import { type Between, System } from './system.ts';
import { Timing } from './timing.ts';

/** So many of a hundred steps are acts, the others events of the clock; each run in its own way. */
const actPercents = [6, 12, 25];

export class Run {
  readonly system: System;
  readonly facts: Facts;
  readonly timing: Timing;
  readonly sometimes: Sometimes;
  readonly acts: TimedAct[] = [];
  events = 0;
  /** How long everything took to stop; null: it never came to that. */
  stopMs: number | null = null;
  /** How long it took until everything was as wanted, after the last trouble. */
  restMs: number | null = null;
  /** Of the present millisecond: so many events of it are over. */
  #instant = 0;
  #after = 0;

  constructor(scenario: Scenario, between: Between = {}) {
    this.system = new System(scenario, between);
    this.facts = new Facts(this.system);
    this.timing = new Timing(this.system);
    this.sometimes = new Sometimes(this.system, this.facts);
    const subject = { system: this.system, facts: this.facts };
    // Who checks what is heard does so before the facts know of it as well, but for their own sake after.
    const { onlookers } = this.system;
    onlookers.push(
      this.facts,
      this.timing,
      this.sometimes,
      ...checks.map((check) => check(subject)),
    );
  }

  get isOver(): boolean {
    return this.system.broken !== null;
  }

  /** Thinks something up at each step, or lets time go on. */
  async wander(dice: Dice, steps: number): Promise<void> {
    const actPercent = dice.pick(actPercents);
    const author = new Author(dice, this.system, this.facts);
    await this.act({ do: 'boot' });
    for (let step = 0; step < steps && !this.isOver; step += 1) {
      if (!dice.chance(actPercent) && (await this.step())) continue;
      if (dice.chance(40)) this.#pause(dice);
      await this.act(author.next());
    }
    // So that the list says where it ends, between two events of one moment.
    if (!this.isOver) await this.act({ do: 'look' });
  }

  /** The same again, or what is left of it: each act in its own moment. */
  async replay(acts: readonly TimedAct[], lastsMs: number): Promise<void> {
    for (const { atMs, after, act } of acts) {
      await this.#comeTo(atMs, after);
      if (this.isOver) return;
      await this.act(act);
    }
    const last = acts.at(-1)?.atMs ?? 0;
    if (lastsMs > last) await this.#comeTo(lastsMs, Number.POSITIVE_INFINITY);
  }

  async rest(): Promise<void> {
    if (!this.isOver) await comeToRest(this);
  }

  async act(act: Act): Promise<void> {
    const { system } = this;
    this.#arrive();
    this.acts.push({ atMs: system.now, after: this.#after, act });
    this.events += 1;
    system.note(describeAct(act));
    await this.#guarded(() => system.act(act));
  }

  /** One event of the clock; false: there is none, or there may be none any more. */
  async step(): Promise<boolean> {
    if (this.isOver) return false;
    if (!(await this.#guarded(() => this.system.step()))) return false;
    this.#arrive();
    this.#after += 1;
    this.events += 1;
    return true;
  }

  /** Lets time pass, event by event, until it is so. False: it did not become so within the limit. */
  async until(isReached: () => boolean, limitMs: number): Promise<boolean> {
    const { clock } = this.system.kernel;
    const end = clock.elapsed() + limitMs;
    while (!isReached()) {
      const next = clock.nextAt();
      const isDue = next !== null && next - clock.now() <= end - clock.elapsed();
      if (this.isOver) return false;
      if (isDue) await this.step();
      else {
        clock.advance(end - clock.elapsed());
        return isReached();
      }
    }
    return true;
  }

  /** What throws here is a defect, ours or the system's. */
  async #guarded<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.system.fail('defect', told);
      return undefined;
    }
  }

  #arrive(): void {
    if (this.system.now === this.#instant) return;
    this.#instant = this.system.now;
    this.#after = 0;
  }

  /** A moment between two events, somewhere before the next. */
  #pause(dice: Dice): void {
    const { clock } = this.system.kernel;
    const next = clock.nextAt();
    const free = next === null ? dice.pick([1, 100, 3_000]) : next - clock.now();
    if (free > 1) clock.advance(dice.between(1, Math.min(free, 20_000) - 1));
  }

  async #comeTo(atMs: number, after: number): Promise<void> {
    const { clock } = this.system.kernel;
    for (;;) {
      const next = clock.nextAt();
      const dueAt = next === null ? Number.POSITIVE_INFINITY : next - clock.now() + clock.elapsed();
      if (this.isOver || dueAt > atMs) break;
      if (dueAt === atMs && this.#countAt(atMs) >= after) break;
      await this.step();
    }
    if (clock.elapsed() < atMs) clock.advance(atMs - clock.elapsed());
  }

  #countAt(atMs: number): number {
    return this.#instant === atMs && this.system.now === atMs ? this.#after : 0;
  }
}
