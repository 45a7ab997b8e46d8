import { describe, expect, it } from 'vitest';
import { SimulatedKernel } from '../../src/kernel/simulated/index.ts';
import { command, restart, service } from '../support/specs.ts';
import { boot } from '../support/world.ts';

const pidFile = '/run/nginx.pid';
const daemon = service('nginx', { type: 'forking', pidFile: { path: pidFile, waitMs: 3_000 } });
const tcp = (port: number) => ({
  check: { kind: 'tcp', host: '127.0.0.1', port } as const,
  ownsListener: false,
  everyMs: 250,
  tryMs: 1_000,
  timeoutMs: 10_000,
});

describe('starting', () => {
  it('calls a service running once it has stayed up for its settle time', () => {
    const world = boot([service('redis')]);
    world.start('redis');
    world.advance(999);
    expect(world.status('redis')).toBe('starting');
    world.advance(1);
    expect(world.status('redis')).toBe('running');
    expect(world.view('redis').process?.pid).toBe(world.kernel.alive()[0]?.identity.pid);
  });

  it('is running as soon as it has a process where it need not settle', () => {
    const world = boot([service('redis', { settleMs: 0 })]);
    world.start('redis');
    const states = world.news.flatMap((one) =>
      one.type === 'seen' && one.view.kind === 'service' ? [one.view.state] : [],
    );
    expect(states.slice(-2)).toEqual(['starting.launching', 'running.healthy']);
    const { startedAt, readyAt } = world.view('redis');
    expect(readyAt).toBe(startedAt);
    expect(readyAt).not.toBe(null);
  });

  it('waits for a pid file that appears late, and watches the process it names', () => {
    const kernel = new SimulatedKernel().script('nginx', {
      daemonises: {},
      pidFile: { path: pidFile, afterMs: 2_000 },
    });
    const world = boot([daemon], { kernel });
    world.start('nginx');
    world.advance(4_000);
    expect(world.status('nginx')).toBe('running');
    const pid = world.view('nginx').process?.pid;
    expect(world.kernel.files.read(pidFile)).toBe(`${pid}\n`);
    kernel.kill(pid as number);
    world.advance(600);
    expect(world.history).toEqual([
      'nginx starting',
      'nginx running',
      'nginx crashed',
      'nginx backoff',
    ]);
  });

  it('stops a process whose pid file never appears, and then restarts it', () => {
    const world = boot([service('nginx', { pidFile: { path: pidFile, waitMs: 3_000 } })]);
    world.start('nginx');
    world.advance(3_500);
    expect(world.history).toEqual([
      'nginx starting',
      'nginx stopping',
      'nginx crashed',
      'nginx backoff',
    ]);
    expect(world.view('nginx').failure).toMatchObject({ kind: 'no-pid-file', path: pidFile });
    expect(world.alive()).toEqual([]);
  });

  it('does not wait for a daemon that has died before it wrote its pid file', () => {
    const kernel = new SimulatedKernel().script('nginx', { exitsAfterMs: 5 });
    const patient = { type: 'forking', pidFile: { path: pidFile, waitMs: 60_000 } } as const;
    const world = boot([service('nginx', patient)], { kernel });
    world.start('nginx');
    world.advance(3_000);
    expect(world.view('nginx').failure?.kind).toBe('exited-while-starting');
    expect(world.history).toEqual(['nginx starting', 'nginx crashed', 'nginx backoff']);
  });

  it('sweeps the daemon of a launcher whose pid file never came', () => {
    const kernel = new SimulatedKernel().script('nginx', { daemonises: {} });
    const world = boot([daemon], { kernel });
    world.start('nginx');
    world.advance(3_500);
    expect(world.history).toEqual([
      'nginx starting',
      'nginx stopping',
      'nginx crashed',
      'nginx backoff',
    ]);
    expect(world.alive()).toEqual([]);
  });

  it('takes an immediate exit for a crash and says how it exited', () => {
    const kernel = new SimulatedKernel().script('mysql', { exitsAfterMs: 50, exitCode: 1 });
    const world = boot([service('mysql')], { kernel });
    world.start('mysql');
    world.advance(60);
    expect(world.history).toEqual(['mysql starting', 'mysql crashed', 'mysql backoff']);
    expect(world.view('mysql').failure).toEqual({
      kind: 'exited-while-starting',
      exit: { code: 1, signal: null },
    });
  });

  it('crashes when the command cannot be run, and gives up in the end', () => {
    const kernel = new SimulatedKernel().script('mysql', { problem: 'missing-binary' });
    const world = boot([service('mysql')], { kernel });
    world.start('mysql');
    world.advance(60_000);
    expect(world.status('mysql')).toBe('failed');
    expect(world.view('mysql').failure).toMatchObject({
      kind: 'not-spawned',
      problem: 'missing-binary',
    });
    expect(kernel.history.spawns).toHaveLength(4);
  });

  it('tries again without counting a crash when the machine is short of something', () => {
    const kernel = new SimulatedKernel();
    kernel.failSpawns('out-of-resources', 5);
    const world = boot([service('mysql')], { kernel });
    world.start('mysql');
    world.advance(60_000);
    expect(world.status('mysql')).toBe('running');
    expect(world.history).toEqual(['mysql starting', 'mysql running']);
  });

  it('is ready only when the readiness check passes', () => {
    const kernel = new SimulatedKernel().script('mysql', {
      listensOn: [3306],
      listensAfterMs: 5_000,
    });
    const world = boot([service('mysql', { ready: tcp(3306) })], { kernel });
    world.start('mysql');
    world.advance(4_900);
    expect(world.status('mysql')).toBe('starting');
    world.advance(400);
    expect(world.status('mysql')).toBe('running');
  });

  it('does not believe an answer that another process gave', () => {
    const kernel = new SimulatedKernel().script('mysql', {});
    kernel.bear('stranger', { listensOn: [3306] });
    const world = boot([service('mysql', { ready: { ...tcp(3306), ownsListener: true } })], {
      kernel,
    });
    world.start('mysql');
    world.advance(9_000);
    expect(world.status('mysql')).toBe('starting');
    world.advance(1_500);
    expect(world.view('mysql').failure?.kind).toBe('not-ready');
  });

  it('stops a process that never becomes ready', () => {
    const world = boot([service('mysql', { ready: tcp(3306) })]);
    world.start('mysql');
    world.advance(10_100);
    expect(world.history).toEqual([
      'mysql starting',
      'mysql stopping',
      'mysql crashed',
      'mysql backoff',
    ]);
  });

  it('is ready when it says so to its notify socket', () => {
    const kernel = new SimulatedKernel().script('mysql', { notifiesReadyAfterMs: 700 });
    const ready = { ...tcp(0), check: { kind: 'notify' } as const };
    const world = boot([service('mysql', { type: 'notify', ready })], { kernel });
    world.start('mysql');
    world.advance(699);
    expect(world.status('mysql')).toBe('starting');
    world.advance(2);
    expect(world.status('mysql')).toBe('running');
  });

  it('is ready when it prints the line it was said to print', () => {
    const kernel = new SimulatedKernel().script('mysql', {
      prints: [
        { afterMs: 100, line: 'hello' },
        { afterMs: 900, line: 'ready for connections' },
      ],
    });
    const ready = { ...tcp(0), check: { kind: 'log', pattern: 'ready for' } as const };
    const world = boot([service('mysql', { ready })], { kernel });
    world.start('mysql');
    world.advance(800);
    expect(world.status('mysql')).toBe('starting');
    world.advance(700);
    expect(world.status('mysql')).toBe('running');
  });
});

