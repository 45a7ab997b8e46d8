/**
 * Timeouts from what was measured. Pure. The rule, as the report says it: ten times the
 * slowest that was seen, at least 10 s for a start and 5 s for a stop, rounded up to a
 * number that people write. What is configured is too short where it is below five times
 * the slowest, and is kept where it is longer and the data was empty, since a full
 * database takes longer than an empty one.
 */
import type { ServiceSpec } from '../../machines/vocabulary.ts';
import { duration } from '../../runtime/wording.ts';
import type { Measured, Proposal, Setting } from './result.ts';

const margin = 10;
const tooTight = 5;
const seconds = [5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600, 900, 1_800, 3_600];

export function proposalsOf(
  spec: ServiceSpec,
  { readyMs, stopMs, isDeaf }: Measured,
  isEmpty: boolean,
): readonly Proposal[] {
  const [step] = spec.stop.steps;
  const startMs = spec.ready?.timeoutMs;
  const start =
    startMs === undefined || readyMs.length === 0
      ? []
      : [
          propose('ready.timeout', startMs, {
            slowest: Math.max(...readyMs),
            least: 10_000,
            isEmpty,
          }),
        ];
  const stop =
    step === undefined || stopMs.length === 0 || isDeaf
      ? []
      : [
          propose('stop.grace_period', step.waitMs, {
            slowest: Math.max(...stopMs),
            least: 5_000,
            isEmpty,
          }),
        ];
  return [...start, ...stop];
}

interface Basis {
  readonly slowest: number;
  readonly least: number;
  /** What it was measured with says little of what it needs in earnest. */
  readonly isEmpty: boolean;
}

function propose(setting: Setting, fromMs: number, { slowest, least, isEmpty }: Basis): Proposal {
  const goodMs = rounded(Math.max(least, slowest * margin));
  const took = `the slowest took ${duration(slowest)}`;
  if (fromMs < slowest * tooTight && fromMs < goodMs) {
    return { setting, fromMs, toMs: goodMs, isChange: true, why: `${took}: too tight` };
  }
  if (isEmpty && fromMs > goodMs) {
    return { setting, fromMs, toMs: fromMs, isChange: false, why: `${took}, with nothing in it` };
  }
  const isChange = fromMs > goodMs;
  return { setting, fromMs, toMs: isChange ? goodMs : fromMs, isChange, why: took };
}

const rounded = (ms: number): number =>
  (seconds.find((one) => one * 1_000 >= ms) ?? Math.ceil(ms / 3_600_000) * 3_600) * 1_000;

/** As it is written into a file: `90s`. */
export const durationText = (ms: number): string =>
  ms % 60_000 === 0 && ms > 120_000
    ? `${ms / 60_000}m`
    : ms % 1_000 === 0
      ? `${ms / 1_000}s`
      : `${ms}ms`;
