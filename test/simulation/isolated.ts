/** The same run twice: once with trouble of one service, once without. What the others told must be the same. */
import { Dice } from '../../src/simulation/dice.ts';
import { goodPrograms } from '../../src/simulation/good-programs.ts';
import type { Act, Scenario, TimedAct } from '../../src/simulation/index.ts';
import { resimulate } from '../../src/simulation/index.ts';
import { restart, service } from '../../src/simulation/specs.ts';
import { root } from '../support/specs.ts';

const victim = 's1';
const others = ['s2', 's3', 's4', 's5'];

export async function isolated(seed: number) {
  const scenario = scenarioOf(seed);
  const acts = actsOf(new Dice(seed));
  const quiet = acts.filter(({ act }) => !('name' in act) && !isAbout(act, victim));
  const lastsMs = 120_000;
  const [alone, together] = [
    await resimulate(scenario, quiet, lastsMs),
    await resimulate(scenario, acts, lastsMs),
  ];
  if (alone.broken !== null || together.broken !== null)
    throw new Error(JSON.stringify([alone.broken, together.broken]));
  return { alone: toldOfOthers(alone.trace), together: toldOfOthers(together.trace) };
}

const isAbout = (act: Act, name: string) => 'names' in act && act.names.includes(name);

function scenarioOf(seed: number): Scenario {
  const names = [victim, ...others];
  const patient = restart({ intensity: 50, delayMs: 300, factor: 1 });
  const project = {
    name: 'apart',
    root: root(names.map((name) => service(name, { restart: patient }))),
    ...{ stateDir: '/simulated/state', shutdownTimeoutMs: 20_000 },
  };
  const good = goodPrograms(project.root);
  const dying = { ...good, s3: [{ exitsAfterMs: 7_000, exitCode: 1 }] };
  return {
    ...{ seed, mode: 'safety', project, programs: dying, calm: good },
    kernel: { seed },
    swarm: {} as Scenario['swarm'],
  };
}

function actsOf(dice: Dice): readonly TimedAct[] {
  const at = (atMs: number, act: Act): TimedAct => ({ atMs, after: 0, act });
  const acts = [
    at(0, { do: 'boot' }),
    at(100, { do: 'start', names: others }),
    at(101, { do: 'start', names: [victim] }),
  ];
  for (let atMs = 5_003; atMs < 100_000; atMs += dice.between(700, 9_000)) {
    acts.push(at(atMs, trouble(dice)));
    if (dice.chance(20)) acts.push(at(atMs + 1, { do: 'restart', names: [dice.pick(others)] }));
  }
  return acts;
}

function trouble(dice: Dice): Act {
  return dice.pick<Act>([
    { do: 'end', name: victim, tree: true },
    { do: 'freeze', name: victim },
    { do: 'thaw', name: victim },
    { do: 'suspend', name: victim },
    { do: 'kill', names: [victim] },
    { do: 'start', names: [victim] },
    { do: 'restart', names: [victim] },
  ]);
}

/** Numbers of processes depend on who else was born. */
function toldOfOthers(trace: readonly string[]): readonly string[] {
  return trace
    .filter((line) => others.some((name) => / service\.\w+ (\w+)/.exec(line)?.[1] === name))
    .map((line) => line.replace(/ \d{3,5} /, ' pid '));
}
