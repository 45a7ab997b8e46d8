import { describe, expect, it } from 'vitest';
import { SimulatedKernel } from '../../src/kernel/simulated/index.ts';
import type { GroupSpec } from '../../src/machines/vocabulary.ts';
import { child, group, need, restart, root, service } from '../support/specs.ts';
import { boot, type World } from '../support/world.ts';

const quick = { settleMs: 100, restart: restart({ delayMs: 500 }) };

function running(world: World, ...names: string[]): World {
  world.start(...names);
  world.advance(3_000);
  world.history.length = 0;
  return world;
}

describe('destroy', () => {
  it('kills without asking, and takes down whoever needs it', () => {
    const spec = root([service('db', quick), child(service('app', quick), 'db')]);
    const world = running(boot(spec), 'db', 'app');
    world.root.send({ type: 'destroy', names: ['db'] });
    world.advance(60_000);
    expect([world.status('db'), world.status('app')]).toEqual(['stopped', 'stopped']);
    const sent = world.kernel.history.signals.map(({ program, signal }) => `${program} ${signal}`);
    expect(sent.sort()).toEqual(['app SIGTERM', 'db SIGKILL']);
  });

  it('shortens a stop that is under way', () => {
    const kernel = new SimulatedKernel().script('db', { deafTo: ['SIGTERM'] });
    const world = running(boot([service('db', quick)], { kernel }), 'db');
    world.stop('db');
    world.advance(100);
    world.root.send({ type: 'destroy', names: ['db'] });
    world.advance(1);
    expect(world.status('db')).toBe('stopped');
  });
});

describe('a pin', () => {
  const pin = (world: World, pinned: boolean) =>
    world.root.send({ type: 'pin', names: ['a'], pinned });

  it('keeps up what is up, until it is taken out', () => {
    const world = running(boot([service('a', quick)]), 'a');
    pin(world, true);
    world.stop('a');
    world.advance(60_000);
    expect(world.status('a')).toBe('running');
    pin(world, false);
    world.advance(1_000);
    expect(world.status('a')).toBe('stopped');
  });

  it('keeps down what is down, until it is taken out', () => {
    const world = boot([service('a', quick)]);
    pin(world, true);
    world.start('a');
    world.advance(60_000);
    expect(world.alive()).toEqual([]);
    pin(world, false);
    world.advance(1_000);
    expect(world.status('a')).toBe('running');
  });

  it('lets a start count that was asked for after a crash under it', () => {
    const world = running(boot([service('a', quick)]), 'a');
    pin(world, true);
    world.stop('a');
    world.kernel.kill('a');
    world.advance(1_000);
    expect(world.status('a')).toBe('crashed');
    world.start('a');
    world.advance(1_000);
    expect(world.status('a')).toBe('crashed');
    pin(world, false);
    world.advance(1_000);
    expect(world.status('a')).toBe('running');
  });

  it('keeps its group up when nobody wants anything else in it', () => {
    const spec = root([group('g', [service('a', quick), service('b', quick)])]);
    const world = running(boot(spec), 'a', 'b');
    pin(world, true);
    world.stop('a', 'b');
    world.advance(10_000);
    expect([world.status('a'), world.status('b')]).toEqual(['running', 'stopped']);
    pin(world, false);
    world.advance(1_000);
    expect(world.status('g')).toBe('stopped');
  });
});

describe('a changed definition', () => {
  const amend = (world: World, spec: GroupSpec) => world.root.send({ type: 'amend', spec });

  it('leaves alone what it does not change', () => {
    const world = running(boot([service('a', quick), service('b', quick)]), 'a', 'b');
    const pid = world.view('a').process?.pid;
    amend(world, root([service('a', quick), service('b', { ...quick, hash: 'h2' })]));
    world.advance(3_000);
    expect(world.view('a').process?.pid).toBe(pid);
    expect(world.history.filter((line) => line.startsWith('a'))).toEqual([]);
  });

  it('restarts what it changes, and the new program is the one that runs', () => {
    const kernel = new SimulatedKernel().script('a', {}).script('a2', {});
    const world = running(boot([service('a', quick)], { kernel }), 'a');
    const { command } = service('a2');
    amend(world, root([service('a', { ...quick, hash: 'h2', command })]));
    world.advance(3_000);
    expect(world.alive()).toEqual(['a2']);
    expect(world.view('a').hash).toBe('h2');
    expect(world.history).toEqual(['a stopping', 'a stopped', 'a starting', 'a running']);
  });

  it('does not start what was stopped', () => {
    const world = boot([service('a', quick)]);
    amend(world, root([service('a', { ...quick, hash: 'h2' })]));
    world.advance(3_000);
    expect(world.kernel.history.spawns).toEqual([]);
  });

  it('stops what it no longer has, in order, and then forgets it', () => {
    const kernel = new SimulatedKernel().script('app', { stopsAfterMs: 1_000 });
    const spec = root([service('db', quick), child(service('app', quick), 'db')]);
    const world = running(boot(spec, { kernel }), 'db', 'app');
    amend(world, root([]));
    world.advance(3_000);
    expect(world.history).toEqual(['app stopping', 'app stopped', 'db stopping', 'db stopped']);
    expect(Object.keys(world.root.getSnapshot().children)).toEqual([]);
    expect(world.news.filter(({ type }) => type === 'removed')).toHaveLength(2);
  });

  it('tells of everything that goes with a group', () => {
    const world = running(boot(root([group('g', [service('a', quick)])])), 'a');
    amend(world, root([]));
    world.advance(3_000);
    expect(world.alive()).toEqual([]);
    expect(world.news.filter(({ type }) => type === 'removed')).toEqual([
      { type: 'removed', name: 'g' },
      { type: 'removed', name: 'a' },
    ]);
  });

  it('brings new services, which are there to be started', () => {
    const kernel = new SimulatedKernel().script('b', {}).script('c', {});
    const world = running(boot([service('a', quick)], { kernel }), 'a');
    amend(
      world,
      root([service('a', quick), service('b', quick), group('g', [service('c', quick)])]),
    );
    world.advance(1_000);
    expect(world.alive()).toEqual(['a']);
    world.start('b', 'c');
    world.advance(1_000);
    expect([world.status('b'), world.status('c')]).toEqual(['running', 'running']);
  });

  it('takes back what was on its way out', () => {
    const kernel = new SimulatedKernel().script('a', { stopsAfterMs: 2_000 }, {});
    const world = running(boot([service('a', quick)], { kernel }), 'a');
    amend(world, root([]));
    world.advance(500);
    amend(world, root([service('a', quick)]));
    world.start('a');
    world.advance(5_000);
    expect(world.status('a')).toBe('running');
    expect(world.news.filter(({ type }) => type === 'removed')).toEqual([]);
  });

  it('can make a service depend on one in a group that nobody depended on before', () => {
    const data = group('data', [service('db', quick)]);
    const world = running(boot(root([data, service('app', quick)])), 'db', 'app');
    const app = child(
      service('app', { ...quick, hash: 'h2' }),
      need('data', 'ready', { target: 'db' }),
    );
    amend(world, root([data, app]));
    world.advance(3_000);
    expect(world.status('app')).toBe('running');
    world.stop('db');
    world.advance(3_000);
    expect(world.alive()).toEqual([]);
  });
});
