/** The laws of judging a crash: the window, the delay, and who comes back at all. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Crash,
  delayOf,
  type History,
  judge,
  noHistory,
  recentRestarts,
} from '../../src/machines/restart.ts';
import type { RestartSpec } from '../../src/machines/vocabulary.ts';
import { law, patience } from './settings.ts';

const codes = fc.constantFrom(0, 1, 2, 78, 143);
const policies: fc.Arbitrary<RestartSpec> = fc.record({
  type: fc.constantFrom('permanent', 'transient', 'temporary'),
  intensity: fc.nat(6),
  periodMs: fc.integer({ min: 1, max: 10_000 }),
  delayMs: fc.nat(5_000),
  factor: fc.double({ min: 1, max: 1_000, noNaN: true }),
  maxDelayMs: fc.nat(60_000),
  jitter: fc.double({ min: 0, max: 1, noNaN: true }),
  resetAfterMs: fc.nat(20_000),
  successExitCodes: fc.uniqueArray(codes),
  fatalExitCodes: fc.uniqueArray(codes),
});
const always: fc.Arbitrary<RestartSpec> = policies.map((policy) => ({
  ...policy,
  type: 'permanent',
  fatalExitCodes: [],
}));

const chances = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
/** Times between crashes, many of them at the very edges of a period. */
const gaps = fc.array(
  fc.tuple(fc.constantFrom(0, 0.1, 0.25, 0.5, 1), fc.constantFrom(-1, 0, 0, 1), fc.nat(50)),
  { maxLength: 40, size: 'max' },
);
type Gaps = readonly (readonly [share: number, edge: number, more: number])[];
const gapMs = ({ periodMs }: RestartSpec, [share, edge, more]: Gaps[number]): number =>
  Math.max(0, Math.round(periodMs * share) + (share === 0 ? more : edge));
const times = fc.array(fc.nat(20_000), { maxLength: 12 }).map((all) => all.sort((a, b) => a - b));

const crashAt = (at: number, changes: Partial<Crash> = {}): Crash => ({
  ...{ failure: null, readyForMs: null, at, chance: 0.5 },
  ...changes,
});

/** Crashes one after the other, each as soon as it may; answers when it was restarted. */
function live(policy: RestartSpec, between: Gaps) {
  let history: History = noHistory;
  let at = 0;
  const restarts: number[] = [];
  for (const gap of between) {
    at += gapMs(policy, gap);
    const judged = judge(policy, history, crashAt(at));
    if (judged.verdict.kind !== 'restart') return { restarts, refusedAt: at };
    history = judged.history;
    restarts.push(at);
  }
  return { restarts, refusedAt: null };
}

/** Counted the slow way: how many of them lie within one period that ends at that time. */
const countUpTo = (all: readonly number[], at: number, periodMs: number): number =>
  all.filter((time) => at - time < periodMs && time <= at).length;

describe('the window of restarts', patience, () => {
  it('never has more than the intensity in it, wherever it is laid', () => {
    law(400, [always, gaps], (policy, between) => {
      const { restarts } = live(policy, between);
      for (const at of restarts) {
        expect(countUpTo(restarts, at, policy.periodMs)).toBeLessThanOrEqual(policy.intensity);
      }
    });
  });

  it('is full whenever it refuses', () => {
    law(400, [always, gaps], (policy, between) => {
      const { restarts, refusedAt } = live(policy, between);
      if (refusedAt === null) return;
      expect(countUpTo(restarts, refusedAt, policy.periodMs)).toBe(policy.intensity);
    });
  });

  it('is the same window at any other time', () => {
    law(300, [policies, times, fc.nat(20_000), fc.nat(1e9)], (policy, restarts, at, by) => {
      const here = judge(policy, { restarts, streak: 1 }, crashAt(at));
      const later = restarts.map((time) => time + by);
      const there = judge(policy, { restarts: later, streak: 1 }, crashAt(at + by));
      expect(there.verdict).toEqual(here.verdict);
      expect(there.history.restarts.map((time) => time - by)).toEqual(here.history.restarts);
    });
  });

  it('does not mind in what order the past is told', () => {
    law(200, [always, times, fc.nat(20_000)], (policy, restarts, at) => {
      const backwards = restarts.toReversed();
      const { verdict } = judge(policy, { restarts, streak: 0 }, crashAt(at));
      expect(judge(policy, { restarts: backwards, streak: 0 }, crashAt(at)).verdict).toEqual(
        verdict,
      );
    });
  });

  it('is never stricter for a shorter past, a shorter period or a higher intensity', () => {
    law(300, [always, times, fc.nat(20_000), fc.nat(12)], (policy, restarts, at, left) => {
      const isLet = (one: RestartSpec, past: readonly number[]): boolean =>
        judge(one, { restarts: past, streak: 0 }, crashAt(at)).verdict.kind === 'restart';
      if (!isLet(policy, restarts)) return;
      expect(isLet(policy, restarts.slice(left))).toBe(true);
      expect(isLet({ ...policy, periodMs: Math.ceil(policy.periodMs / 2) }, restarts)).toBe(true);
      expect(isLet({ ...policy, intensity: policy.intensity + 1 }, restarts)).toBe(true);
    });
  });

  it('keeps no more of the past than can matter, and in its order', () => {
    law(300, [always, gaps], (policy, between) => {
      let history: History = noHistory;
      let at = 0;
      for (const gap of between) {
        at += gapMs(policy, gap);
        const next = judge(policy, history, crashAt(at)).history;
        expect(next.restarts.length).toBeLessThanOrEqual(Math.max(policy.intensity, 0));
        expect(next.restarts).toEqual([...next.restarts].sort((a, b) => a - b));
        history = next;
      }
      expect(recentRestarts(history.restarts, policy.periodMs, at)).toEqual(
        recentRestarts(recentRestarts(history.restarts, policy.periodMs, at), policy.periodMs, at),
      );
    });
  });
});

