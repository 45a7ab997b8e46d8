/** Whether what crashed comes back, and when. Pure arithmetic on times and a draw of chance. */
import type { Verdict } from './protocol.ts';
import type { Exit, Failure, RestartSpec } from './vocabulary.ts';

export interface Crash {
  readonly failure: Failure | null;
  /** How long it had been ready when it crashed; null if it never was. */
  readonly readyForMs: number | null;
  readonly at: number;
  readonly chance: number;
}

export interface History {
  /** When it was restarted earlier, oldest first; bounded by the intensity. */
  readonly restarts: readonly number[];
  /** How many restarts in a row were not followed by a healthy time. */
  readonly streak: number;
}

export const noHistory: History = { restarts: [], streak: 0 };

/** At most `intensity` restarts within one period, as in OTP; each delay longer than the last. */
export function judge(
  policy: RestartSpec,
  history: History,
  crash: Crash,
): { readonly verdict: Verdict; readonly history: History } {
  const refusal = refuse(policy, crash.failure);
  if (refusal !== null) return { verdict: refusal, history };

  const recent = recentRestarts(history.restarts, policy.periodMs, crash.at);
  if (recent.length >= policy.intensity) {
    return { verdict: { kind: 'giveUp', why: exceeded(policy) }, history };
  }
  const streak = hasRecovered(policy, crash) ? 0 : history.streak;
  return {
    verdict: { kind: 'restart', delayMs: delayOf(policy, streak, crash.chance) },
    history: { restarts: [...recent, crash.at], streak: streak + 1 },
  };
}

export function recentRestarts(
  restarts: readonly number[],
  periodMs: number,
  at: number,
): readonly number[] {
  // One that lies ahead is of another boot, whose clock was another.
  return restarts.filter((time) => time > at - periodMs && time <= at);
}

/** `factor` times longer after each restart in a row, up to the cap, give or take the jitter. */
export function delayOf(policy: RestartSpec, streak: number, chance: number): number {
  // Infinite growth times no delay would be no number.
  const growth = Math.min(policy.factor ** streak, Number.MAX_VALUE);
  const grown = Math.min(policy.delayMs * growth, policy.maxDelayMs);
  return Math.max(0, Math.round(grown * (1 + policy.jitter * (2 * chance - 1))));
}

function refuse(policy: RestartSpec, failure: Failure | null): Verdict | null {
  const exit = exitOf(failure);
  if (policy.type !== 'permanent' && isSuccess(policy, exit)) return { kind: 'rest' };
  if (policy.type === 'temporary') return { kind: 'giveUp', why: 'it is never restarted' };
  if (exit?.code != null && policy.fatalExitCodes.includes(exit.code)) {
    return { kind: 'giveUp', why: `exit code ${exit.code} is declared fatal` };
  }
  return null;
}

function isSuccess(policy: RestartSpec, exit: Exit | null): boolean {
  return exit?.code != null && policy.successExitCodes.includes(exit.code);
}

function exitOf(failure: Failure | null): Exit | null {
  return failure !== null && 'exit' in failure ? failure.exit : null;
}

function hasRecovered(policy: RestartSpec, crash: Crash): boolean {
  return crash.readyForMs !== null && crash.readyForMs >= policy.resetAfterMs;
}

function exceeded({ intensity, periodMs }: RestartSpec): string {
  return `it was restarted ${intensity} times within ${periodMs / 1000} s`;
}
