import { describe, expect, it } from 'vitest';
import { type EventObject, fromCallback } from 'xstate';
import { SimulatedKernel } from '../../src/kernel/simulated/index.ts';
import { leavingStatuses } from '../../src/machines/fleet.ts';
import type { ProbeInput, ServiceRecord } from '../../src/machines/protocol.ts';
import type { GroupSpec, ServiceSpec } from '../../src/machines/vocabulary.ts';
import { child, group, need, restart, root, service } from '../support/specs.ts';
import { boot, type Setting, type World } from '../support/world.ts';

const quick = { settleMs: 100, restart: restart({ delayMs: 500 }) };

function recordsOf({ views }: World): Record<string, ServiceRecord> {
  const records: Record<string, ServiceRecord> = {};
  for (const view of views.values()) {
    if (view.kind === 'group') continue;
    const { process, readyAt, startedAt, logOffset, failure, exit, hash, state } = view;
    const rest = state === 'completed' || state === 'failed' ? state : null;
    const ready = readyAt !== null;
    const leaving = leavingStatuses.has(view.status);
    const ends = { leaving, rest, failure, exit } as const;
    records[view.name] = { process, ready, startedAt, logOffset, ...ends, hash };
  }
  return records;
}

/** The manager of this world dies, and another one takes over what it knew. */
function takenOver(
  world: World,
  spec: GroupSpec | readonly ServiceSpec[],
  wishes: Record<string, 'up' | 'down'>,
  meanwhile: () => void = () => {},
): World {
  const { kernel } = world;
  kernel.crashManager();
  meanwhile();
  kernel.manager();
  return boot(spec, { kernel, memory: { records: recordsOf(world), wishes } });
}

function running(spec: GroupSpec | readonly ServiceSpec[], setting: Setting = {}): World {
  const world = boot(spec, setting);
  const names = Object.keys(world.root.getSnapshot().children);
  world.start(...names, 'a', 'b', 'db');
  world.advance(3_000);
  return world;
}