describe('preparing', () => {
  const initdb = {
    name: 'initdb',
    unlessExists: '/data/pg',
    directories: [{ path: '/data', mode: 0o700 }],
    files: [],
    command: command('initdb'),
    staging: { from: '/data/pg.new', to: '/data/pg' },
    removeStale: [],
    owner: null,
    timeoutMs: 10_000,
  };
  const postgres = service('postgres', { prepare: [initdb] });
  const scripted = () =>
    new SimulatedKernel().script('initdb', { exitsAfterMs: 2_000, creates: ['/data/pg.new/'] });

  it('initialises a data directory once, as a visible step', () => {
    const kernel = scripted();
    const world = boot([postgres], { kernel });
    world.start('postgres');
    world.advance(1_000);
    expect(world.view('postgres')).toMatchObject({ state: 'starting.preparing', step: 'initdb' });
    world.advance(3_000);
    expect(world.status('postgres')).toBe('running');
    world.stop('postgres');
    world.advance(1_000);
    world.start('postgres');
    world.advance(3_000);
    expect(kernel.history.spawns.map(({ program }) => program)).toEqual([
      'initdb',
      'postgres',
      'postgres',
    ]);
  });

  it('can be stopped in the middle, and then does it again from the beginning', () => {
    const kernel = scripted();
    const world = boot([postgres], { kernel });
    world.start('postgres');
    world.advance(1_000);
    world.stop('postgres');
    world.advance(100);
    expect(world.status('postgres')).toBe('stopped');
    expect(world.alive()).toEqual([]);
    expect(kernel.files.exists('/data/pg')).toBe(false);
    world.start('postgres');
    world.advance(5_000);
    expect(world.status('postgres')).toBe('running');
    expect(kernel.files.exists('/data/pg')).toBe(true);
  });

  it('says which step failed', () => {
    const kernel = new SimulatedKernel().script('initdb', { exitsAfterMs: 10, exitCode: 1 });
    const world = boot(
      [service('postgres', { prepare: [initdb], restart: restart({ type: 'temporary' }) })],
      { kernel },
    );
    world.start('postgres');
    world.advance(100);
    expect(world.status('postgres')).toBe('failed');
    expect(world.view('postgres').failure).toMatchObject({ kind: 'not-prepared', step: 'initdb' });
  });

  it('redoes what a manager that died had half done', () => {
    const kernel = scripted();
    const first = boot([postgres], { kernel });
    first.start('postgres');
    first.advance(1_000);
    kernel.crashManager();
    kernel.manager();
    const second = boot([postgres], { kernel, memory: { wishes: { postgres: 'up' } } });
    second.advance(10_000);
    expect(second.status('postgres')).toBe('running');
    expect(kernel.violations).toEqual([]);
    expect(second.alive()).toEqual(['postgres']);
  });
});

