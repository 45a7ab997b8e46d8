import { describe, expect, it } from 'vitest';
import { SimulatedKernel } from '../../src/kernel/simulated/index.ts';
import type { Condition } from '../../src/machines/vocabulary.ts';
import { child, command, group, need, restart, root, service } from '../support/specs.ts';
import { boot, type World } from '../support/world.ts';

const quick = { settleMs: 100 };
const chain = root([
  service('db', quick),
  child(service('app', quick), 'db'),
  child(service('web', quick), 'app'),
]);

function running(world: World, ...names: string[]): World {
  world.start(...names);
  world.advance(5_000);
  for (const name of names) expect(world.status(name)).toBe('running');
  world.history.length = 0;
  return world;
}

describe('a start', () => {
  it('goes up the dependencies in order, each when the one below is ready', () => {
    const world = boot(chain);
    world.start('web', 'app', 'db');
    world.advance(1_000);
    expect(world.history).toEqual([
      'db starting',
      'db running',
      'app starting',
      'app running',
      'web starting',
      'web running',
    ]);
  });

  const gate = (condition: Condition, name = 'db') =>
    child(service('app', quick), need(name, condition));
  const tcp = {
    check: { kind: 'tcp', host: '127.0.0.1', port: 5432 } as const,
    ...{ ownsListener: false, everyMs: 100, tryMs: 100, timeoutMs: 9_000 },
  };

  it('waits for a process only, where only that was asked', () => {
    const world = boot(root([service('db', { settleMs: 5_000 }), gate('started')]));
    world.start('db', 'app');
    world.advance(500);
    expect(world.status('db')).toBe('starting');
    expect(world.status('app')).toBe('running');
  });

  it('waits until the other one answers', () => {
    const kernel = new SimulatedKernel().script('db', { listensOn: [5432], listensAfterMs: 2_000 });
    const world = boot(root([service('db', { ready: tcp }), gate('ready')]), { kernel });
    world.start('db', 'app');
    world.advance(1_900);
    expect(world.status('app')).toBe('stopped');
    world.advance(500);
    expect(world.status('app')).toBe('running');
  });

  it('waits until the other one is healthy, and not only up', () => {
    const health = { check: tcp.check, everyMs: 1_000, tryMs: 100, retries: 1, startPeriodMs: 0 };
    const db = service('db', { ...quick, health: { ...health, onFailure: 'none' } });
    const world = boot(root([db, gate('healthy')]));
    world.start('db');
    world.advance(3_000);
    expect(world.view('db').state).toBe('running.unhealthy');
    world.start('app');
    world.advance(3_000);
    expect(world.status('app')).toBe('stopped');
  });

  it('waits for a one-shot to have done its work', () => {
    const kernel = new SimulatedKernel().script('migrate', { exitsAfterMs: 800 });
    const migrate = service('migrate', { type: 'oneshot' });
    const world = boot(root([migrate, gate('completed', 'migrate')]), { kernel });
    world.start('migrate', 'app');
    world.advance(700);
    expect(world.status('app')).toBe('stopped');
    world.advance(300);
    expect(world.history).toEqual([
      'migrate starting',
      'migrate running',
      'migrate completed',
      'app starting',
      'app running',
    ]);
  });

  it('waits for a one-shot that is run once more', () => {
    const kernel = new SimulatedKernel().script('migrate', { exitsAfterMs: 800 });
    const migrate = service('migrate', { type: 'oneshot' });
    const world = boot(root([migrate, gate('completed', 'migrate')]), { kernel });
    world.start('migrate');
    world.advance(1_000);
    world.start('migrate', 'app');
    world.advance(700);
    expect(world.status('app')).toBe('stopped');
    world.advance(300);
    expect(world.status('app')).toBe('running');
  });

  it('does not come while the one it needs has failed, and comes once that one is up', () => {
    const kernel = new SimulatedKernel().script('db', { exitsAfterMs: 5, exitCode: 1 }, {});
    const db = service('db', { ...quick, restart: restart({ type: 'temporary' }) });
    const world = boot(root([db, gate('ready')]), { kernel });
    world.start('db', 'app');
    world.advance(60_000);
    expect([world.status('db'), world.status('app')]).toEqual(['failed', 'stopped']);
    world.start('db');
    world.advance(1_000);
    expect(world.status('app')).toBe('running');
  });
});

