/** Those who want to be told when something happens to a key. */
import type { Cancel } from '../port.ts';
import { ManyMap } from './many-map.ts';

export class Watchers<Key> {
  readonly #tells = new ManyMap<Key, () => void>();

  add(key: Key, tell: () => void): Cancel {
    this.#tells.add(key, tell);
    return () => this.#tells.delete(key, tell);
  }

  tell(key: Key): void {
    if (!this.#tells.has(key)) return;
    for (const tell of [...this.#tells.get(key)]) tell();
  }
}
