/** Where a step back or forward through time leads. Pure: reads a history. */
import type { StateRecord } from '../../src/inspection/protocol.ts';
import type { History } from '../model/history.ts';

export type Direction = 'back' | 'forward';
export type Past = Pick<History, 'records' | 'recordsOf' | 'countUntil' | 'first'>;

/** To the next moment at which anything happened; null: there is none. `from` null: from now. */
export function stepByRecord(past: Past, from: number | null, to: Direction): number | null {
  const { records } = past;
  const at = from ?? records.at(-1)?.at ?? past.first;
  const after = past.countUntil(at);
  if (to === 'forward') return records[after]?.at ?? null;
  for (let i = after - 1; i >= 0; i -= 1) {
    const one = records[i];
    if (one !== undefined && one.at < at) return one.at;
  }
  return at > past.first ? past.first : null;
}

/** To the end of the next macrostep of one actor; null: there is none. */
export function stepByState(
  past: Past,
  actor: number,
  from: number | null,
  to: Direction,
): number | null {
  const states = past.recordsOf(actor).filter((one): one is StateRecord => one.kind === 'state');
  if (to === 'forward') {
    return from === null ? null : (states.find(({ at }) => at > from)?.at ?? null);
  }
  // Live it stands at its last step, and the one before that is the first to go back to.
  const at = from ?? states.at(-1)?.at ?? -Infinity;
  const last = states.findLast((one) => one.at <= at);
  return states.findLast((one) => one.at < (last?.at ?? -Infinity))?.at ?? null;
}