describe('a stop', () => {
  it('is not held up for what is only being prepared, so that it never starts', () => {
    const step = {
      ...{ name: 'init', unlessExists: null, directories: [], files: [], staging: null },
      ...{ command: command('init'), removeStale: [], owner: null, timeoutMs: 10_000 },
    };
    const kernel = new SimulatedKernel()
      .script('app', { stopsAfterMs: 4_000 })
      .script('init', { exitsAfterMs: 3_000 });
    const db = service('db', { prepare: [step] });
    const world = boot(root([db, child(service('app'), 'db')]), { kernel });
    world.start('db', 'app');
    world.advance(10_000);
    kernel.kill('db');
    world.advance(2_000);
    expect([world.status('db'), world.status('app')]).toEqual(['starting', 'running']);
    world.stop('db');
    world.advance(10_000);
    expect([world.status('db'), world.status('app')]).toEqual(['stopped', 'stopped']);
    expect(kernel.history.spawns.filter(({ program }) => program === 'db')).toHaveLength(1);
  });

  it('goes down the dependencies in reverse', () => {
    const kernel = new SimulatedKernel();
    for (const name of ['db', 'app', 'web']) kernel.script(name, { stopsAfterMs: 1_000 });
    const world = running(boot(chain, { kernel }), 'db', 'app', 'web');
    world.stop('db', 'app', 'web');
    world.advance(10_000);
    expect(world.history).toEqual([
      'web stopping',
      'web stopped',
      'app stopping',
      'app stopped',
      'db stopping',
      'db stopped',
    ]);
  });

  it('stops those at once that do not need each other', () => {
    const kernel = new SimulatedKernel();
    for (const name of ['a', 'b', 'c']) kernel.script(name, { stopsAfterMs: 1_000 });
    const world = running(
      boot(
        ['a', 'b', 'c'].map((n) => service(n)),
        { kernel },
      ),
      'a',
      'b',
      'c',
    );
    world.stop('a', 'b', 'c');
    world.advance(1_000);
    expect(world.alive()).toEqual([]);
  });

  it('of what others need takes those down first, and they come back with it', () => {
    const world = running(boot(chain), 'db', 'app', 'web');
    world.stop('db');
    world.advance(1_000);
    expect(world.history).toEqual([
      ...['web stopping', 'web stopped', 'app stopping', 'app stopped'],
      ...['db stopping', 'db stopped'],
    ]);
    world.history.length = 0;
    world.start('db');
    world.advance(1_000);
    expect(world.history.filter((line) => line.endsWith('running'))).toEqual([
      'db running',
      'app running',
      'web running',
    ]);
  });

  it('is not held up by a dependent that is stuck', () => {
    const kernel = new SimulatedKernel().script('app', { uid: 27 });
    const world = running(boot(chain, { kernel }), 'db', 'app');
    world.stop('db', 'app');
    world.advance(1_000);
    expect([world.status('app'), world.status('db')]).toEqual(['stuck', 'stopped']);
  });

  it('holds until somebody asks again, whatever happens around it', () => {
    const world = running(boot(chain), 'db', 'app', 'web');
    world.stop('web');
    world.advance(1_000);
    world.kernel.kill('app');
    world.kernel.kill('db');
    world.root.send({ type: 'recycle', names: ['app'] });
    world.advance(60_000);
    expect(world.status('app')).toBe('running');
    expect(world.kernel.history.spawns.filter(({ program }) => program === 'web')).toHaveLength(1);
  });
});

describe('a crash', () => {
  it('leaves those alone that need the crashed one', () => {
    const world = running(boot(chain), 'db', 'app', 'web');
    world.kernel.kill('db');
    world.advance(10_000);
    expect(world.history).toEqual([
      'db crashed',
      'db backoff',
      'db stopped',
      'db starting',
      'db running',
    ]);
  });

  const follows = { restart: true };

  it('takes along whoever asked to follow, and whoever follows those', () => {
    const spec = root([
      service('db', quick),
      child(service('app', quick), need('db', 'ready', follows)),
      child(service('web', quick), need('app', 'ready', follows)),
      child(service('cron', quick), need('db')),
    ]);
    const world = running(boot(spec), 'db', 'app', 'web', 'cron');
    const cron = world.view('cron').process?.pid;
    world.kernel.kill('db');
    world.advance(10_000);
    expect(world.history.filter((line) => / (running|stopped)$/.test(line))).toEqual([
      'web stopped',
      'app stopped',
      'db stopped',
      'db running',
      'app running',
      'web running',
    ]);
    expect(world.view('cron').process?.pid).toBe(cron);
  });

  it('in another group takes along the group that asked to follow', () => {
    const spec = root([
      group('data', [service('db', quick)]),
      child(
        group('front', [service('web', quick)]),
        need('data', 'ready', { target: 'db', ...follows }),
      ),
    ]);
    const world = running(boot(spec), 'db', 'web');
    const before = world.view('web').process?.pid;
    world.kernel.kill('db');
    world.advance(10_000);
    expect(world.status('web')).toBe('running');
    expect(world.view('web').process?.pid).not.toBe(before);
  });
});

