/** Turns what zod finds wrong into problems in our words, with what was perhaps meant. */
import { z } from 'zod';
import { describe } from './field.ts';
import { foreignHint } from './foreign-keys.ts';
import { toCamel } from './keys.ts';
import type { Path, Problems } from './problems.ts';
import { didYouMean } from './suggestion.ts';

type Issue = z.core.$ZodIssue;

/** The value as the schema has it; null when something is wrong, which is then in `problems`. */
export function parseWith<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  path: Path,
  problems: Problems,
  nameKey: (key: string) => string = (key) => key,
): z.output<Schema> | null {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  const report = new Report(schema, path, problems, nameKey);
  for (const issue of result.error.issues) report.issue(issue, []);
  return null;
}

class Report {
  readonly #schema: z.ZodType;
  readonly #base: Path;
  readonly #problems: Problems;
  readonly #nameKey: (key: string) => string;

  constructor(schema: z.ZodType, base: Path, problems: Problems, nameKey: (key: string) => string) {
    this.#schema = schema;
    this.#base = base;
    this.#problems = problems;
    this.#nameKey = nameKey;
  }

  issue(issue: Issue, above: readonly PropertyKey[]): void {
    const path = [...above, ...issue.path];
    switch (issue.code) {
      case 'unrecognized_keys':
        for (const key of issue.keys) this.#unknownKey(key, path);
        return;
      case 'invalid_union':
        for (const inner of likeliest(issue.errors)) this.issue(inner, path);
        return;
      case 'custom':
        return this.#add(path, issue.message, suggestionOf(issue.params));
      default:
        return this.#add(path, message(issue), null);
    }
  }

  #unknownKey(key: string, path: readonly PropertyKey[]): void {
    const known = keysAt(this.#schema, path).map(this.#nameKey);
    const place = placeOf([...this.#base, ...path]);
    const suggestion =
      (place === null ? null : foreignHint(key, place)) ??
      didYouMean(this.#nameKey(toCamel(key)), known) ??
      (known.length === 0 ? null : `there are ${known.join(', ')}`);
    const full = [...this.#base, ...asPath([...path, key])];
    this.#problems.add(full, 'is not a known key', suggestion, 'key');
  }

  #add(path: readonly PropertyKey[], text: string, suggestion: string | null): void {
    this.#problems.add([...this.#base, ...asPath(path)], text, suggestion);
  }
}

/** Where keys of other supervisors are expected. */
function placeOf(path: readonly PropertyKey[]): 'top' | 'service' | null {
  if (path.length === 0) return 'top';
  const isService = path.length === 2 && path[0] === 'services';
  return isService || (path.length === 1 && path[0] === 'defaults') ? 'service' : null;
}

/** Of the ways a value may be written, the one that was meant: where it fails the deepest. */
function likeliest(branches: readonly (readonly Issue[])[]): readonly Issue[] {
  const inside = branches.filter((issues) => !issues.some(isAboutTheWhole));
  const [deep] = inside;
  if (deep !== undefined) return deep;
  const words = branches.flat().find(({ code }) => code === 'custom');
  return words === undefined ? (branches[0]?.slice(0, 1) ?? []) : [words];
}

const isAboutTheWhole = ({ path, code }: Issue): boolean =>
  path.length === 0 && code !== 'unrecognized_keys';

function message(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type': {
      const kind = kinds[issue.expected] ?? issue.expected;
      if (issue.input === undefined) return `is missing: it must be ${kind}`;
      return `must be ${kind}, not ${describe(issue.input)}`;
    }
    case 'invalid_value':
      return `must be ${issue.values.map(String).join(' or ')}, not ${describe(issue.input)}`;
    case 'too_small':
      return 'must not be empty';
    default:
      return issue.message;
  }
}

const kinds: Readonly<Record<string, string>> = {
  object: 'a map',
  record: 'a map',
  array: 'a list',
  string: 'a text',
  number: 'a number',
};

const asPath = (path: readonly PropertyKey[]): Path =>
  path.map((part) => (typeof part === 'number' ? part : String(part)));

function suggestionOf(params: unknown): string | null {
  const isOurs = typeof params === 'object' && params !== null && 'suggestion' in params;
  return isOurs && typeof params.suggestion === 'string' ? params.suggestion : null;
}

/** The keys that a map at this place may have. */
export function keysAt(schema: unknown, path: readonly PropertyKey[]): readonly string[] {
  const [next, ...rest] = path;
  if (schema instanceof z.ZodOptional) return keysAt(schema.unwrap(), path);
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((one) => keysAt(one, path));
  if (schema instanceof z.ZodObject) {
    return next === undefined
      ? Object.keys(schema.shape)
      : keysAt(schema.shape[String(next)], rest);
  }
  if (next === undefined) return [];
  if (schema instanceof z.ZodArray) return keysAt(schema.element, rest);
  return schema instanceof z.ZodRecord ? keysAt(schema.valueType, rest) : [];
}