describe('stopping', () => {
  it('escalates to SIGKILL when the process is deaf to SIGTERM', () => {
    const kernel = new SimulatedKernel().script('php-fpm', { deafTo: ['SIGTERM'] });
    const world = boot([service('php-fpm')], { kernel });
    world.start('php-fpm');
    world.advance(1_000);
    world.stop('php-fpm');
    world.advance(5_000);
    expect(world.history.slice(2)).toEqual([
      'php-fpm stopping',
      'php-fpm killing',
      'php-fpm stopped',
    ]);
    expect(kernel.history.signals.map(({ signal, at }) => `${signal} ${at}`)).toEqual([
      'SIGTERM 1000',
      'SIGKILL 6000',
    ]);
    expect(world.view('php-fpm').stop).toEqual({ by: 'SIGKILL', killed: true, tookMs: 5_000 });
  });

  it('takes the steps it was given, each with its own patience', () => {
    const kernel = new SimulatedKernel().script('nginx', { deafTo: ['SIGQUIT'] });
    const { stop } = service('nginx');
    const steps = [
      { signal: 'SIGQUIT', waitMs: 20_000 } as const,
      { signal: 'SIGTERM', waitMs: 10_000 } as const,
    ];
    const world = boot([service('nginx', { stop: { ...stop, steps } })], { kernel });
    world.start('nginx');
    world.advance(1_000);
    world.stop('nginx');
    world.advance(30_000);
    expect(kernel.history.signals.map(({ signal, at }) => `${signal} ${at}`)).toEqual([
      'SIGQUIT 1000',
      'SIGTERM 21000',
    ]);
    expect(world.view('nginx').stop).toEqual({ by: 'SIGTERM', killed: false, tookMs: 20_000 });
  });

  it('says that a process is stuck when even SIGKILL does not end it, and starts no second one', () => {
    const kernel = new SimulatedKernel().script(
      'mysql',
      { unkillable: true, deafTo: ['SIGTERM'] },
      {},
    );
    const world = boot([service('mysql')], { kernel });
    world.start('mysql');
    world.advance(1_000);
    world.stop('mysql');
    world.advance(8_000);
    expect(world.status('mysql')).toBe('stuck');
    world.start('mysql');
    world.advance(20_000);
    expect(kernel.history.spawns).toHaveLength(1);
    kernel.thaw('mysql');
    world.advance(1_500);
    expect(world.status('mysql')).toBe('running');
    expect(kernel.history.spawns).toHaveLength(2);
  });

  it('is stuck at once when it may not signal the process', () => {
    const kernel = new SimulatedKernel().script('mysql', { uid: 27 });
    const world = boot([service('mysql')], { kernel });
    world.start('mysql');
    world.advance(1_000);
    world.stop('mysql');
    world.advance(0);
    expect(world.status('mysql')).toBe('stuck');
  });

  it('honours a stop during start', () => {
    const world = boot([service('redis')]);
    world.start('redis');
    world.advance(10);
    world.stop('redis');
    world.advance(10);
    expect(world.history).toEqual(['redis starting', 'redis stopping', 'redis stopped']);
  });

  it('lets a launcher finish before it honours a stop, so as not to orphan its child', () => {
    const kernel = new SimulatedKernel().script('nginx', {
      daemonises: {},
      pidFile: { path: pidFile, afterMs: 500 },
    });
    const world = boot([daemon], { kernel });
    world.start('nginx');
    world.stop('nginx');
    world.advance(3_000);
    expect(world.history).toEqual(['nginx starting', 'nginx stopping', 'nginx stopped']);
    expect(world.alive()).toEqual([]);
  });

  it('does not wait for long for a pid file that nobody will read', () => {
    const patient = { type: 'forking', pidFile: { path: pidFile, waitMs: 60_000 } } as const;
    const kernel = new SimulatedKernel().script('nginx', { daemonises: {} });
    const world = boot([service('nginx', patient)], { kernel });
    world.start('nginx');
    world.advance(1_000);
    world.stop('nginx');
    world.advance(3_000);
    expect(world.status('nginx')).toBe('stopped');
    expect(world.alive()).toEqual([]);
  });

  it('starts again when asked to during a stop', () => {
    const kernel = new SimulatedKernel().script('redis', { stopsAfterMs: 2_000 });
    const world = boot([service('redis')], { kernel });
    world.start('redis');
    world.advance(1_000);
    world.stop('redis');
    world.advance(500);
    world.start('redis');
    world.advance(5_000);
    expect(world.history).toEqual([
      'redis starting',
      'redis running',
      'redis stopping',
      'redis stopped',
      'redis starting',
      'redis running',
    ]);
  });

  it('stops a service that waits in backoff, and nothing revives it', () => {
    const kernel = new SimulatedKernel().script('redis', { exitsAfterMs: 10, exitCode: 1 });
    const world = boot([service('redis')], { kernel });
    world.start('redis');
    world.advance(20);
    world.stop('redis');
    world.advance(60_000);
    expect(world.history).toEqual([
      'redis starting',
      'redis crashed',
      'redis backoff',
      'redis stopped',
    ]);
  });

  it('waits for a server that hangs on a stop before it is ready', () => {
    const kernel = new SimulatedKernel().script('mariadb', {
      hangsIfStoppedBeforeMs: 2_000,
      listensOn: [3306],
      listensAfterMs: 2_000,
    });
    const { stop } = service('mariadb');
    const spec = service('mariadb', { ready: tcp(3306), stop: { ...stop, waitReadyMs: 30_000 } });
    const world = boot([spec], { kernel });
    world.start('mariadb');
    world.advance(500);
    world.stop('mariadb');
    world.advance(4_000);
    expect(world.history).toEqual(['mariadb starting', 'mariadb stopping', 'mariadb stopped']);
    expect(kernel.history.signals.map(({ signal }) => signal)).toEqual(['SIGTERM']);
  });

  it('is not over before the last of the tree is gone', () => {
    const kernel = new SimulatedKernel().script('nginx', {
      workers: [
        { count: 2, outlivesParent: 'always', ownSession: true, program: { stopsAfterMs: 1_000 } },
      ],
    });
    const world = boot([service('nginx')], { kernel });
    world.start('nginx');
    world.advance(1_000);
    world.stop('nginx');
    world.advance(500);
    expect(world.status('nginx')).toBe('stopping');
    world.advance(1_000);
    expect(world.status('nginx')).toBe('stopped');
    expect(world.alive()).toEqual([]);
  });

  it('kills without asking when told to', () => {
    const world = boot([service('redis')]);
    world.start('redis');
    world.advance(1_000);
    world.root.send({ type: 'destroy', names: ['redis'] });
    world.advance(10);
    expect(world.history.slice(2)).toEqual(['redis killing', 'redis stopped']);
  });
});

