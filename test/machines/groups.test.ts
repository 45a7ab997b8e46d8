import { describe, expect, it } from 'vitest';
import { SimulatedKernel } from '../../src/kernel/simulated/index.ts';
import type { Strategy } from '../../src/machines/vocabulary.ts';
import { child, group, need, restart, root, service } from '../support/specs.ts';
import { boot, type World } from '../support/world.ts';

const quick = { settleMs: 100, restart: restart({ delayMs: 500 }) };
const letters = ['a', 'b', 'c'];

function running(world: World, ...names: string[]): World {
  world.start(...names);
  world.advance(3_000);
  world.history.length = 0;
  return world;
}

const pids = (world: World) => letters.map((name) => world.view(name).process?.pid);

function crashOfB(strategy: Strategy): { world: World; restarted: string[] } {
  const spec = root(
    letters.map((name) => service(name, quick)),
    { strategy },
  );
  const world = running(boot(spec), ...letters);
  const before = pids(world);
  world.kernel.kill('b');
  world.advance(3_000);
  const after = pids(world);
  return { world, restarted: letters.filter((_, i) => before[i] !== after[i]) };
}

describe('a strategy', () => {
  it.each([
    ['one_for_one', ['b']],
    ['rest_for_one', ['b', 'c']],
    ['one_for_all', ['a', 'b', 'c']],
  ] as const)('%s restarts %s when b crashes', (strategy, expected) => {
    const { world, restarted } = crashOfB(strategy);
    expect(restarted).toEqual(expected);
    for (const name of letters) expect(world.status(name)).toBe('running');
  });

  it('brings nobody back before all are down, and none that comes later before the crashed one may', () => {
    const { history } = crashOfB('one_for_all').world;
    expect(history.slice(0, 5)).toEqual([
      ...['b crashed', 'a stopping', 'c stopping', 'a stopped', 'c stopped'],
    ]);
    expect(history.indexOf('a starting')).toBeLessThan(history.indexOf('b stopped'));
    expect(history.indexOf('b stopped')).toBeLessThan(history.indexOf('c starting'));
  });

  it('brings them back in the order of their dependencies', () => {
    const spec = root(
      [service('a', quick), child(service('b', quick), 'a'), child(service('c', quick), 'b')],
      { strategy: 'one_for_all' },
    );
    const world = running(boot(spec), ...letters);
    world.kernel.kill('c');
    world.advance(5_000);
    expect(world.history.filter((line) => line.endsWith('running'))).toEqual([
      'a running',
      'b running',
      'c running',
    ]);
    expect(world.history.filter((line) => line.endsWith('stopping'))).toEqual([
      'b stopping',
      'a stopping',
    ]);
  });

  it('does not start what nobody wants', () => {
    const spec = root(
      letters.map((name) => service(name, quick)),
      { strategy: 'one_for_all' },
    );
    const world = running(boot(spec), 'a', 'b');
    world.kernel.kill('b');
    world.advance(3_000);
    expect(world.kernel.named('c')).toEqual([]);
  });

  it('is not held up by one that somebody stops while the others wait for it', () => {
    for (const command of ['unwant', 'destroy'] as const) {
      const kernel = new SimulatedKernel().script('b', { stopsAfterMs: 1_000 });
      const spec = root(
        letters.map((name) => service(name, quick)),
        { strategy: 'one_for_all' },
      );
      const world = running(boot(spec, { kernel }), ...letters);
      kernel.kill('a');
      world.advance(100);
      expect([world.status('a'), world.status('b')]).toEqual(['crashed', 'stopping']);
      world.root.send({ type: command, names: ['b'] });
      world.advance(10_000);
      expect(letters.map((name) => world.status(name))).toEqual(['running', 'stopped', 'running']);
    }
  });

  it('is not held up by one that is pinned', () => {
    const spec = root(
      letters.map((name) => service(name, quick)),
      { strategy: 'one_for_all' },
    );
    const world = running(boot(spec), ...letters);
    const before = pids(world);
    world.root.send({ type: 'pin', names: ['a'], pinned: true });
    world.kernel.kill('b');
    world.advance(3_000);
    expect(pids(world)[0]).toBe(before[0]);
    expect(world.status('c')).toBe('running');
    world.root.send({ type: 'pin', names: ['a'], pinned: false });
    world.advance(3_000);
    expect(pids(world)[0]).not.toBe(before[0]);
    expect(world.status('a')).toBe('running');
  });
});