describe('a restart', () => {
  it('is a stop that stays wanted, and leaves dependents alone', () => {
    const world = running(boot(chain), 'db', 'app', 'web');
    world.root.send({ type: 'recycle', names: ['db'] });
    world.advance(1_000);
    expect(world.history).toEqual(['db stopping', 'db stopped', 'db starting', 'db running']);
  });

  it('stops whoever follows before the one that is followed', () => {
    const app = child(service('app', quick), need('db', 'ready', { restart: true }));
    const world = running(boot(root([service('db', quick), app])), 'db', 'app');
    world.root.send({ type: 'recycle', names: ['db'] });
    world.advance(1_000);
    expect(world.history).toEqual([
      ...['app stopping', 'app stopped', 'db stopping', 'db stopped'],
      ...['db starting', 'db running', 'app starting', 'app running'],
    ]);
  });

  it('starts what was not running', () => {
    const world = boot([service('db', quick)]);
    world.root.send({ type: 'recycle', names: ['db'] });
    world.advance(1_000);
    expect(world.status('db')).toBe('running');
  });

  it('gives way to a stop that comes during it', () => {
    const kernel = new SimulatedKernel().script('db', { stopsAfterMs: 1_000 });
    const world = running(boot([service('db', quick)], { kernel }), 'db');
    world.root.send({ type: 'recycle', names: ['db'] });
    world.advance(500);
    world.stop('db');
    world.advance(10_000);
    expect(world.history).toEqual(['db stopping', 'db stopped']);
  });
});

describe('a dependency across groups', () => {
  const across = root([
    group('data', [service('db', quick), service('cache', quick)]),
    child(
      group('front', [
        service('static', quick),
        service('web', { ...quick, dependsOn: [on('db')] }),
      ]),
      need('data', 'ready', { target: 'db' }),
    ),
  ]);

  function on(name: string) {
    return { name, condition: 'ready', restart: false } as const;
  }

  it('waits for the one service in the other group, and for nobody else there', () => {
    const kernel = new SimulatedKernel().script('cache', { exitsAfterMs: 1, exitCode: 1 });
    const world = boot(across, { kernel });
    world.start('db', 'cache', 'static', 'web');
    world.advance(5_000);
    expect(world.status('data')).toBe('starting');
    expect(world.status('web')).toBe('running');
    expect(world.history.indexOf('db running')).toBeLessThan(world.history.indexOf('web starting'));
  });

  it('stops before what it needs does, also when only that is to stop', () => {
    const kernel = new SimulatedKernel().script('web', { stopsAfterMs: 1_000 });
    const world = running(boot(across, { kernel }), 'db', 'cache', 'static', 'web');
    world.stop('db', 'static', 'web');
    world.advance(5_000);
    const { history } = world;
    expect(history.indexOf('web stopped')).toBeLessThan(history.indexOf('db stopping'));
    expect(world.status('cache')).toBe('running');
  });

  it('holds for a later start as well, when the group is up already', () => {
    const kernel = new SimulatedKernel().script('db', {}, { exitsAfterMs: 1, exitCode: 1 }, {});
    const world = running(boot(across, { kernel }), 'db', 'cache', 'static', 'web');
    world.kernel.kill('db');
    world.kernel.kill('web');
    world.advance(20_000);
    const { history } = world;
    expect(history.lastIndexOf('db running')).toBeLessThan(history.lastIndexOf('web starting'));
    expect(history.filter((line) => line === 'web starting')).toHaveLength(1);
    expect(world.status('web')).toBe('running');
  });

  it('lets a chain behind a group go down to its last member', () => {
    const spec = root([
      group('data', [service('db', quick)]),
      child(service('app', quick), need('data', 'ready', { target: 'db' })),
      child(service('web', quick), 'app'),
    ]);
    const world = running(boot(spec), 'db', 'app', 'web');
    world.stop('db');
    world.advance(1_000);
    expect(world.alive()).toEqual([]);
  });
});
