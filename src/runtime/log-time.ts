/**
 * When a line was written, as far as it says so itself: services write their logs on
 * their own, so nobody else knows. Pure.
 */

const written =
  /^[^\d]{0,12}(\d{4})[-/](\d{2})[-/](\d{2})[T ](\d{2}):(\d{2}):(\d{2})(?:[.,](\d{1,9}))? ?(Z|UTC|[+-]\d{2}:?\d{2})?/;
/** pino and its like. */
const inJson = /^\{.*?"(?:time|ts|timestamp)":\s*(?:"([^"]+)"|(\d+(?:\.\d+)?))/;

/** Milliseconds since 1970, or null. */
export function timeIn(text: string): number | null {
  const match = written.exec(text);
  if (match !== null) return fromParts(match);
  const [, iso, number] = inJson.exec(text) ?? [];
  if (iso !== undefined) return valid(Date.parse(iso));
  if (number === undefined) return null;
  // Seconds have ten digits before the point for some centuries, milliseconds thirteen.
  const value = Number(number);
  return value < 1e11 ? value * 1_000 : value;
}

function fromParts(match: RegExpExecArray): number | null {
  const [, year, month, day, hours, minutes, seconds, fraction = '0', zone = ''] = match;
  const offset = zone === 'UTC' ? 'Z' : zone;
  const text = `${year}-${month}-${day}T${hours}:${minutes}:${seconds}.${fraction.slice(0, 3)}`;
  return valid(Date.parse(text + offset));
}

const valid = (at: number): number | null => (Number.isNaN(at) ? null : at);

export interface Dated<Line> {
  readonly line: Line;
  /** Of the line itself, or of the last one before it that has a time; null: there is none. */
  readonly at: number | null;
}

/** Lines of several services, each in its own order. */
export function dated<Line extends { readonly service: string; readonly text: string }>(
  lines: readonly Line[],
): readonly Dated<Line>[] {
  const last = new Map<string, number>();
  return lines.map((line) => {
    const at = timeIn(line.text) ?? last.get(line.service) ?? null;
    if (at !== null) last.set(line.service, at);
    return { line, at };
  });
}

/** In the order of time where all say theirs; else as they came. */
export function merged<Line>(lines: readonly Dated<Line>[]): readonly Dated<Line>[] {
  if (lines.some(({ at }) => at === null)) return lines;
  return lines.toSorted((a, b) => (a.at ?? 0) - (b.at ?? 0));
}