describe('the next manager', () => {
  it('adopts what runs: same process, no restart, nobody signalled', () => {
    const spec = [service('a', quick)];
    const first = running(spec);
    const pid = first.view('a').process?.pid;
    const second = takenOver(first, spec, { a: 'up' });
    second.advance(60_000);
    expect(second.view('a')).toMatchObject({ status: 'running', adopted: true, process: { pid } });
    expect(second.kernel.history.spawns).toHaveLength(1);
    expect(second.kernel.history.signals).toEqual([]);
  });

  it('adopts what runs in groups of groups', () => {
    const spec = root([
      group('outer', [group('inner', [service('a', quick)]), service('b', quick)]),
    ]);
    const first = running(spec);
    const second = takenOver(first, spec, { a: 'up', b: 'up' });
    second.advance(60_000);
    expect(second.kernel.history.spawns).toHaveLength(2);
    expect(second.kernel.history.signals).toEqual([]);
    expect(second.status('outer')).toBe('running');
  });

  it('never shows a service as stopped that runs', () => {
    const spec = [service('a', quick)];
    const second = takenOver(running(spec), spec, { a: 'up' });
    const shown = second.news.flatMap((news) => (news.type === 'seen' ? [news.view.status] : []));
    expect(shown).toEqual(['running']);
  });

  it('wants what it finds running and nobody has said anything about', () => {
    const spec = [service('a', quick)];
    const second = takenOver(running(spec), spec, {});
    second.advance(60_000);
    expect(second.status('a')).toBe('running');
    second.kernel.kill('a');
    second.advance(60_000);
    expect(second.status('a')).toBe('running');
  });

  it('keeps what is wanted up while it does not know yet what that needs', () => {
    const spec = root([service('db', quick), child(service('a', quick), 'db')]);
    const second = takenOver(running(spec), spec, { a: 'up' });
    second.advance(10_000);
    expect(second.kernel.history.signals).toEqual([]);
  });

  it('stops what runs and was to be down', () => {
    const spec = [service('a', quick)];
    const second = takenOver(running(spec), spec, { a: 'down' });
    second.advance(1_000);
    expect(second.status('a')).toBe('stopped');
    expect(second.alive()).toEqual([]);
  });

  it('starts what is gone and was to be up, when its delay is over', () => {
    const spec = [service('a', quick)];
    const first = running(spec);
    const second = takenOver(first, spec, { a: 'up' }, () => first.kernel.kill('a'));
    expect(second.view('a').failure).toEqual({ kind: 'vanished' });
    second.advance(1_000);
    expect(second.status('a')).toBe('running');
  });

  it('does not take a reboot for a crash', () => {
    const spec = [service('a', quick)];
    const first = running(spec);
    const second = takenOver(first, spec, { a: 'up' }, () => first.kernel.reboot());
    expect(second.kernel.history.spawns).toHaveLength(2);
    expect(second.news.filter(({ type }) => type === 'judged')).toEqual([]);
  });

  it('remembers what had failed and what had done its work', () => {
    const kernel = new SimulatedKernel()
      .script('a', { exitsAfterMs: 10, exitCode: 1 })
      .script('b', { exitsAfterMs: 10 });
    const never = { restart: restart({ type: 'temporary' }) };
    const spec = [service('a', never), service('b', { type: 'oneshot', ...never })];
    const first = running(spec, { kernel });
    const second = takenOver(first, spec, { a: 'up', b: 'up' });
    second.advance(60_000);
    expect([second.status('a'), second.status('b')]).toEqual(['failed', 'completed']);
    expect(second.view('a').failure?.kind).toBe('exited-while-starting');
    expect(kernel.history.spawns).toHaveLength(2);
  });

  it('sweeps what is left of a tree before it starts another one', () => {
    const kernel = new SimulatedKernel().script('a', {
      workers: [{ outlivesParent: 'always', program: { stopsAfterMs: 300 } }],
    });
    const spec = [service('a', quick)];
    const first = running(spec, { kernel });
    const second = takenOver(first, spec, { a: 'up' }, () => kernel.kill('a'));
    expect(second.view('a').state).toBe('sweeping');
    second.advance(200);
    expect(kernel.history.spawns).toHaveLength(1);
    second.advance(3_000);
    expect(second.status('a')).toBe('running');
  });

  it('lets a parent judge a group in which it finds one crash too many', () => {
    const once = { settleMs: 100, restart: restart({ intensity: 0 }) };
    const spec = root([group('g', [service('a', once)], { restart: restart({ intensity: 0 }) })]);
    const first = running(spec);
    const second = takenOver(first, spec, { a: 'up' }, () => first.kernel.kill('a'));
    second.advance(60_000);
    expect([second.status('a'), second.status('g')]).toEqual(['failed', 'failed']);
    expect(second.kernel.history.spawns).toHaveLength(1);
  });

  it('holds dependencies across groups from the first moment on', () => {
    const db = { name: 'db', condition: 'ready', restart: false } as const;
    const spec = root([
      group('data', [service('db', quick)]),
      child(
        group('web', [service('a', { ...quick, dependsOn: [db] }), service('b', quick)]),
        need('data', 'ready', { target: 'db' }),
      ),
    ]);
    const first = running(spec);
    const all = { a: 'up', b: 'up', db: 'up' } as const;
    const second = takenOver(first, spec, all, () => {
      first.kernel.kill('a');
      first.kernel.kill('db');
    });
    second.advance(5_000);
    const { history } = second;
    expect(second.status('a')).toBe('running');
    expect(history.indexOf('db running')).toBeLessThan(history.indexOf('a starting'));
  });
});

describe('a machine that throws', () => {
  /** The first so many health checks of `a` blow up. */
  function fragile(times: number): World {
    let left = times;
    const kernel = new SimulatedKernel();
    const health = {
      check: { kind: 'file', path: '/x' } as const,
      ...{ everyMs: 1_000, tryMs: 100, retries: 3, startPeriodMs: 0, onFailure: 'none' as const },
    };
    const world = boot(
      root([group('g', [service('a', { ...quick, health }), service('b', quick)])]),
      {
        kernel,
        actors: () => ({
          probe: fromCallback<EventObject, ProbeInput>(({ input }) => {
            if (input.check !== null && left-- > 0) throw new Error('a defect of ours');
          }),
        }),
      },
    );
    world.start('a', 'b');
    world.advance(60_000);
    return world;
  }

  it('is made anew and adopts the same process', () => {
    const world = fragile(3);
    const broke = world.news.filter((news) => news.type === 'broke');
    expect(broke).toHaveLength(3);
    expect(broke[0]).toMatchObject({ name: 'a', reason: 'a defect of ours' });
    expect(world.kernel.history.spawns.map(({ program }) => program)).toEqual(['a', 'b']);
    expect(world.view('a')).toMatchObject({ status: 'running', adopted: true });
    expect(world.status('b')).toBe('running');
  });

  it('is made anew five times and no more, and then called stuck, for its process may live', () => {
    const world = fragile(1_000);
    expect(world.news.filter(({ type }) => type === 'broke')).toHaveLength(6);
    expect(world.alive()).toContain('a');
    expect(world.root.getSnapshot().status).toBe('active');
    expect(world.status('b')).toBe('running');
  });
});
