/**
 * What people last asked for, and what a manager that comes after a crash may believe:
 * a wish that was not surely on disk may be lost, and then the one before it holds.
 */
import type { Name } from '../machines/vocabulary.ts';

export type Wish = 'up' | 'down';

interface Told {
  readonly wish: Wish | null;
  readonly at: number;
  /** It could not be written, or its manager died over it. */
  readonly isDoubtful: boolean;
}

export class Wishes {
  /** Newest last. The first is surely on disk. */
  readonly #told = new Map<Name, Told[]>();

  /** null: nobody ever said. `unknown`: several are possible until the next manager says. */
  of(name: Name): Wish | null | 'unknown' {
    const told = this.#told.get(name);
    if (told === undefined) return null;
    const last = told.at(-1);
    return last === undefined || last.isDoubtful ? 'unknown' : last.wish;
  }

  tell(names: Iterable<Name>, wish: Wish, at: number, isDoubtful: boolean): void {
    for (const name of names) {
      const told = this.#told.get(name) ?? [{ wish: null, at: 0, isDoubtful: false }];
      told.push({ wish, at, isDoubtful });
      this.#told.set(name, told);
    }
  }

  /** Anything is possible from now on. */
  doubt(names: Iterable<Name>, at: number): void {
    for (const name of names) {
      this.tell([name], 'down', at, true);
      this.tell([name], 'up', at, true);
    }
  }

  /** All that was told before is on disk, and what is doubtful was found out by somebody. */
  settle(before: number): void {
    for (const [name, told] of this.#told) {
      const sure = told.findLastIndex(({ at, isDoubtful }) => at < before && !isDoubtful);
      if (sure > 0) this.#told.set(name, told.slice(sure));
    }
  }

  /** A power cut: what was told after that moment may be lost. */
  lose(since: number): void {
    for (const [name, told] of this.#told) {
      const doubted = told.map((one) => (one.at >= since ? { ...one, isDoubtful: true } : one));
      this.#told.set(name, doubted);
    }
  }

  /** What a new manager may believe; null: anything. */
  possible(name: Name): ReadonlySet<Wish | null> {
    const told = this.#told.get(name) ?? [];
    const sure = told.findLastIndex(({ isDoubtful }) => !isDoubtful);
    const possible = told.slice(Math.max(0, sure)).map(({ wish }) => wish);
    return new Set(possible.length === 0 ? [null] : possible);
  }

  /** As if nobody had ever said. */
  forget(name: Name): void {
    this.#told.delete(name);
  }

  /** So a manager has understood it. A power cut can still undo that, until it is on disk. */
  learn(name: Name, wish: Wish, at: number): void {
    this.tell([name], wish, at, false);
  }
}