describe('the delay before a restart', patience, () => {
  const streaks = fc.nat(2_000);

  it('is a whole number of milliseconds that no timer minds, near the cap at most', () => {
    law(400, [policies, streaks, chances], (policy, streak, chance) => {
      const delay = delayOf(policy, streak, chance);
      expect(Number.isSafeInteger(delay)).toBe(true);
      expect(delay).toBeGreaterThanOrEqual(0);
      expect(delay).toBeLessThanOrEqual(Math.ceil(policy.maxDelayMs * (1 + policy.jitter)));
    });
  });

  it('without jitter is the one that grew by the factor, step by step', () => {
    law(300, [policies, fc.nat(40)], (policy, streak) => {
      let grown = policy.delayMs;
      for (let n = 0; n < streak; n += 1) grown = Math.min(grown * policy.factor, 1e12);
      const expected = Math.min(grown, policy.maxDelayMs);
      expect(delayOf({ ...policy, jitter: 0 }, streak, 0.3)).toBeCloseTo(expected, -1);
    });
  });

  it('never shrinks from one restart in a row to the next, nor with a larger draw', () => {
    law(300, [policies, streaks, chances, chances], (policy, streak, one, other) => {
      const [low, high] = one < other ? [one, other] : [other, one];
      expect(delayOf(policy, streak + 1, one)).toBeGreaterThanOrEqual(delayOf(policy, streak, one));
      expect(delayOf(policy, streak, high)).toBeGreaterThanOrEqual(delayOf(policy, streak, low));
    });
  });

  it('begins anew exactly when it was ready for long enough', () => {
    law(300, [always, fc.nat(9), fc.nat(40_000)], (policy, streak, readyForMs) => {
      const crash = crashAt(1e6, { readyForMs });
      const { verdict, history } = judge(
        { ...policy, intensity: 1 },
        { restarts: [], streak },
        crash,
      );
      const counted = readyForMs >= policy.resetAfterMs ? 0 : streak;
      expect(history.streak).toBe(counted + 1);
      expect(verdict).toEqual({ kind: 'restart', delayMs: delayOf(policy, counted, 0.5) });
    });
  });
});

describe('whether it comes back at all', patience, () => {
  const exits = fc.oneof(
    codes.map((code) => ({ code, signal: null })),
    fc.constant({ code: null, signal: 'SIGSEGV' }),
  );

  it('is what the type and the codes say, where the window is empty', () => {
    law(400, [policies, exits], (policy, exit) => {
      const failure = { kind: 'exited', exit } as const;
      const { kind } = judge(
        { ...policy, intensity: 1 },
        noHistory,
        crashAt(0, { failure }),
      ).verdict;
      const isGood = exit.code !== null && policy.successExitCodes.includes(exit.code);
      const isFatal = exit.code !== null && policy.fatalExitCodes.includes(exit.code);
      if (policy.type !== 'permanent' && isGood) expect(kind).toBe('rest');
      else if (policy.type === 'temporary' || isFatal) expect(kind).toBe('giveUp');
      else expect(kind).toBe('restart');
    });
  });

  it('changes nothing of the past unless it restarts', () => {
    law(300, [policies, exits, times, fc.nat(20_000)], (policy, exit, restarts, at) => {
      const past = { restarts, streak: 2 };
      const judged = judge(policy, past, crashAt(at, { failure: { kind: 'exited', exit } }));
      if (judged.verdict.kind === 'restart') expect(judged.history.restarts.at(-1)).toBe(at);
      else expect(judged.history).toEqual(past);
    });
  });
});
