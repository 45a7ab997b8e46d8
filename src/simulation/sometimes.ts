/** What has to happen now and then, or the simulation looks away: each condition is counted. */
import type { Facts } from './facts.ts';
import type { Onlooker } from './onlooker.ts';
import type { System } from './system.ts';

export class Sometimes implements Onlooker {
  readonly counts: Record<string, number> = {};
  readonly #system: System;
  readonly #facts: Facts;

  constructor(system: System, facts: Facts) {
    this.#system = system;
    this.#facts = facts;
  }

  died({ manager }: Parameters<NonNullable<Onlooker['died']>>[0]): void {
    if (manager.diedAt !== null) this.#saw(`a manager died at: ${manager.diedAt}`);
    void [this.#system, this.#facts];
  }

  #saw(what: string): void {
    this.counts[what] = (this.counts[what] ?? 0) + 1;
  }
}
