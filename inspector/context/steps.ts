/** The steps of one actor, and its context after each of them. Pure: reads a history. */
import type { Plain, StateRecord } from '../../src/inspection/protocol.ts';
import type { History } from '../model/history.ts';

export interface Steps {
  readonly states: readonly StateRecord[];
}

export function stepsOf(
  past: Pick<History, 'recordsOf' | 'state' | 'first'>,
  actor: number,
): Steps {
  const states = past.recordsOf(actor).filter((one): one is StateRecord => one.kind === 'state');
  const before = past.state(actor, past.first)?.state ?? null;
  const isEarlier = before !== null && before.seq < (states[0]?.seq ?? Infinity);
  return { states: isEarlier ? [before, ...states] : states };
}

/** A state says its context only where it is another than the one before. */
export function contextAfter({ states }: Steps, index: number): Plain | undefined {
  for (let i = Math.min(index, states.length - 1); i >= 0; i -= 1) {
    const { context } = states[i] ?? {};
    if (context !== undefined) return context;
  }
  return undefined;
}

/** The last step not later than the moment; -1: none. `pinned` chooses among those of one moment. */
export function stepAt(
  { states }: Steps,
  moment: number | null,
  pinned: number | null = null,
): number {
  if (moment === null) return states.length - 1;
  const chosen = states.findIndex(({ seq, at }) => seq === pinned && at === moment);
  return chosen >= 0 ? chosen : states.findLastIndex(({ at }) => at <= moment);
}
