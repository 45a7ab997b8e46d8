import { describe, expect, it } from 'vitest';
import { type Program, SimulatedKernel } from '../../src/kernel/simulated/index.ts';
import { delayOf, judge, noHistory } from '../../src/machines/restart.ts';
import type { RestartSpec } from '../../src/machines/vocabulary.ts';
import { restart, service } from '../support/specs.ts';
import { boot, type World } from '../support/world.ts';

const crashing: Program = { exitsAfterMs: 10, exitCode: 1 };

function crashLoop(changes: Partial<RestartSpec>, ...scripts: Program[]): World {
  const kernel = new SimulatedKernel().script('db', ...(scripts.length > 0 ? scripts : [crashing]));
  const world = boot([service('db', { settleMs: 100, restart: restart(changes) })], { kernel });
  world.start('db');
  return world;
}

const spawnTimes = ({ kernel }: World): number[] => kernel.history.spawns.map(({ at }) => at);

describe('the number of restarts', () => {
  it.each([0, 1, 3, 5])('is exactly %i within the period, and then it has failed', (intensity) => {
    const world = crashLoop({ intensity, delayMs: 10 });
    world.advance(50_000);
    expect(world.kernel.history.spawns).toHaveLength(1 + intensity);
    expect(world.status('db')).toBe('failed');
    world.advance(500_000);
    expect(world.kernel.history.spawns).toHaveLength(1 + intensity);
  });

  it('counts those in the period only', () => {
    const world = crashLoop({ intensity: 2, periodMs: 10_000, delayMs: 6_000, factor: 1 });
    world.advance(600_000);
    expect(world.status('db')).not.toBe('failed');
    expect(world.kernel.history.spawns.length).toBeGreaterThan(90);
  });

  it('begins anew when somebody asks', () => {
    const world = crashLoop({ intensity: 1, delayMs: 10 });
    world.advance(10_000);
    world.start('db');
    world.advance(10_000);
    expect(world.kernel.history.spawns).toHaveLength(4);
  });

  it('goes on where an earlier manager had stopped counting', () => {
    const kernel = new SimulatedKernel().script('db', crashing);
    kernel.clock.advance(1_000);
    const spec = service('db', { restart: restart({ intensity: 3, delayMs: 10 }) });
    const memory = { wishes: { db: 'up' }, restarts: { db: [100, 900] } } as const;
    const world = boot([spec], { kernel, memory });
    world.advance(50_000);
    expect(kernel.history.spawns).toHaveLength(2);
    expect(world.status('db')).toBe('failed');
  });

  it('forgets those of another boot, whose clock ran ahead', () => {
    const crash = { failure: null, readyForMs: null, at: 500, chance: 0 };
    const past = { restarts: [90_000, 90_001, 90_002], streak: 3 };
    expect(judge(restart(), past, crash).verdict.kind).toBe('restart');
  });

  it('counts a crash that came while no manager looked', () => {
    const kernel = new SimulatedKernel();
    const spec = [service('db', { settleMs: 100, restart: restart({ intensity: 1 }) })];
    const first = boot(spec, { kernel });
    first.start('db');
    first.advance(1_000);
    const { process, startedAt, logOffset, hash } = first.view('db');
    const record = { process, ready: true, startedAt, logOffset, leaving: false, rest: null, hash };
    kernel.crashManager();
    kernel.kill('db');
    kernel.manager();
    const records = { db: { ...record, failure: null, exit: null } };
    const second = boot(spec, { kernel, memory: { records, wishes: { db: 'up' } } });
    second.advance(5_000);
    expect(second.status('db')).toBe('running');
    expect(second.news).toContainEqual(expect.objectContaining({ type: 'judged', name: 'db' }));
    kernel.kill('db');
    second.advance(5_000);
    expect(second.status('db')).toBe('failed');
  });
});

