/** All that a run is made of before anything happens: the same scenario and the same acts give the same run. */
import type { SimulationOptions } from '../kernel/simulated/index.ts';
import type { ProjectSpec } from '../machines/vocabulary.ts';
import { somePrograms } from './bad-programs.ts';
import type { Dice } from './dice.ts';
import { goodPrograms, type Programs } from './good-programs.ts';
import { someTopology } from './some-topology.ts';
import { stateDir } from './specs.ts';
import { type Swarm, someSwarm, type Trouble } from './swarm.ts';

/**
 * `safety`: trouble until the end. `liveness`: after some time nothing goes wrong any
 * more, and then everything must come to rest as it is wanted; then all is stopped.
 */
export type Mode = 'safety' | 'liveness';

export interface Scenario {
  readonly seed: number;
  readonly mode: Mode;
  readonly project: ProjectSpec;
  readonly programs: Programs;
  /** How they behave once nothing goes wrong any more. */
  readonly calm: Programs;
  readonly kernel: SimulationOptions;
  readonly swarm: Swarm;
}

export interface ScenarioOptions {
  readonly seed: number;
  readonly mode: Mode;
  /** Default: one by chance, of `size` services. */
  readonly project?: ProjectSpec;
  readonly size?: number;
  readonly faults?: readonly Trouble[];
}

/** Few numbers for many processes, so that numbers are used again soon. */
const pids = { first: 300, last: 348 };

export function someScenario(dice: Dice, options: ScenarioOptions): Scenario {
  const { seed, mode, size = 5, faults } = options;
  const swarm = someSwarm(dice, faults);
  const project = options.project ?? {
    name: 'simulated',
    root: someTopology(dice, size).root,
    ...{ shutdownTimeoutMs: 20_000, stateDir },
  };
  return {
    ...{ seed, mode, project, swarm },
    programs: somePrograms(dice, project.root, swarm),
    calm: goodPrograms(project.root),
    kernel: {
      seed,
      pids: options.project === undefined ? pids : { first: 300, last: 32_767 },
      jitterMs: dice.pick([0, 0, 20]),
      syncMs: dice.pick([5, 5, 200]),
      initReapsAfterMs: dice.pick([0, 0, 2_000]),
    },
  };
}
