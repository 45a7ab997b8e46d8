/**
 * Gives back what a burst of work has left in the heap, once the daemon has come to rest.
 * V8 would do so by itself, but only if it happens to have collected its old generation before.
 */
import type { Observable } from 'rxjs';
import type { Cancel, Clock } from '../kernel/port.ts';

/** V8 keeps the room for young objects while it was used within the last five seconds. */
const restMs = 6_000;
/** A collection keeps the daemon for as long as some hundred events do. */
const worthwhile = 200;

/** `collect` is called when nothing has happened for a while, if enough had happened before. */
export function tidyAtRest(work$: Observable<unknown>, clock: Clock, collect: () => void): Cancel {
  let events = 0;
  let lastAt = 0;
  let timer: unknown = null;
  const wait = (ms: number) => {
    timer = clock.setTimeout(look, ms);
  };
  const look = () => {
    timer = null;
    const leftMs = lastAt + restMs - clock.now();
    if (leftMs > 0) return wait(leftMs);
    events = 0;
    collect();
  };
  const working = work$.subscribe(() => {
    events += 1;
    lastAt = clock.now();
    if (events >= worthwhile && timer === null) wait(restMs);
  });
  return () => {
    working.unsubscribe();
    clock.clearTimeout(timer);
  };
}

/** V8 gives back what this frees by itself, a few seconds later. Nothing without `--expose-gc`. */
export function collectGarbage(): void {
  globalThis.gc?.();
}
