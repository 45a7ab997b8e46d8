/** Facts in a few words, the same wherever they are shown. */
import { describeExit } from '../actors/outcome.ts';
import type { ServiceView, Verdict } from '../machines/protocol.ts';
import type { Exit, Failure, StopOutcome } from '../machines/vocabulary.ts';

/** `850 ms`, `12 s`, `3 min 20 s`, `2 h 5 min`, `4 d 3 h`: at most two units. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 60_000) return `${trim(ms / 1_000)} s`;
  const units = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['min', 60_000],
    ['s', 1_000],
  ] as const;
  const parts: string[] = [];
  let rest = ms;
  for (const [unit, size] of units) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count} ${unit}`);
  }
  return parts.slice(0, 2).join(' ');
}

const trim = (seconds: number): string =>
  seconds < 10 ? String(Math.round(seconds * 10) / 10) : String(Math.round(seconds));

export function failureMessage(failure: Failure): string {
  switch (failure.kind) {
    case 'not-prepared':
      return `its step "${failure.step}" failed: ${failure.reason}`;
    case 'not-spawned':
      return `it could not be started: ${failure.reason}`;
    case 'exited-while-starting':
      return `it ${describeExit(failure.exit)} before it was ready`;
    case 'no-pid-file':
      return `there is no usable pid file at ${failure.path}: ${failure.reason}`;
    case 'not-ready':
      return `it was not ready within ${duration(failure.afterMs)}: ${failure.reason}`;
    case 'unhealthy':
      return `it missed ${failure.misses} health checks: ${failure.reason}`;
    case 'exited':
      return `it ${describeExit(failure.exit)}`;
    case 'vanished':
      return 'it ended while no manager was watching';
    case 'intensity-exceeded':
      return `"${failure.member}" was restarted ${failure.restarts} times, which is more than its group allows`;
    case 'defect':
      return `a defect in drover: ${failure.reason}`;
  }
}

/** `exited with code 1`, `ended by SIGKILL`. */
export const exitMessage = (exit: Exit): string => describeExit(exit);

export function stopMessage(stop: StopOutcome | null): string {
  if (stop === null) return 'stopped';
  if (stop.killed) return `killed after ${duration(stop.tookMs)}`;
  return `stopped by ${stop.by ?? 'itself'} in ${duration(stop.tookMs)}`;
}

export function readyMessage({ status, adopted, startedAt, readyAt }: ServiceView): string {
  if (status === 'completed') return 'completed';
  // Others were waited for longer than it stayed up.
  if (status !== 'running') return `was ready, and is ${status} now`;
  if (adopted) return 'adopted';
  return startedAt === null || readyAt === null
    ? 'running'
    : `ready in ${duration(readyAt - startedAt)}`;
}

export function verdictMessage(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'restart':
      return verdict.delayMs > 0 ? `restarts in ${duration(verdict.delayMs)}` : 'restarts at once';
    case 'rest':
      return 'has done its work';
    case 'giveUp':
      return `is given up: ${verdict.why}`;
  }
}
