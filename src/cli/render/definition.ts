/** A definition as indented lines, without what was left empty. Pure. */
import { plain } from '../../runtime/sanitize.ts';

/** `stopGraceMs: 5000`, and what is inside of something below it. */
export function definitionLines(definition: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(definition)
    .filter(([key]) => !unimportant.has(key))
    .flatMap(([key, value]) => field(key, value));
}

/** Said elsewhere, or of no use to people. */
const unimportant: ReadonlySet<string> = new Set(['kind', 'name', 'hash', 'description', 'labels']);

function field(key: string, value: unknown): readonly string[] {
  if (isEmpty(value)) return [];
  if (!isInner(value)) return [`${key}: ${leaf(value)}`];
  if (Array.isArray(value)) return [`${key}:`, ...value.flatMap((item) => indented(item))];
  const inner = Object.entries(value).flatMap(([name, field_]) => field(name, field_));
  return inner.length === 0 ? [] : [`${key}:`, ...inner.map((line) => `  ${line}`)];
}

function indented(item: unknown): readonly string[] {
  if (!isInner(item) || Array.isArray(item)) return [`  - ${leaf(item)}`];
  const lines = Object.entries(item).flatMap(([name, value]) => field(name, value));
  return lines.map((line, i) => `  ${i === 0 ? '-' : ' '} ${line}`);
}

/** What does not fit into one line. Words of a command do. */
function isInner(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  return !Array.isArray(value) || value.some((item) => typeof item === 'object');
}

const isEmpty = (value: unknown): boolean =>
  value === null || value === undefined || (Array.isArray(value) && value.length === 0);

const leaf = (value: unknown): string =>
  typeof value === 'string' ? plain(value) : plain(JSON.stringify(value));
