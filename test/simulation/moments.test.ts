/** What the simulation must not take for a broken promise. */
import { expect, it } from 'vitest';
import type { TimedAct } from '../../src/simulation/acts.ts';
import { Author } from '../../src/simulation/author.ts';
import { Dice } from '../../src/simulation/dice.ts';
import type { Simulation } from '../../src/simulation/index.ts';
import { Run } from '../../src/simulation/run.ts';
import { type Mode, someScenario } from '../../src/simulation/scenario.ts';
import { resimulate } from '../../src/simulation/simulate.ts';

const at = (atMs: number, after: number, act: TimedAct['act']): TimedAct => ({ atMs, after, act });

function played(
  seed: number,
  acts: readonly TimedAct[],
  mode: Mode = 'liveness',
): Promise<Simulation> {
  const scenario = someScenario(new Dice(seed), { seed, mode });
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

// Its number is told again only with a change of state, so the check follows the tree meanwhile.
it('allows the successor of an upgrade the time that any other process has', async () => {
  const acts = [
    at(0, 0, { do: 'boot' }),
    at(8_124, 0, { do: 'start', names: ['s4'] }),
    at(8_230, 1, { do: 'restart', names: ['s2'] }),
    at(9_444, 1, { do: 'end', name: 's2', tree: false }),
    at(17_206, 1, { do: 'signal', name: 's2', signal: 'SIGUSR2' }),
    at(26_286, 0, { do: 'end', name: 's2', tree: false }),
  ];
  const run = await played(15_273, acts, 'safety');
  expect(run.trace.at(-1)).toBe('26286 end s2 false');
  expect(run.broken).toBeNull();
});

// The one that had been pinned since the change would have stayed down for ever.
it('unpins also who came with a change that is not answered yet, when all is calm', async () => {
  const run = await played(9_334, [
    at(0, 0, { do: 'boot' }),
    at(1_298, 0, { do: 'start', names: ['s4'] }),
    at(1_328, 1, { do: 'stop', names: ['s1', 's2', 's4'] }),
    at(1_334, 0, { do: 'start', names: ['s2', 's4'] }),
    at(9_831, 0, { do: 'stop-all' }),
    at(9_836, 5, { do: 'start', names: ['s1', 's4', 's5'] }),
    at(11_906, 6, { do: 'kill', names: ['s2'] }),
    at(11_941, 3, { do: 'crash' }),
    at(12_441, 3, { do: 'end', name: 's1', tree: false }),
    at(15_973, 0, { do: 'boot' }),
    at(17_589, 0, { do: 'apply', hash: 'h3', changed: ['s1'], missing: ['s3', 's5'] }),
    at(24_531, 0, { do: 'apply', hash: 'h1', changed: ['s5'], missing: [] }),
    at(24_536, 4, {
      do: 'fault',
      fault: { code: 'ENOSPC', on: 'write', under: '/simulated/state/logs', times: 1 },
    }),
    at(24_551, 1, { do: 'pin', names: ['s5'], pinned: true }),
    at(37_051, 0, { do: 'look' }),
  ]);
  expect(run.trace).toContain('37051 pin ["s1","s2","s3","s4","s5"] false');
  expect(run.broken).toBeNull();
});

// Told of are first the services, and then their group.
it('allows a group that shares the fate of a companion to go down at once', async () => {
  const run = await played(26_348, [
    at(0, 0, { do: 'boot' }),
    at(3_503, 1, { do: 'start', names: ['s1', 's3'] }),
    at(4_003, 1, { do: 'start', names: ['s1', 's5'] }),
    at(8_022, 1, { do: 'stop', names: ['s1'] }),
    at(8_434, 0, { do: 'start', names: ['s5'] }),
    at(9_852, 1, { do: 'stop-all' }),
    at(11_971, 0, { do: 'start', names: ['s5'] }),
    at(11_999, 0, { do: 'start', names: ['s2', 's3'] }),
    at(12_042, 0, { do: 'stop', names: ['s2', 's4'] }),
    at(12_400, 0, { do: 'look' }),
  ]);
  expect(run.trace).toContain('12416 group.state g2 starting stopping');
  expect(run.broken).toBeNull();
});

// It waits for what leaves first, and the answer comes only when what it starts is there.
it('takes what a changed configuration starts for asked for', async () => {
  const acts = [
    at(0, 0, { do: 'boot' }),
    at(47_875, 0, { do: 'apply', hash: 'h3', changed: ['s2', 's3'], missing: ['s5'] }),
    at(87_970, 0, { do: 'start', names: ['s2', 's4'] }),
    at(88_489, 0, { do: 'start', names: ['s4'] }),
    at(95_970, 2, { do: 'restart', names: ['s1'] }),
    at(95_975, 1, { do: 'apply', hash: 'h3', changed: ['s2', 's3', 's5'], missing: ['s4'] }),
    at(96_476, 0, { do: 'look' }),
  ];
  const run = await played(33_870, acts);
  const back = run.trace.findIndex((line) =>
    line.startsWith('96475 service.state s2 failed starting'),
  );
  expect(back).toBeGreaterThan(-1);
  expect(run.broken).toBeNull();
});

// While it was on its way out it had no name, and nothing was told of it.
it('knows how somebody stands who is defined again', async () => {
  const run = await played(44_996, [
    at(0, 0, { do: 'boot' }),
    at(1_914, 0, { do: 'start', names: ['s1', 's2', 's5'] }),
    at(1_914, 5, { do: 'apply', hash: 'h3', changed: ['s4'], missing: ['s2'] }),
    at(173_576, 2, { do: 'crash' }),
    at(173_893, 0, { do: 'boot' }),
    at(193_928, 0, { do: 'apply', hash: 'h2', changed: [], missing: [] }),
    at(214_093, 3, { do: 'stop', names: ['s1'] }),
  ]);
  expect(run.trace).toContain('193928 apply  settled: stuck');
  expect(run.broken).toBeNull();
});

// What closed its lifeline is on record and nowhere else: without that nobody could find it.
it('damages no journal where programs may close their lifelines', () => {
  const options = { seed: 1, mode: 'safety' } as const;
  const scenario = someScenario(new Dice(1), options);
  const isDamaged = (drops: boolean) => {
    const swarm = { ...scenario.swarm, managers: true, power: true, drops };
    const { system, facts } = new Run({ ...scenario, swarm });
    const author = new Author(new Dice(1), system, facts);
    return Array.from({ length: 500 }, () => author.next()).some(
      ({ do: what }) => what === 'damage',
    );
  };
  expect(isDamaged(false)).toBe(true);
  expect(isDamaged(true)).toBe(false);
});
