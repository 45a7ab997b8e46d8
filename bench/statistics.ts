/** Sums up what several rounds have found. */

export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
  readonly count: number;
}

/** By the nearest rank: always one of the numbers. */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((one, other) => one - other);
  const rank = Math.max(1, Math.ceil(share * sorted.length));
  return sorted[rank - 1] ?? Number.NaN;
}

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((one, other) => one - other);
  const half = sorted.length / 2;
  const below = sorted[Math.ceil(half) - 1] ?? Number.NaN;
  return (below + (sorted[Math.floor(half)] ?? Number.NaN)) / 2;
}

export function spreadOf(numbers: readonly number[]): Spread {
  return {
    median: median(numbers),
    least: Math.min(...numbers),
    most: Math.max(...numbers),
    count: numbers.length,
  };
}

/** Round by round, so that what disturbed a round disturbed both. */
export function ratios(ours: readonly number[], theirs: readonly number[]): readonly number[] {
  return ours
    .slice(0, theirs.length)
    .map((one, index) => one / (theirs[index] ?? Number.NaN))
    .filter(Number.isFinite);
}
