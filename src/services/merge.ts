/**
 * Decides what holds where a service, its preset and the defaults each say
 * something: the service before its preset, the preset before the defaults.
 */
import type {
  DefaultFields,
  ReadyFields,
  RestartFields,
  ServiceFields,
  StopFields,
} from './definition.ts';
import type { Path, Problems } from './problems.ts';

type Aliases = 'workingDir' | 'env' | 'stopSignal' | 'stopGracePeriod' | 'reloadSignal';

/** With one way of writing each thing. */
export type PlainFields = Omit<ServiceFields, Aliases | 'restart' | 'stop'> & {
  readonly restart?: RestartFields | undefined;
  readonly stop?: StopFields | undefined;
};

/** Of everything that was said about one service, what holds. */
export type MergedFields = Omit<PlainFields, 'stop'> & {
  /** Least important first; the stop sequence is made of all of them. */
  readonly stops: readonly StopFields[];
};

/** Replaces the short forms by the long ones. */
export function simplify(
  fields: ServiceFields | DefaultFields,
  path: Path,
  problems: Problems,
): PlainFields {
  const all: ServiceFields = fields;
  const { workingDir, env, stopSignal, stopGracePeriod, reloadSignal, restart, ...rest } = all;
  refuseBoth(all, path, problems);
  const stop = {
    ...rest.stop,
    ...(stopSignal === undefined ? {} : { signal: stopSignal }),
    ...(stopGracePeriod === undefined ? {} : { gracePeriod: stopGracePeriod }),
  };
  return {
    ...rest,
    ...(workingDir === undefined ? {} : { cwd: workingDir }),
    ...(env === undefined ? {} : { environment: env }),
    ...(Object.keys(stop).length === 0 ? {} : { stop }),
    ...(reloadSignal === undefined ? {} : { reload: { signal: reloadSignal } }),
    ...(restart === undefined
      ? {}
      : { restart: typeof restart === 'string' ? { policy: restart } : restart }),
  };
}

function refuseBoth(fields: ServiceFields, path: Path, problems: Problems): void {
  const refuse = (long: string, a: unknown, short: string, b: unknown): void => {
    if (a === undefined || b === undefined) return;
    const other = problems.nameOf([...path, ...long.split('.')]);
    problems.add([...path, short], `says the same as ${other}`, 'leave one of them out', 'key');
  };
  refuse('cwd', fields.cwd, 'workingDir', fields.workingDir);
  refuse('environment', fields.environment, 'env', fields.env);
  refuse('stop.signal', fields.stop?.signal, 'stopSignal', fields.stopSignal);
  refuse('stop.gracePeriod', fields.stop?.gracePeriod, 'stopGracePeriod', fields.stopGracePeriod);
  refuse('reload', fields.reload, 'reloadSignal', fields.reloadSignal);
}

/** Least important first. */
export function merge(layers: readonly PlainFields[]): MergedFields {
  const { stop: _, ...merged } = layers.reduce(lay, {});
  return { ...merged, stops: layers.flatMap(({ stop }) => (stop === undefined ? [] : [stop])) };
}

function lay(below: PlainFields, above: PlainFields): PlainFields {
  return {
    ...below,
    ...above,
    ...joined('environment', below, above),
    ...joined('labels', below, above),
    ...joined('limits', below, above),
    ...joined('restart', below, above),
    ...joined('logs', below, above),
    ...(below.prepare || above.prepare
      ? { prepare: [...(below.prepare ?? []), ...(above.prepare ?? [])] }
      : {}),
    ...(below.ready && above.ready ? { ready: mergeReady(below.ready, above.ready) } : {}),
  };
}

function joined<Key extends 'environment' | 'labels' | 'limits' | 'restart' | 'logs'>(
  key: Key,
  below: PlainFields,
  above: PlainFields,
): Partial<PlainFields> {
  return below[key] && above[key] ? { [key]: { ...below[key], ...above[key] } } : {};
}

const pacing = ['interval', 'tryTimeout', 'timeout'] as const;

/** Another question replaces the preset's whole; another pace is only that. */
function mergeReady(below: ReadyFields, above: ReadyFields): ReadyFields {
  const asks = Object.keys(above).some(
    (key) => key !== 'ownsListener' && !pacing.some((pace) => pace === key),
  );
  if (!asks) return { ...below, ...above };
  const pace = Object.fromEntries(pacing.map((key) => [key, below[key]]));
  return { ...pace, ...above };
}