describe('a group', () => {
  const crashing = { exitsAfterMs: 10, exitCode: 1 };
  const small = restart({ delayMs: 50, factor: 1, intensity: 9 });

  function failingGroup(
    onExceeded: 'escalate' | 'isolate',
    groupRestart = restart({ delayMs: 1_000 }),
  ) {
    const kernel = new SimulatedKernel().script('bad', crashing);
    const members = [service('good', quick), service('bad', { settleMs: 100, restart: small })];
    const spec = root([
      group('web', members, { onExceeded, intensity: 2, restart: groupRestart }),
      service('other', quick),
    ]);
    return running(boot(spec, { kernel }), 'other');
  }

  it('fails as a whole when its members crash too often, and its parent brings it back', () => {
    const world = failingGroup('escalate');
    world.start('good', 'bad');
    world.advance(1_000);
    expect(world.kernel.named('bad')).toHaveLength(0);
    expect(world.kernel.history.spawns.filter(({ program }) => program === 'bad')).toHaveLength(3);
    expect(world.history).toContain('web crashed');
    expect(world.status('web')).toBe('backoff');
    expect(world.views.get('web')?.failure).toMatchObject({
      kind: 'intensity-exceeded',
      member: 'bad',
    });
    expect(world.status('good')).toBe('stopped');
    world.kernel.script('bad', {});
    world.advance(3_000);
    expect([world.status('good'), world.status('bad'), world.status('web')]).toEqual([
      'running',
      'running',
      'running',
    ]);
    expect(world.status('other')).toBe('running');
  });

  it('has failed for good when its parent brought it back too often', () => {
    const world = failingGroup('escalate', restart({ intensity: 1, delayMs: 100 }));
    world.start('good', 'bad');
    world.advance(60_000);
    expect(world.status('web')).toBe('failed');
    expect(world.kernel.history.spawns.filter(({ program }) => program === 'bad')).toHaveLength(6);
    expect(world.alive()).toEqual(['other']);
  });

  it('that has failed comes back when somebody asks for any of it', () => {
    const world = failingGroup('escalate', restart({ intensity: 0 }));
    world.start('good', 'bad');
    world.advance(60_000);
    expect(world.status('web')).toBe('failed');
    world.kernel.script('bad', {});
    world.start('good');
    world.advance(3_000);
    expect([world.status('good'), world.status('bad')]).toEqual(['running', 'running']);
  });

  it('lets only the member fail where that was asked', () => {
    const kernel = new SimulatedKernel().script('bad', crashing);
    const bad = service('bad', { settleMs: 100, restart: restart({ intensity: 2, delayMs: 10 }) });
    const spec = root([group('web', [service('good', quick), bad], { onExceeded: 'isolate' })]);
    const world = running(boot(spec, { kernel }), 'good', 'bad');
    expect([world.status('good'), world.status('bad')]).toEqual(['running', 'failed']);
  });

  it('escalates through groups in groups up to one that isolates', () => {
    const kernel = new SimulatedKernel().script('bad', crashing);
    const bad = service('bad', { settleMs: 100, restart: restart({ intensity: 0 }) });
    const once = { restart: restart({ intensity: 0 }) };
    const inner = group('inner', [bad], once);
    const outer = group('outer', [inner, service('near', quick)], once);
    const world = running(boot(root([outer, service('far', quick)]), { kernel }), 'near', 'far');
    world.start('bad');
    world.advance(3_000);
    expect(['bad', 'inner', 'outer'].map(world.status)).toEqual(['failed', 'failed', 'failed']);
    expect([world.status('near'), world.status('far')]).toEqual(['stopped', 'running']);
  });

  it('is restarted as a whole, and its members come back in order', () => {
    const members = [service('a', quick), child(service('b', quick), 'a')];
    const spec = root([
      service('base', quick),
      child(group('web', members), need('base', 'ready', { restart: true })),
    ]);
    const world = running(boot(spec), 'base', 'a', 'b');
    world.root.send({ type: 'recycle', names: ['base'] });
    world.advance(3_000);
    expect(world.history.filter((line) => !line.startsWith('web'))).toEqual([
      ...['b stopping', 'b stopped', 'a stopping', 'a stopped', 'base stopping', 'base stopped'],
      ...['base starting', 'base running', 'a starting', 'a running', 'b starting', 'b running'],
    ]);
  });

  it('is left running when only one of its members is stopped', () => {
    const spec = root([group('web', [service('a', quick), service('b', quick)])]);
    const world = running(boot(spec), 'a', 'b');
    world.stop('a');
    world.advance(1_000);
    expect(world.history).toEqual(['a stopping', 'a stopped']);
    world.stop('b');
    world.advance(1_000);
    expect(world.status('web')).toBe('stopped');
  });
});

