/**
 * Asks whether what answered is the service itself: the last question of every check
 * that goes to a socket, since an old copy or a stranger answers just as well.
 */
import type { Endpoint } from '../../machines/vocabulary.ts';
import type { Listeners } from '../listeners.ts';
import type { CheckContext } from '../port.ts';
import type { Attempt } from './attempt.ts';

export function passIfOurs(
  attempt: Attempt,
  at: Endpoint,
  { listenerOf }: CheckContext,
  listeners: Listeners,
): void {
  if (listenerOf === null || attempt.isOver) return attempt.pass();
  attempt.try(() => {
    const cancel = listeners.doubt(at, listenerOf, (doubt) => {
      if (doubt === null) attempt.pass();
      else attempt.miss(doubt);
    });
    attempt.atEnd(cancel);
  });
}