describe('running', () => {
  it('sweeps the workers that a killed main process leaves before it counts as crashed', () => {
    const kernel = new SimulatedKernel().script('nginx', {
      listensOn: [80],
      workers: [{ count: 2, outlivesParent: 'when-killed' }],
    });
    const world = boot([service('nginx', { ready: tcp(80) })], { kernel });
    world.start('nginx');
    world.advance(1_000);
    kernel.kill('nginx');
    world.advance(5_000);
    expect(world.history.slice(2)).toEqual([
      'nginx stopping',
      'nginx crashed',
      'nginx backoff',
      'nginx stopped',
      'nginx starting',
      'nginx running',
    ]);
    expect(world.view('nginx').failure).toBeNull();
  });

  it('reloads by signal', () => {
    const world = boot([service('nginx', { reload: { test: null, by: { signal: 'SIGHUP' } } })]);
    world.start('nginx');
    world.advance(1_000);
    world.root.send({ type: 'reload', names: ['nginx'] });
    world.advance(0);
    expect(world.kernel.history.signals.map(({ signal }) => signal)).toEqual(['SIGHUP']);
    expect(world.status('nginx')).toBe('running');
  });

  it('does not reload a configuration that its test refuses', () => {
    const kernel = new SimulatedKernel().script('nginx-test', { exitsAfterMs: 5, exitCode: 1 });
    const reload = { test: command('nginx-test'), by: { signal: 'SIGHUP' as const } };
    const world = boot([service('nginx', { reload })], { kernel });
    world.start('nginx');
    world.advance(1_000);
    world.root.send({ type: 'reload', names: ['nginx'] });
    world.advance(100);
    expect(kernel.history.signals).toEqual([]);
    expect(world.view('nginx').note).toMatch(/^reload refused: nginx-test exited with code 1/);
  });

  it('follows a server that hands over to a new main process', () => {
    const kernel = new SimulatedKernel().script('nginx', {
      daemonises: {},
      pidFile: { path: pidFile },
      reexecsOn: { signal: 'SIGUSR2', oldExitsAfterMs: 500 },
    });
    const world = boot([daemon], { kernel });
    world.start('nginx');
    world.advance(2_000);
    const before = world.view('nginx').process?.pid;
    world.root.send({ type: 'signal', names: ['nginx'], signal: 'SIGUSR2' });
    world.advance(3_000);
    expect(world.status('nginx')).toBe('running');
    expect(world.view('nginx').process?.pid).not.toBe(before);
    expect(world.history).toEqual(['nginx starting', 'nginx running']);
    world.stop('nginx');
    world.advance(2_000);
    expect(world.alive()).toEqual([]);
  });

  it('sees the end of a main process that another one had handed over to', () => {
    const kernel = new SimulatedKernel().script('nginx', {
      daemonises: {},
      pidFile: { path: pidFile },
      reexecsOn: { signal: 'SIGUSR2', oldExitsAfterMs: 500 },
      workers: [{ outlivesParent: 'when-killed' }],
    });
    const world = boot([daemon], { kernel });
    world.start('nginx');
    world.advance(2_000);
    world.root.send({ type: 'signal', names: ['nginx'], signal: 'SIGUSR2' });
    world.advance(3_000);
    // The worker lives on and holds the lifeline, so that says nothing.
    kernel.kill(world.view('nginx').process?.pid ?? 0);
    world.advance(1_000);
    expect(world.history.slice(2, 5)).toEqual(['nginx stopping', 'nginx crashed', 'nginx backoff']);
  });

  it('restarts in place of stopping when asked to restart', () => {
    const world = boot([service('redis')]);
    world.start('redis');
    world.advance(1_000);
    world.root.send({ type: 'recycle', names: ['redis'] });
    world.advance(1_000);
    expect(world.history.slice(2)).toEqual([
      'redis stopping',
      'redis stopped',
      'redis starting',
      'redis running',
    ]);
  });

  it('forgives as many missed health checks as allowed, and no more', () => {
    const health = {
      check: { kind: 'tcp', host: '127.0.0.1', port: 9000 } as const,
      everyMs: 1_000,
      tryMs: 500,
      retries: 3,
      startPeriodMs: 0,
      onFailure: 'restart' as const,
    };
    const kernel = new SimulatedKernel().script('minio', { listensOn: [9000] });
    const world = boot([service('minio', { health })], { kernel });
    world.start('minio');
    world.advance(2_500);
    kernel.silence('minio');
    world.advance(1_600);
    expect(world.status('minio')).toBe('running');
    kernel.silence('minio', false);
    world.advance(2_000);
    expect(world.status('minio')).toBe('running');
    kernel.silence('minio');
    world.advance(8_000);
    const { history } = world;
    expect(history.slice(2)).not.toContain('minio failed');
  });

  it('is completed when a one-shot ends well, and has failed when it does not', () => {
    const kernel = new SimulatedKernel()
      .script('migrate', { exitsAfterMs: 100 })
      .script('broken', { exitsAfterMs: 100, exitCode: 2 });
    const oneshot = { type: 'oneshot', restart: restart({ type: 'temporary' }) } as const;
    const world = boot([service('migrate', oneshot), service('broken', oneshot)], { kernel });
    world.start('migrate', 'broken');
    world.advance(200);
    expect(world.status('migrate')).toBe('completed');
    expect(world.status('broken')).toBe('failed');
    world.start('migrate');
    world.advance(200);
    expect(kernel.history.spawns.filter(({ program }) => program === 'migrate')).toHaveLength(2);
  });
});
