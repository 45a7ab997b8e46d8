/** When a recorded service came back: what a recording without its definition tells of that. Pure. */
import type { RestartSpec } from '../machines/vocabulary.ts';
import { type Role, statusOf } from './role.ts';

type Delays = Pick<RestartSpec, 'delayMs' | 'factor' | 'maxDelayMs'>;

/** Waits that differ by less are taken to be the same wait, measured twice. */
const grows = 1.2;

/** As it was seen to wait; nothing where it never came back. */
export function delaysOf({ states }: Role): Partial<Delays> {
  const waits = states.flatMap((state, i) => {
    if (statusOf(state) !== 'backoff') return [];
    const next = states.slice(i + 1).find((one) => statusOf(one) === 'starting');
    return next === undefined ? [] : [Math.max(1, Math.round(next.at - state.at))];
  });
  const [first, second = first] = waits;
  if (first === undefined || second === undefined) return {};
  const factor = second / first < grows ? 1 : second / first;
  const delayMs = factor === 1 ? median(waits) : first;
  return { delayMs, factor, maxDelayMs: Math.max(...waits) };
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}
