/**
 * One value that a user writes, with a parser of our own behind a zod type: so
 * that each message says what was wrong in our words and what to write instead.
 */
import { z } from 'zod';

/** What a parser answers to a value that it has no use for. */
export class Complaint {
  readonly message: string;
  readonly suggestion: string | null;

  constructor(message: string, suggestion: string | null = null) {
    this.message = message;
    this.suggestion = suggestion;
  }
}

/** `json` is what the JSON Schema for editors says about it. */
export const field = <In, Out>(
  json: Readonly<Record<string, unknown>>,
  parse: (value: unknown) => Out | Complaint,
) =>
  z
    .custom<In>()
    .transform((value, context): Out => {
      const parsed = parse(value);
      if (!(parsed instanceof Complaint)) return parsed;
      const { message, suggestion } = parsed;
      context.addIssue({ code: 'custom', message, params: { suggestion } });
      return z.NEVER;
    })
    .meta({ ...json });

/** `a list`, `the number 5`: how a wrong value is called in a message. */
export function describe(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  if (typeof value === 'string') return `the text "${shorten(value)}"`;
  return `the ${typeof value} ${String(value)}`;
}

export const must = (be: string, value: unknown, suggestion: string | null = null): Complaint =>
  new Complaint(
    value === undefined ? `is missing: it must be ${be}` : `must be ${be}, not ${describe(value)}`,
    suggestion,
  );

const shorten = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}…` : text);
