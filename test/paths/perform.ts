/**
 * Walks one path on a stage: causes each event in the world, and holds what the real
 * machine and its real actors then do against what the chart says.
 */
import { createActor } from 'xstate';
import { treeOf } from '../../src/actors/tree.ts';
import { viewOf } from '../../src/machines/service.ts';
import { keyOf, type PathEvent, type ServiceSnapshot } from './causable.ts';
import { Causes } from './causes.ts';
import { isAt, type Path, recordOf, type Step } from './generate.ts';
import { HandClock } from './hand-clock.ts';
import { note } from './instrument.ts';
import type { Lab } from './lab.ts';
import { lifelineIn, pidFileIn, type ShapeName, shape } from './shapes.ts';
import { SlowSpawns, type Stage } from './stage.ts';

/** What one step left, in words that are the same in every world. */
export type Outcome = string;

interface Entry {
  readonly type: string;
  readonly key: string;
  readonly snapshot: ServiceSnapshot;
}

export async function perform(path: Path, stage: Stage, lab: Lab): Promise<readonly Outcome[]> {
  const spec = shape(path.shape as ShapeName, stage);
  const spawns = new SlowSpawns(stage.kernel);
  const clock = new HandClock();
  const log: Entry[] = [];
  const causes = new Causes(stage, spec, clock, spawns);
  const record = recordOf(path.past, await causes.past(path.past));
  const actor = createActor(lab.machineOn(spawns.kernel), {
    input: { spec, record },
    clock: clock as never,
    inspect: (one) => {
      if (!('_parent' in one.actorRef) || one.actorRef._parent !== undefined) return;
      if (one.type === '@xstate.microstep') note(lab.coverage, one.snapshot, one._transitions);
      if (one.type === '@xstate.snapshot') {
        if (one.event.type === 'xstate.init') note(lab.coverage, one.snapshot, []);
        const snapshot = one.snapshot as ServiceSnapshot;
        log.push({ type: one.event.type, key: keyOf(snapshot), snapshot });
      }
    },
  });
  let broken: unknown = null;
  actor.subscribe({
    error: (error) => {
      broken = error;
    },
  });
  const outcomes: Outcome[] = [];
  let cursor = 0;
  try {
    for (const [i, step] of path.steps.entries()) {
      await causes.cause(step, path.steps.slice(i + 1), actor);
      await stage.until(
        () => broken !== null || isTaken(step),
        () => `never came: ${step.event.type}`,
      );
      if (broken !== null) throw broken;
      // What could not be started leaves a process for a moment, which holds the lifeline.
      if (step.event.type === 'process.notSpawned') {
        await stage.until(
          () => !stage.kernel.isHeld(spec.lifeline),
          () => 'somebody still holds the lifeline',
        );
      }
      // The machine may be further by now, and what it was then is what counts.
      const at = log.findIndex((entry, i) => i >= cursor && fits(entry, step));
      cursor = at + 1;
      outcomes.push(outcomeOf(step, (log[at] as Entry).snapshot, stage));
    }
    return outcomes;
  } catch (error) {
    throw new Error(tell(path, outcomes.length, log, error), { cause: error });
  } finally {
    actor.stop();
    await causes.endAll();
  }

  /** Whatever comes before the event that was caused must leave all as it was. */
  function isTaken(step: Step): boolean {
    for (const entry of log.slice(cursor)) {
      if (fits(entry, step)) return true;
      if (entry.key !== step.from) {
        throw new Error(`took ${entry.type} to ${entry.key} instead`);
      }
    }
    return false;
  }
}

const fits = (entry: Entry, { event, to }: Step): boolean =>
  entry.type === event.type && entry.key === to;

/** What people are shown of it, but for the times and numbers that are other ones each time. */
function outcomeOf(step: Step, snapshot: ServiceSnapshot, stage: Stage): Outcome {
  const { event, to } = step;
  const { failure, exit, stop, adopted } = viewOf(snapshot);
  const shown = {
    failure: failure?.kind ?? null,
    exit,
    by: stop?.by ?? null,
    killed: stop?.killed ?? null,
    adopted,
  };
  return `${event.type} ${to} ${JSON.stringify({ ...shown, ...left(step, stage) })}`;
}

/** What can be found in the world; of those who are just about to die nobody can say. */
function left({ to }: Step, stage: Stage): object {
  if (isAt('killing', to)) return {};
  const { kernel } = stage;
  const reading = kernel.readPidFile(pidFileIn(stage));
  const isAlive = reading.kind === 'pid' && kernel.identify(reading.pid) !== null;
  return {
    living: kernel.members(treeOf(lifelineIn(stage), null)).length,
    pidFile:
      reading.kind === 'pid' ? (isAlive ? 'of a living one' : 'of a dead one') : reading.kind,
  };
}

function tell(path: Path, at: number, log: readonly Entry[], error: unknown): string {
  const steps = path.steps.map(
    ({ event, to }, i) => `${i === at ? '> ' : '  '}${brief(event)} ${to}`,
  );
  const last = log.slice(-6).map(({ type, key }) => `  ${type} ${key}`);
  const why = error instanceof Error ? error.message : String(error);
  return `"${path.shape}" after "${path.past}": ${why}\n${steps.join('\n')}\nlast seen:\n${last.join('\n')}`;
}

const brief = (event: PathEvent): string =>
  JSON.stringify(event, (key, value) => (key === 'spec' || key === 'identity' ? '...' : value));