describe('a stop of everything', () => {
  const stopAll = (world: World, ms: number) => {
    world.root.send({ type: 'stop' });
    world.advance(ms);
  };

  it('goes down groups and dependencies in reverse, and nothing comes back', () => {
    const spec = root([
      group('data', [service('db', quick)]),
      child(group('web', [service('app', quick)]), need('data', 'ready', { target: 'db' })),
    ]);
    const world = running(boot(spec), 'db', 'app');
    stopAll(world, 60_000);
    expect(world.history.filter((line) => / (db|app)?.*stopped$/.test(line))).toEqual([
      'app stopped',
      'web stopped',
      'db stopped',
      'data stopped',
    ]);
    expect(world.root.getSnapshot().value).toBe('held');
    expect(world.kernel.clock.pending()).toBe(0);
  });

  it('takes no longer for many that are deaf than for one', () => {
    const kernel = new SimulatedKernel();
    const names = Array.from({ length: 50 }, (_, i) => `deaf${i}`);
    for (const name of names) kernel.script(name, { deafTo: ['SIGTERM'] });
    const world = running(
      boot(
        names.map((name) => service(name, quick)),
        { kernel },
      ),
      ...names,
    );
    stopAll(world, 5_001);
    expect(world.alive()).toEqual([]);
  });

  it('kills what is left at the deadline', () => {
    const kernel = new SimulatedKernel().script('slow', { stopsAfterMs: 60_000 });
    const { stop } = service('slow');
    const patient = { ...stop, steps: [{ signal: 'SIGTERM', waitMs: 90_000 } as const] };
    const spec = root([group('g', [service('slow', { ...quick, stop: patient })])]);
    const world = running(boot(spec, { kernel, deadlineMs: 10_000 }), 'slow');
    stopAll(world, 9_900);
    expect(world.alive()).toEqual(['slow']);
    stopAll(world, 200);
    expect(world.alive()).toEqual([]);
    expect(world.root.getSnapshot().value).toBe('held');
  });

  it('is held up for nobody by a member that cannot be ended, and is over when that one is', () => {
    const kernel = new SimulatedKernel().script('bad', { unkillable: true, deafTo: ['SIGTERM'] });
    const spec = root([
      service('db', quick),
      child(service('bad', quick), 'db'),
      child(service('app', quick), 'db'),
    ]);
    const world = running(boot(spec, { kernel }), 'db', 'bad', 'app');
    stopAll(world, 20_000);
    expect([world.status('db'), world.status('app'), world.status('bad')]).toEqual([
      'stopped',
      'stopped',
      'stuck',
    ]);
    expect(world.root.getSnapshot().value).toBe('draining');
    kernel.thaw('bad');
    world.advance(6_000);
    expect(world.root.getSnapshot().value).toBe('held');
  });

  it('asks those that are pinned as well', () => {
    const world = running(boot([service('a', quick)]), 'a');
    world.root.send({ type: 'pin', names: ['a'], pinned: true });
    stopAll(world, 100);
    expect(world.history).toEqual(['a stopping', 'a stopped']);
  });
});
