/** Chance on a seed, in the words that a simulation needs. */
import { createRandom, type Random } from '../kernel/simulated/random.ts';

export class Dice {
  readonly #next: Random;

  constructor(seed: number) {
    this.#next = createRandom(seed);
  }

  /** True so many times out of a hundred. */
  chance(percent: number): boolean {
    return this.#next() * 100 < percent;
  }

  /** A whole number, both ends included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.#next() * (most - least + 1));
  }

  pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.#next() * from.length)] as T;
  }

  some<T>(from: readonly T[], percent: number): T[] {
    return from.filter(() => this.chance(percent));
  }
}