describe('the delay before a restart', () => {
  it('grows by the factor up to the cap', () => {
    const world = crashLoop({ intensity: 9, delayMs: 100, factor: 2, maxDelayMs: 500 });
    world.advance(5_000);
    const times = spawnTimes(world);
    const gaps = times.slice(1).map((at, i) => at - (times[i] ?? 0) - 10);
    expect(gaps.slice(0, 5)).toEqual([100, 200, 400, 500, 500]);
  });

  it('is the first one again after it has been well for long enough', () => {
    const well = { exitsAfterMs: 40_000, exitCode: 1 };
    const policy = { intensity: 9, periodMs: 1e6, delayMs: 100, resetAfterMs: 30_000 };
    const world = crashLoop(policy, crashing, crashing, well, crashing, {});
    world.advance(100_000);
    const times = spawnTimes(world);
    expect((times[3] ?? 0) - (times[2] ?? 0)).toBe(40_100);
    expect(times).toHaveLength(5);
  });

  it('is not the first one again when it was well for less than that', () => {
    const short = { exitsAfterMs: 20_000, exitCode: 1 };
    const policy = { intensity: 9, periodMs: 1e6, delayMs: 100, resetAfterMs: 30_000 };
    const world = crashLoop(policy, crashing, crashing, short, {});
    world.advance(100_000);
    const times = spawnTimes(world);
    expect((times[3] ?? 0) - (times[2] ?? 0)).toBe(20_400);
  });

  it('is longer or shorter by chance, by no more than the jitter', () => {
    const policy = restart({ delayMs: 1_000, jitter: 0.2 });
    expect(delayOf(policy, 0, 0)).toBe(800);
    expect(delayOf(policy, 0, 0.5)).toBe(1_000);
    expect(delayOf(policy, 0, 0.999_999)).toBe(1_200);
  });

  it('is a number, however often it grew', () => {
    expect(delayOf(restart({ delayMs: 0 }), 5_000, 0.5)).toBe(0);
    expect(delayOf(restart({ maxDelayMs: 1e12 }), 5_000, 0.5)).toBe(1e12);
  });

  it('is none where none was asked for', () => {
    const world = crashLoop({ delayMs: 0 }, { exitsAfterMs: 500, exitCode: 1 }, {});
    world.advance(500);
    expect(world.kernel.history.spawns).toHaveLength(2);
    expect(world.kernel.clock.elapsed()).toBe(500);
  });
});

describe('whether it is restarted at all', () => {
  const verdictOn = (changes: Partial<RestartSpec>, code: number | null) => {
    const exit = { code, signal: code === null ? 'SIGSEGV' : null };
    const crash = { failure: { kind: 'exited', exit } as const, readyForMs: 1, at: 0, chance: 0.5 };
    return judge(restart(changes), noHistory, crash).verdict.kind;
  };

  it.each([
    ['permanent', 0, 'restart'],
    ['permanent', 1, 'restart'],
    ['transient', 0, 'rest'],
    ['transient', 1, 'restart'],
    ['transient', null, 'restart'],
    ['temporary', 0, 'rest'],
    ['temporary', 1, 'giveUp'],
  ] as const)('%s, exit %s: %s', (type, code, verdict) => {
    expect(verdictOn({ type }, code)).toBe(verdict);
  });

  it('is a matter of the exit codes that were declared', () => {
    expect(verdictOn({ fatalExitCodes: [78] }, 78)).toBe('giveUp');
    expect(verdictOn({ type: 'transient', successExitCodes: [0, 3] }, 3)).toBe('rest');
  });

  it('shows a service that ended well by itself as completed', () => {
    const world = crashLoop({ type: 'transient' }, { exitsAfterMs: 500, exitCode: 0 });
    world.advance(5_000);
    expect(world.status('db')).toBe('completed');
  });

  it('is not asked of one that was told to stop, whatever code it leaves with', () => {
    const world = crashLoop({}, { stopCode: 143, stopsAfterMs: 100 });
    world.advance(1_000);
    world.stop('db');
    world.advance(60_000);
    expect(world.history.slice(2)).toEqual(['db stopping', 'db stopped']);
  });

  it('does not make one completed that crashes in the middle of being called off', () => {
    const pidFile = { path: '/run/d.pid', waitMs: 3_000 };
    const kernel = new SimulatedKernel().script('d', {
      daemonises: { launcherExitsAfterMs: 100, launcherExitCode: 1, forksAfterMs: 200 },
    });
    const world = boot([service('d', { type: 'forking', pidFile })], { kernel });
    world.start('d');
    world.stop('d');
    world.advance(5_000);
    expect(world.status('d')).toBe('stopped');
    expect(world.history).not.toContain('d crashed');
  });
});
