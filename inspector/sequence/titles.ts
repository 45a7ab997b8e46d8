/** What an arrow of a sequence is called, for those who see it and those who hear it. */
import type { EventRecord } from '../../src/inspection/protocol.ts';
import { history } from '../model/session.ts';
import { familyOf, stateName } from '../model/words.ts';
import { clockTime } from '../shell/time.ts';
import { nameOf } from '../why/sentences.ts';
import { brief, clip, eventName } from '../why/words.ts';
import type { Row } from './rows.ts';
import { rowOf } from './state.ts';

/** Of what goes on inside one column, also who says it. */
export function titleOf({ record }: Row, isLoop: boolean): string {
  const whole = nameWith(record);
  if (!isLoop || record.source === record.actor || record.source === null) return whole;
  const past = history.peek();
  const [source, actor] = [past.actor(record.source), past.actor(record.actor)];
  if (source?.parent === record.actor) return `${source.id}: ${whole}`;
  return actor?.parent === record.source ? `${whole} → ${actor.id}` : whole;
}

/** Whoever watches an actor is told its state, which says more than that it was told. */
function nameWith({ event, cause }: EventRecord): string {
  if (event.type.startsWith('xstate.snapshot.')) {
    const state = cause === null ? null : (rowOf(cause)?.after ?? null);
    return state === null ? 'its state' : `is ${leafOf(stateName(state))}`;
  }
  const more = clip(brief(event), 26);
  return more === '' ? eventName(event.type) : `${eventName(event.type)} (${more})`;
}

/** The actor that it is about has crashed, or worse. */
export function tellsBadNews({ record: { event, cause } }: Row): boolean {
  if (cause === null || !event.type.startsWith('xstate.snapshot.')) return false;
  const leaf =
    stateName(rowOf(cause)?.after ?? null)
      .split('.')
      .at(-1) ?? '';
  return familyOf(leaf) === 'bad';
}

/** The last two names of a path: `awaitingReady.probing`. */
const leafOf = (path: string): string => path.split('.').slice(-2).join('.');

export function describe({ record, outcome, after }: Row): string {
  const naming = (n: number) => history.peek().actor(n);
  const who = `${nameOf(record.source, naming)} to ${nameOf(record.actor, naming)}`;
  const became = {
    waiting: 'not handled yet',
    taken: after === null ? 'handled' : `then in ${stateName(after)}`,
    ignored: after === null ? 'ignored' : `ignored in ${stateName(after)}`,
    broke: 'and it broke',
  }[outcome];
  return `${clockTime(record.at)}, ${who}: ${eventName(record.event.type)}, ${became}`;
}
