/** Runs a whole system on a seed, under faults, in virtual time, and says what became of it. */
import { createHash } from 'node:crypto';
import type { Name, ProjectSpec } from '../machines/vocabulary.ts';
import type { TimedAct } from './acts.ts';
import { Dice } from './dice.ts';
import type { Broken } from './onlooker.ts';
import { Run } from './run.ts';
import { type Mode, type Scenario, someScenario } from './scenario.ts';
import { staged } from './stage.ts';
import type { Trouble } from './swarm.ts';
import type { Between } from './system.ts';

export interface SimulateOptions {
  /** The same seed and options give the same run, wherever it is run. */
  readonly seed: number;
  /** The configuration to be tried, as `resolveProject` or `loadProject` answer it; default: one by chance. */
  readonly project?: ProjectSpec;
  /** How many services a configuration by chance has: 5 where it is not said. */
  readonly size?: number;
  /** How many things happen: acts from outside and events of the clock. Default 200. */
  readonly steps?: number;
  /** Default `liveness` for every other seed. */
  readonly mode?: Mode;
  /** Which kinds of trouble there may be; each run draws some of them. Default: all. */
  readonly faults?: readonly Trouble[];
  /** For tests of the simulation itself: what managers are given in place of their kernel. */
  readonly distort?: Between['distort'];
}

export interface Simulation {
  readonly seed: number;
  readonly mode: Mode;
  /** Of everything that happened: equal for equal runs. */
  readonly hash: string;
  /** Acts and events of the clock. */
  readonly events: number;
  /** How much virtual time passed. */
  readonly elapsedMs: number;
  /** The first invariant that did not hold; null: all did. */
  readonly broken: Broken | null;
  /** How often each condition of interest came about. */
  readonly sometimes: Readonly<Record<string, number>>;
  /** `stopping x kill`: how often what came about in which state. */
  readonly pairs: Readonly<Record<string, number>>;
  readonly acts: readonly TimedAct[];
  /** When the last act or event of the wandering part was. */
  readonly lastsMs: number;
  /** By service: the longest way from a start to being ready, in milliseconds. */
  readonly starts: Readonly<Record<Name, number>>;
  /** How long a stop of everything took; null: it did not come to that. */
  readonly stopMs: number | null;
  /** How long after the last trouble all was at rest; null: never, or it was not a liveness run. */
  readonly restMs: number | null;
  /** By service or group: how often it was given up because it was restarted too often. */
  readonly tripped: Readonly<Record<Name, number>>;
  readonly restarts: Readonly<Record<Name, number>>;
  readonly scenario: Scenario;
  readonly trace: readonly string[];
}

export async function simulate(options: SimulateOptions): Promise<Simulation> {
  const { seed, steps = 200, mode = seed % 2 === 0 ? 'liveness' : 'safety' } = options;
  const { size, faults, project } = options;
  const dice = new Dice(seed);
  const scenario = someScenario(dice, {
    ...{ seed, mode },
    ...(size === undefined ? {} : { size }),
    ...(faults === undefined ? {} : { faults }),
    ...(project === undefined ? {} : { project: staged(project) }),
  });
  const run = new Run(scenario, options.distort && { distort: options.distort });
  await run.wander(dice, steps);
  // What broke, broke in this moment: all of it belongs to the run.
  const lastsMs = run.system.now + (run.isOver ? 1 : 0);
  const acts = [...run.acts];
  if (mode === 'liveness') await run.rest();
  return resultOf(run, acts, lastsMs);
}

/** The same scenario with these acts, all of them or fewer. */
export async function resimulate(
  scenario: Scenario,
  acts: readonly TimedAct[],
  lastsMs: number,
  between?: Between,
): Promise<Simulation> {
  const run = new Run(scenario, between);
  await run.replay(acts, lastsMs);
  if (scenario.mode === 'liveness') await run.rest();
  return resultOf(run, acts, lastsMs);
}

function resultOf(run: Run, acts: readonly TimedAct[], lastsMs: number): Simulation {
  const { system, timing, events, stopMs, restMs } = run;
  const { seed, mode } = system.scenario;
  return {
    ...{ seed, mode, events, acts, lastsMs, stopMs, restMs },
    hash: createHash('sha1').update(system.trace.join('\n')).digest('hex').slice(0, 16),
    elapsedMs: system.now,
    broken: system.broken,
    sometimes: run.sometimes.counts,
    pairs: run.sometimes.pairs,
    starts: timing.starts,
    tripped: timing.tripped,
    restarts: timing.restarts,
    scenario: system.scenario,
    trace: system.trace,
  };
}
