/** Describes how a service is stopped and reloaded. */
import type { ReloadSpec, StopSpec, StopStep } from '../machines/vocabulary.ts';
import { helperCommand, type Surroundings } from './commands.ts';
import type { ServiceFields, StopFields } from './definition.ts';
import type { Path } from './problems.ts';
import type { Site } from './site.ts';

/**
 * 10 s as docker and supervisord have it: less loses data, more feels hung.
 * SIGKILL follows the last step always.
 */
const graceMs = 10_000;
const killWaitMs = 5_000;
const sweepMs = 2_000;

/** Least important first: each layer replaces the steps, or only how long the first of them waits. */
export function resolveStop(
  layers: readonly StopFields[],
  surroundings: Surroundings,
  site: Site,
): StopSpec {
  let steps: readonly StopStep[] = [{ signal: 'SIGTERM', waitMs: graceMs }];
  for (const layer of layers) steps = stepsOf(layer, steps, surroundings, site);
  const last = Object.assign({}, ...layers.map(withoutUndefined)) as StopFields;
  return {
    steps,
    scope: last.scope ?? 'group',
    sweepMs: last.sweep ?? sweepMs,
    killWaitMs: last.killTimeout ?? killWaitMs,
    waitReadyMs: last.waitReady ?? 0,
  };
}

const withoutUndefined = (fields: StopFields): Partial<StopFields> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

function stepsOf(
  layer: StopFields,
  below: readonly StopStep[],
  surroundings: Surroundings,
  site: Site,
): readonly StopStep[] {
  const path = [...site.path, 'stop'];
  const { signal, gracePeriod, command, steps } = layer;
  if (steps !== undefined) {
    if (signal !== undefined || command !== undefined || gracePeriod !== undefined) {
      const both = 'has steps beside a signal, a command or a grace period';
      site.problems.add([...path, 'steps'], both, 'write all of it as steps');
    }
    return steps.flatMap((step, index) =>
      stepOf(step, [...path, 'steps', index], surroundings, site),
    );
  }
  const [first = { signal: 'SIGTERM', waitMs: graceMs } as const, ...others] = below;
  const waitMs = gracePeriod ?? first.waitMs;
  const signals = signal === undefined ? [{ ...first, waitMs }, ...others] : [{ signal, waitMs }];
  if (command === undefined) return signals;
  const spec = helperCommand(command, [...path, 'command'], site, surroundings);
  return spec === null ? signals : [{ command: spec, waitMs }, ...signals];
}

type WrittenStep = NonNullable<StopFields['steps']>[number];

function stepOf(
  { signal, command, wait }: WrittenStep,
  path: Path,
  surroundings: Surroundings,
  site: Site,
): readonly StopStep[] {
  if ((signal === undefined) === (command === undefined)) {
    site.problems.add(path, 'must have either a signal or a command');
    return [];
  }
  if (signal !== undefined) return [{ signal, waitMs: wait }];
  const spec = command && helperCommand(command, [...path, 'command'], site, surroundings);
  return spec ? [{ command: spec, waitMs: wait }] : [];
}

export function resolveReload(
  fields: ServiceFields['reload'],
  surroundings: Surroundings,
  site: Site,
): ReloadSpec | null {
  if (fields === undefined) return null;
  const path = [...site.path, 'reload'];
  const { signal, command, test } = fields;
  if ((signal === undefined) === (command === undefined)) {
    site.problems.add(path, 'must have either a signal or a command', 'write signal: SIGHUP');
    return null;
  }
  const tested = test ? helperCommand(test, [...path, 'test'], site, surroundings) : null;
  if (signal !== undefined) return { test: tested, by: { signal } };
  const by = command && helperCommand(command, [...path, 'command'], site, surroundings);
  return by ? { test: tested, by: { command: by } } : null;
}
