/**
 * Reads plain JSON as the reader of YAML would, in a tenth of its time. It knows no places and
 * has no words for what is wrong.
 */
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

/** Stands for whatever the reader of YAML must say something about, or may read otherwise. */
export const doubtful = Symbol('doubtful');

export function readJson(content: string, variables: Variables): unknown {
  const json = parse(content);
  if (json === doubtful || !isAsWritten(content, json)) return doubtful;
  return new JsonReader(variables).read(json);
}

function parse(content: string): unknown {
  // The line breaks of an old Macintosh are white space to one of them only.
  if (!/^\s*\{/.test(content) || /\r(?!\n)/.test(content)) return doubtful;
  try {
    return JSON.parse(content);
  } catch {
    return doubtful;
  }
}

/** JSON.parse keeps the last of two equal keys, and nothing of how a number was written. */
function isAsWritten(content: string, json: unknown): boolean {
  const bones = content.replace(/"(?:[^"\\]|\\.)*"/g, '"');
  const numbers = bones.match(/-?\d[\d.eE+-]*/g) ?? [];
  const keys = bones.split(':').length - 1;
  return keys === countKeys(json, 0) && numbers.every((one) => String(Number(one)) === one);
}

function countKeys(value: unknown, depth: number): number {
  if (depth > deepest) return Number.NaN;
  if (typeof value !== 'object' || value === null) return 0;
  const parts: readonly unknown[] = Object.values(value);
  let keys = Array.isArray(value) ? 0 : parts.length;
  for (const part of parts) keys += countKeys(part, depth + 1);
  return keys;
}

class JsonReader {
  readonly #variables: Variables;
  #isDoubtful = false;

  constructor(variables: Variables) {
    this.#variables = variables;
  }

  read(json: unknown): unknown {
    const config = this.#value(json, 'fields', '', true);
    return this.#isDoubtful ? doubtful : config;
  }

  /** `key`: the nearest above that is the name of something. */
  #value(value: unknown, kind: MapKind, key: string, isTop = false): unknown {
    if (Array.isArray(value)) return value.map((item) => this.#value(item, kind, key));
    if (typeof value === 'object' && value !== null) return this.#map(value, kind, isTop);
    if (value !== null && (kind === 'free' || octalKeys.has(key))) return this.#text(String(value));
    if (typeof value === 'string') return this.#text(value);
    if (typeof value === 'number' && value !== 0 && durationKeys.has(key)) this.#isDoubtful = true;
    return value;
  }

  #map(map: object, kind: MapKind, isTop: boolean): Record<string, unknown> {
    const result: Record<string, unknown> = {};
    for (const [written, value] of Object.entries(map)) {
      const key = kind === 'fields' ? keyOf(written) : written;
      if (forbiddenKeys.has(written) || Object.hasOwn(result, key)) this.#isDoubtful = true;
      else if (isTop && written.startsWith('x-')) continue;
      else result[key] = this.#value(value, kindBehind(kind, key), key);
    }
    return result;
  }

  #text(text: string): string {
    const result = interpolate(text, this.#variables);
    if (!(result instanceof Complaint)) return result;
    this.#isDoubtful = true;
    return text;
  }
}
