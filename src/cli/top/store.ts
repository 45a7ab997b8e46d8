/** Holds the view, and tells when it is another one. */
import { firstView, type View } from './view.ts';

export class Store {
  #view: View;
  readonly #listeners = new Set<() => void>();

  constructor(columns: number, rows: number) {
    this.#view = firstView(columns, rows);
  }

  /** As React asks for it. */
  readonly get = (): View => this.#view;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  change(next: Partial<View> | ((view: View) => View)): void {
    const before = this.#view;
    this.#view = typeof next === 'function' ? next(before) : { ...before, ...next };
    if (this.#view !== before) for (const listener of this.#listeners) listener();
  }
}
