/** A stretch of time on a screen: nearer, farther, to and fro, and where the marks of an axis are. */

export interface Range {
  readonly from: number;
  readonly until: number;
}

const shortestMs = 5;

/** By a factor (below 1: nearer) about a moment that stays where it is; never beyond the bounds. */
export function zoomed(range: Range, factor: number, about: number, bounds: Range): Range {
  const longest = Math.max(shortestMs, bounds.until - bounds.from);
  const span = Math.min(longest, Math.max(shortestMs, (range.until - range.from) * factor));
  const share = (about - range.from) / (range.until - range.from || 1);
  return within({ from: about - span * share, until: about + span * (1 - share) }, bounds);
}

export function panned({ from, until }: Range, byMs: number, bounds: Range): Range {
  return within({ from: from + byMs, until: until + byMs }, bounds);
}

/** As long as it is, where that is possible. */
export function within({ from, until }: Range, bounds: Range): Range {
  const span = until - from;
  if (span >= bounds.until - bounds.from) return bounds;
  if (from < bounds.from) return { from: bounds.from, until: bounds.from + span };
  if (until > bounds.until) return { from: bounds.until - span, until: bounds.until };
  return { from, until };
}

const steps = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((s) => s * 1_000),
  ...[1, 2, 5, 10, 15, 30].map((m) => m * 60_000),
  ...[1, 2, 3, 6, 12, 24].map((h) => h * 3_600_000),
];

export interface Ticks {
  readonly stepMs: number;
  readonly at: readonly number[];
}

/** Round moments, no nearer to each other than so many pixels. */
export function ticksOf({ from, until }: Range, width: number, apart = 90): Ticks {
  const least = ((until - from) / Math.max(1, width)) * apart;
  const stepMs = steps.find((step) => step >= least) ?? Math.ceil(least / 86_400_000) * 86_400_000;
  const zone = new Date(from).getTimezoneOffset() * 60_000;
  const first = Math.ceil((from - zone) / stepMs) * stepMs + zone;
  const at: number[] = [];
  for (let one = first; one <= until && at.length < 200; one += stepMs) at.push(one);
  return { stepMs, at };
}
