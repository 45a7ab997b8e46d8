/**
 * What the checks need of the kernel that they are a part of. Types only.
 */

import type { Listeners } from '../listeners.ts';
import type { CheckContext, Clock, Kernel } from '../port.ts';
import type { Attempt } from './attempt.ts';

export interface CheckDependencies {
  readonly clock: Clock;
  readonly run: Kernel['run'];
  readonly listeners: Listeners;
}

/** Begins to ask; everything else is told to the attempt. */
export type Ask<SomeCheck> = (
  attempt: Attempt,
  check: SomeCheck,
  context: CheckContext,
  dependencies: CheckDependencies,
) => void;
