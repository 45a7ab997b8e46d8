/**
 * Makes plain data of a parsed YAML document: keys translated, anchors followed,
 * variables filled in, each part's place noted; with a bound on everything.
 */
import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Pair,
  type Scalar,
  type YAMLMap,
} from 'yaml';
import { Complaint } from './field.ts';
import { interpolate, type Variables } from './interpolate.ts';
import {
  deepest,
  durationKeys,
  forbiddenKeys,
  keyOf,
  kindBehind,
  type MapKind,
  octalKeys,
} from './keys.ts';
import type { Path, Place, Problems } from './problems.ts';
import type { Places } from './source.ts';
import type { Written } from './text-source.ts';

/** Parts that are there only because an anchor was named again: enough to share, too few for a bomb. */
const mostCopies = 20_000;
const tooMuch = 'expands to too much: its anchors are used too often';

const start: Place = { line: 1, column: 1 };

export interface Surroundings {
  /** null: nobody asks where anything stands. */
  readonly places: Places | null;
  readonly problems: Problems;
  readonly variables: Variables;
}

export class YamlReader {
  readonly #document: Document;
  readonly #places: Places | null;
  readonly #problems: Problems;
  readonly #variables: Variables;
  #copies = 0;
  /** What the aliases on the way to here stand for. */
  readonly #copying = new Set<unknown>();

  constructor(document: Document, { places, problems, variables }: Surroundings) {
    this.#document = document;
    this.#places = places;
    this.#problems = problems;
    this.#variables = variables;
  }

  read(): unknown {
    const { contents } = this.#document;
    this.#note([], { key: null, value: this.#placeOf(contents), name: '' });
    return this.#value(contents, [], 'fields');
  }

  #value(node: unknown, path: Path, kind: MapKind): unknown {
    if (path.length > deepest) return this.#refuse(path, 'is nested too deeply');
    if (this.#copying.size > 0 && ++this.#copies > mostCopies) {
      return this.#refuse([], tooMuch);
    }
    if (isAlias(node)) return this.#copy(node, path, (target) => this.#value(target, path, kind));
    if (isMap(node)) return this.#into({}, node, path, kind, false);
    if (isSeq(node))
      return node.items.map((item, index) => this.#item(item, [...path, index], kind));
    return isScalar(node) ? this.#scalar(node, path, kind) : null;
  }

  #item(node: unknown, path: Path, kind: MapKind): unknown {
    this.#note(path, { key: null, value: this.#placeOf(node), name: path.at(-1) ?? 0 });
    return this.#value(node, path, kind);
  }

  #into(
    result: Record<string, unknown>,
    map: YAMLMap,
    path: Path,
    kind: MapKind,
    isMerge: boolean,
  ): Record<string, unknown> {
    for (const pair of map.items) {
      if (!isMergeKey(pair)) this.#pair(result, pair, path, kind, isMerge);
    }
    for (const pair of map.items) {
      if (isMergeKey(pair)) this.#merge(result, pair.value, path, kind);
    }
    return result;
  }

  #pair(
    result: Record<string, unknown>,
    pair: Pair,
    path: Path,
    kind: MapKind,
    isMerge: boolean,
  ): void {
    const written = isScalar(pair.key) ? textOf(pair.key) : null;
    const place = this.#placeOf(pair.key);
    if (written === null) return void this.#refuse(path, 'has a key that is not a text');
    const key = kind === 'fields' ? keyOf(written) : written;
    const here = [...path, key];
    const isThere = Object.hasOwn(result, key);
    if (isMerge && isThere) return;
    if (!isThere) {
      const value = pair.value === null ? place : this.#placeOf(pair.value, place);
      this.#note(here, { key: place, value, name: written });
    }
    if (forbiddenKeys.has(written)) return this.#problemAt(place, here, 'is a key that is refused');
    if (isThere) return this.#problemAt(place, here, 'is there twice');
    // Editors and compose know `x-` keys as the place for anchors.
    if (path.length === 0 && written.startsWith('x-')) return;
    result[key] = this.#value(pair.value, here, kindBehind(kind, key));
  }

  #merge(result: Record<string, unknown>, node: unknown, path: Path, kind: MapKind): void {
    // What is merged again costs its time, also where all its keys are there already.
    if (this.#copying.size > 0 && ++this.#copies > mostCopies) {
      this.#refuse([], tooMuch);
    } else if (isSeq(node)) {
      for (const item of node.items) this.#merge(result, item, path, kind);
    } else if (isAlias(node)) {
      this.#copy(node, path, (target) => this.#merge(result, target, path, kind));
    } else if (isMap(node)) {
      this.#into(result, node, path, kind, true);
    } else {
      this.#refuse(path, 'merges something that is not a map');
    }
  }

  #copy<T>(alias: Alias, path: Path, use: (target: unknown) => T): T | undefined {
    const target = alias.resolve(this.#document);
    if (target === undefined) {
      this.#refuse(path, `names "*${alias.source}", which is anchored nowhere before`);
      return undefined;
    }
    if (this.#copying.has(target) || this.#copying.size >= deepest) {
      this.#refuse(path, 'is nested too deeply');
      return undefined;
    }
    this.#copying.add(target);
    try {
      return use(target);
    } finally {
      this.#copying.delete(target);
    }
  }

  #scalar(node: Scalar, path: Path, kind: MapKind): unknown {
    const { value } = node;
    const key = String(path.findLast((part) => typeof part === 'string') ?? '');
    // The user's own maps are texts: `1.10` and `0123` stay as they were written.
    if (value !== null && (kind === 'free' || octalKeys.has(key))) {
      return this.#text(typeof value === 'string' ? value : (textOf(node) ?? ''), path);
    }
    if (typeof value === 'number' && value !== 0 && durationKeys.has(key)) {
      this.#problems.add(
        path,
        `must have a unit: ${value} could be seconds or milliseconds`,
        `write "${value}s" or "${value}ms"`,
      );
    }
    return typeof value === 'string' ? this.#text(value, path) : value;
  }

  #text(text: string, path: Path): string {
    const result = interpolate(text, this.#variables);
    if (!(result instanceof Complaint)) return result;
    this.#problems.add(path, result.message, result.suggestion);
    return text;
  }

  #refuse(path: Path, message: string): undefined {
    this.#problems.add(path, message);
  }

  #note(path: Path, written: Written): void {
    this.#places?.source.note(path, written);
  }

  #problemAt(place: Place, path: Path, message: string): void {
    const file = this.#places?.source.file ?? null;
    const written = this.#problems.nameOf(path);
    this.#problems.put({ file, ...place, path: written, message, suggestion: null });
  }

  #placeOf(node: unknown, otherwise: Place = start): Place {
    if (this.#places === null) return start;
    const range = isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range : null;
    if (!range) return otherwise;
    const { line, col } = this.#places.lines.linePos(range[0]);
    return { line, column: col };
  }
}

const isMergeKey = ({ key }: Pair): boolean =>
  isScalar(key) && key.value === '<<' && key.type === 'PLAIN';

const textOf = ({ value, source }: Scalar): string | null => {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return source ?? String(value);
  return null;
};
