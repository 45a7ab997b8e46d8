/**
 * The configurations whose paths are walked. Between them they take every branch that
 * a definition decides. A shape is plain data with placeholders for what a world
 * provides: programs and a directory.
 */
import type { CommandSpec, ServiceSpec } from '../../src/machines/vocabulary.ts';
import { restart, service } from '../support/specs.ts';

/** What a program of a shape is started as; each does nothing but what it is told. */
export type Part = 'main' | 'step' | 'test' | 'health';

/** What a world lends to a shape. */
export interface Place {
  readonly directory: string;
  command(part: Part): CommandSpec;
}

const hour = 3_600_000;

/** Told apart by their length, so that a clock moved by hand knows which timer it lets run off. */
export const waits = {
  settle: hour + 1,
  pidFileWait: hour + 2,
  readinessWait: hour + 3,
  stopWait: hour + 4,
  stopReadyWait: hour + 5,
  sweepWait: hour + 6,
  killWait: hour + 7,
  backoff: hour + 8,
} as const;

export const shapeNames = [
  'plain',
  'ready',
  'notify',
  'forking',
  'writing',
  'oneshot',
  'prepared',
  'foreign',
] as const;
export type ShapeName = (typeof shapeNames)[number];

export function shape(name: ShapeName, place: Place): ServiceSpec {
  return serviceAt(name, place, changes(name, place));
}

export function serviceAt(name: string, place: Place, changes: Partial<ServiceSpec>): ServiceSpec {
  return service(name, {
    command: place.command('main'),
    settleMs: waits.settle,
    restart: restart({ delayMs: waits.backoff }),
    logs: { path: `${place.directory}/log`, maxBytes: 1e6, maxFiles: 1, errorLog: null },
    lifeline: lifelineIn(place),
    ...changes,
  });
}

export const lifelineIn = ({ directory }: Place): string => `${directory}/lifeline`;
export const pidFileIn = ({ directory }: Place): string => `${directory}/main.pid`;
export const readyFileIn = ({ directory }: Place): string => `${directory}/ready`;

function changes(name: ShapeName, place: Place): Partial<ServiceSpec> {
  const stop = stopOf({});
  const pidFile = { path: pidFileIn(place), waitMs: waits.pidFileWait };
  switch (name) {
    case 'plain':
    case 'foreign':
      return { stop };
    case 'ready':
      return {
        pidFile,
        ready: readiness({ kind: 'file', path: readyFileIn(place) }),
        stop: stopOf({ waitReadyMs: waits.stopReadyWait, times: 2 }),
        health: health(place, 1, 'restart'),
      };
    case 'notify':
      return {
        type: 'notify',
        ready: readiness({ kind: 'notify' }),
        stop: stopOf({ waitReadyMs: waits.stopReadyWait }),
        health: health(place, 1, 'none'),
      };
    case 'forking':
      return { type: 'forking', pidFile, stop };
    case 'writing':
      return {
        ...{ pidFile, stop, settleMs: 0 },
        ...{ health: health(place, 2, 'none'), reload: reload(place) },
      };
    case 'oneshot':
      return { type: 'oneshot', stop };
    case 'prepared':
      return { stop, prepare: [preparation(place)], reload: reload(place) };
  }
}

export function stopOf({ waitReadyMs = 0, times = 1 }): ServiceSpec['stop'] {
  return {
    steps: Array.from({ length: times }, () => ({ signal: 'SIGTERM', waitMs: waits.stopWait })),
    scope: 'process',
    sweepMs: waits.sweepWait,
    killWaitMs: waits.killWait,
    waitReadyMs,
  };
}

export function readiness(check: NonNullable<ServiceSpec['ready']>['check']): ServiceSpec['ready'] {
  return { check, ownsListener: false, everyMs: 1, tryMs: hour, timeoutMs: waits.readinessWait };
}

/** Each look is a program that waits to be told what to find. */
function health(place: Place, retries: number, onFailure: 'restart' | 'none') {
  const check = { kind: 'exec', command: place.command('health') } as const;
  return { check, everyMs: 1, tryMs: hour, retries, startPeriodMs: 0, onFailure };
}

const reload = (place: Place): ServiceSpec['reload'] => ({
  test: place.command('test'),
  by: { signal: 'SIGHUP' },
});

export const preparation = (place: Place): ServiceSpec['prepare'][number] => ({
  name: 'step',
  unlessExists: null,
  directories: [],
  files: [],
  command: place.command('step'),
  staging: null,
  removeStale: [],
  owner: null,
  timeoutMs: hour,
});
