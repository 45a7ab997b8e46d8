/**
 * Round after round, everybody once in each, so that what disturbs the machine for a while
 * disturbs all. No round of one contestant begins that would not end in time; the first always
 * does, and then those of the matters that come first.
 */
import type { Samples } from './measures.ts';

/** One contestant at one size. */
export interface Unit {
  readonly contestant: string;
  /** The number of services, or `deaf`. */
  readonly size: string;
  /** Its further rounds come before those of others. */
  readonly isFirst: boolean;
  run(round: number): Promise<Samples>;
}

export interface Cell {
  readonly contestant: string;
  readonly size: string;
  readonly rounds: readonly Samples[];
  /** Why there are no more; null where it went well. */
  readonly givenUp: string | null;
}

export interface Limits {
  readonly rounds: number;
  /** On the clock of `performance.now()`. */
  readonly until: number;
  say(line: string): void;
  /** After each round of each: nothing of it may be left. */
  clean(): Promise<void>;
}

export async function runInRounds(units: readonly Unit[], limits: Limits): Promise<Cell[]> {
  const states = units.map((unit) => new UnitState(unit));
  for (const state of states) await state.run(0, limits);
  for (const isFirst of [true, false]) {
    for (let round = 1; round < limits.rounds; round += 1) {
      for (const state of states) {
        if (state.isFirst === isFirst && state.fits(limits.until)) await state.run(round, limits);
      }
    }
  }
  return states.map((state) => state.cell());
}

class UnitState {
  readonly isFirst: boolean;
  readonly #unit: Unit;
  readonly #rounds: Samples[] = [];
  #givenUp: string | null = null;
  #tookMs = 0;

  constructor(unit: Unit) {
    this.#unit = unit;
    this.isFirst = unit.isFirst;
  }

  fits(until: number): boolean {
    return this.#givenUp === null && performance.now() + this.#tookMs < until;
  }

  async run(round: number, { say, clean }: Limits): Promise<void> {
    const { contestant, size } = this.#unit;
    const since = performance.now();
    try {
      this.#rounds.push(await this.#unit.run(round));
    } catch (error) {
      this.#givenUp = error instanceof Error ? error.message : String(error);
      say(`${contestant}, ${size}: given up, ${this.#givenUp}`);
    } finally {
      await clean();
    }
    this.#tookMs = performance.now() - since;
    say(`round ${round + 1}, ${size}: ${contestant} took ${(this.#tookMs / 1_000).toFixed(1)} s`);
  }

  cell(): Cell {
    const { contestant, size } = this.#unit;
    return { contestant, size, rounds: this.#rounds, givenUp: this.#givenUp };
  }
}
