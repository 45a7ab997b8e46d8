/** Remembers where each part of a configuration file was written, and how it was called there. */
import { toSnake } from './keys.ts';
import { describePath, type Path, type Place, type Source } from './problems.ts';

export interface Written {
  readonly key: Place | null;
  readonly value: Place;
  /** The last part of the path, as it was written. */
  readonly name: string | number;
}

export class TextSource implements Source {
  readonly file: string;
  readonly #places = new Map<string, Written>();

  constructor(file: string) {
    this.file = file;
  }

  note(path: Path, written: Written): void {
    this.#places.set(idOf(path), written);
  }

  place(path: Path, at: 'key' | 'value'): Place | null {
    for (let length = path.length; length >= 0; length--) {
      const found = this.#places.get(idOf(path.slice(0, length)));
      if (found === undefined) continue;
      // For what is missing, the key of the map it is missing from says the most.
      const isExact = length === path.length;
      return isExact && at === 'value' ? found.value : (found.key ?? found.value);
    }
    return null;
  }

  written(path: Path): string {
    return describePath(
      path.map((part, index) => {
        const known = this.#places.get(idOf(path.slice(0, index + 1)));
        return known?.name ?? (typeof part === 'string' ? toSnake(part) : part);
      }),
    );
  }
}

const idOf = (path: Path): string => path.join('\u0000');
