/** What the simulation must not take for a broken promise, of what happens in one moment. */
import { expect, it } from 'vitest';
import type { TimedAct } from '../../src/simulation/acts.ts';
import { Dice } from '../../src/simulation/dice.ts';
import type { Simulation } from '../../src/simulation/index.ts';
import { someScenario } from '../../src/simulation/scenario.ts';
import { resimulate } from '../../src/simulation/simulate.ts';

const at = (atMs: number, after: number, act: TimedAct['act']): TimedAct => ({ atMs, after, act });

function played(seed: number, acts: readonly TimedAct[]): Promise<Simulation> {
  const scenario = someScenario(new Dice(seed), { seed, mode: 'liveness' });
  return resimulate(scenario, acts, acts.at(-1)?.atMs ?? 0);
}

// The numbers of processes begin anew with each boot: both managers, and both services, have equal ones.
it('allows a manager to ask what its like had asked before a reboot', async () => {
  const run = await played(2156, [
    at(2_588, 6, { do: 'boot' }),
    at(2_608, 1, { do: 'start', names: ['s3'] }),
    at(27_768, 5, { do: 'reboot' }),
    at(27_768, 5, { do: 'boot' }),
    at(27_768, 6, { do: 'restart', names: ['s2'] }),
    at(27_768, 9, { do: 'reboot' }),
    at(27_768, 9, { do: 'boot' }),
    at(27_768, 10, { do: 'restart', names: ['s2'] }),
  ]);
  const asked = '27768 service.state s2 running stopping stopping.asking 302';
  expect(run.trace.filter((line) => line.startsWith(asked))).toHaveLength(2);
  expect(run.broken).toBeNull();
});

// What hung is let go of when all is calm, and has not had a moment to end.
it('allows one to be called stuck in the moment in which it is let go of', async () => {
  const run = await played(4730, [
    at(0, 0, { do: 'boot' }),
    at(283, 0, { do: 'restart', names: ['s4'] }),
    at(2_206, 0, { do: 'start', names: ['s1'] }),
    at(2_406, 1, { do: 'restart', names: ['s2'] }),
    at(335_743, 0, { do: 'end', name: 's1', tree: false }),
    at(335_787, 1, { do: 'stop', names: ['s3', 's4', 's5'] }),
    at(345_752, 0, { do: 'restart', names: ['s1'] }),
    at(362_227, 1, { do: 'restart', names: ['s2'] }),
    at(362_751, 1, { do: 'start', names: ['s4'] }),
    at(362_751, 1, { do: 'stop-all' }),
    at(363_751, 1, { do: 'look' }),
  ]);
  const called = '363751 service.state s2 killing stuck stuck';
  const calm = run.trace.indexOf('363751 thaw s2');
  expect(run.trace.findIndex((line) => line.startsWith(called))).toBeGreaterThan(calm);
  expect(calm).toBeGreaterThan(-1);
  expect(run.broken).toBeNull();
});

// Nobody was answered, and the manager that found the wish had no moment to sync it.
it('allows a wish to be lost with the power, when only a manager knows that it was understood', async () => {
  const run = await played(7682, [
    at(90_144, 10, { do: 'boot' }),
    at(93_684, 1, { do: 'crash-after', calls: 2 }),
    at(93_684, 1, { do: 'start', names: ['s5'] }),
    at(153_756, 3, { do: 'boot' }),
    at(153_756, 16, { do: 'power-cut' }),
  ]);
  expect(run.trace).toContain('93684 manager 1 is dead at append');
  expect(run.trace).toContain('153756 manager 2 is there');
  expect(run.broken).toBeNull();
});
