/** What every invariant is made of: it looks on, and says when it does not hold. */
import type { Facts } from '../facts.ts';
import type { Onlooker } from '../onlooker.ts';
import type { System } from '../system.ts';

export interface Subject {
  readonly system: System;
  readonly facts: Facts;
}

/** One invariant, by its name in docs/proof.md. */
export type Check = (subject: Subject) => Onlooker;
