/** An index: many values under one key, and nothing kept for a key that has none. */
export class ManyMap<Key, Value> {
  readonly #sets = new Map<Key, Set<Value>>();

  get(key: Key): ReadonlySet<Value> {
    return this.#sets.get(key) ?? (NONE as ReadonlySet<Value>);
  }

  has(key: Key): boolean {
    return this.#sets.has(key);
  }

  add(key: Key, value: Value): void {
    const values = this.#sets.get(key);
    if (values === undefined) this.#sets.set(key, new Set([value]));
    else values.add(value);
  }

  delete(key: Key, value: Value): void {
    const values = this.#sets.get(key);
    if (values === undefined) return;
    values.delete(value);
    if (values.size === 0) this.#sets.delete(key);
  }

  keys(): IterableIterator<Key> {
    return this.#sets.keys();
  }

  clear(): void {
    this.#sets.clear();
  }
}

const NONE: ReadonlySet<unknown> = new Set();
