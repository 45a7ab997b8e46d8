/** The service that a script is about. */
import type { ServiceSpec } from '../../../src/machines/vocabulary.ts';
import {
  type Place,
  pidFileIn,
  preparation,
  readiness,
  readyFileIn,
  serviceAt,
  stopOf,
  waits,
} from '../shapes.ts';
import type { Cast } from './moves.ts';

export function specOf(cast: Cast, place: Place): ServiceSpec {
  const check =
    cast.ready === 'file'
      ? ({ kind: 'file', path: readyFileIn(place) } as const)
      : ({ kind: 'notify' } as const);
  const test = cast.reload === 'test' ? place.command('test') : null;
  return serviceAt('script', place, {
    type: cast.type,
    pidFile: cast.hasPidFile ? { path: pidFileIn(place), waitMs: waits.pidFileWait } : null,
    ready: cast.ready === null ? null : readiness(check),
    reload: cast.reload === null ? null : { test, by: { signal: 'SIGHUP' } },
    prepare: cast.prepares ? [preparation(place)] : [],
    stop: {
      ...stopOf({ waitReadyMs: cast.waitsReady ? waits.stopReadyWait : 0, times: cast.steps }),
      scope: cast.scope,
    },
  });
}
