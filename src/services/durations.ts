/** Durations as people write them: `500ms`, `10s`, `1m30s`, `1h`. */

const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

const pattern = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/;
const part = /(\d+(?:\.\d+)?)(ms|s|m|h|d)/g;

/** A hundred years: longer is a typing error, and would lose precision in a clock. */
const longestMs = 36_525 * 86_400_000;

export const durationPattern = pattern.source;
export const durationExamples = 'write for example 500ms, 10s, 1m30s or 1h';

/** null for what is no duration. `0` needs no unit. */
export function parseDuration(text: string): number | null {
  const trimmed = text.trim();
  if (trimmed === '0') return 0;
  if (!pattern.test(trimmed)) return null;
  let total = 0;
  for (const [, amount, unit] of trimmed.matchAll(part)) {
    total += Number(amount) * (unitMs[unit ?? ''] ?? Number.NaN);
  }
  return total <= longestMs ? Math.round(total) : null;
}
