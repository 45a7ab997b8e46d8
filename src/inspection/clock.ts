/** The time of records: counted on a monotonic clock from one look at the calendar on. */
import type { AnyActorRef } from 'xstate';

interface Clock {
  now(): number;
  wall(): number;
}

/** Of the system that an actor runs on, where its clock can tell; else the host's. */
export function timeOf(actor: AnyActorRef | null): () => number {
  const clock = (actor as { readonly clock?: unknown } | null)?.clock;
  if (!isClock(clock)) return () => performance.timeOrigin + performance.now();
  const origin = clock.wall() - clock.now();
  return () => origin + clock.now();
}

/** The kernel's clock, which gives XState its timers, is one; XState's own is not. */
function isClock(clock: unknown): clock is Clock {
  if (typeof clock !== 'object' || clock === null) return false;
  return 'wall' in clock && 'now' in clock && typeof clock.wall === 'function';
}
