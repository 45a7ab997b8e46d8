/** What an embedder sees, on the simulated system. */
import { describe, expect, it } from 'vitest';
import { SimulatedKernel } from '../../src/kernel/simulated/index.ts';
import type { SupervisorEvent } from '../../src/runtime/api.ts';
import { during, project, supervise } from '../support/project.ts';
import { child, group, need, restart, root, service } from '../support/specs.ts';

const dependent = (name: string, on: string) =>
  service(name, { dependsOn: [{ name: on, condition: 'ready', restart: false }] });

const shop = () => project(root([child(service('db')), child(dependent('web', 'db'), 'db')]));

describe('starting', () => {
  it('starts what a service depends on, and resolves when all are ready', async () => {
    const { supervisor, kernel } = await supervise(shop());
    const outcomes = await during(kernel, 5_000, supervisor.start(['web']));
    expect(outcomes.map(({ name, summary }) => `${name} ${summary}`)).toEqual([
      'db ready in 1 s',
      'web ready in 1 s',
    ]);
    expect(supervisor.serviceStatus('web').state).toBe('running');
  });

  it('says why a service could not be started, and what it printed', async () => {
    const kernel = new SimulatedKernel().script('db', {
      exitsAfterMs: 50,
      exitCode: 78,
      prints: [{ afterMs: 10, line: 'bad configuration in line 3' }],
    });
    const spec = project([service('db', { restart: restart({ type: 'temporary' }) })]);
    const { supervisor } = await supervise(spec, kernel);
    await expect(during(kernel, 5_000, supervisor.start(['db']))).rejects.toMatchObject({
      code: 'start-failed',
      message: expect.stringMatching(
        /exited with code 78 before it was ready[\s\S]*bad configuration/,
      ),
    });
  });

  it('quotes the line of a configuration that Redis shows, and nothing twice', async () => {
    const lines = ['starting', 'FATAL CONFIG FILE', 'FATAL CONFIG FILE', '>>> maxmemori'];
    const kernel = new SimulatedKernel().script('db', {
      exitsAfterMs: 50,
      exitCode: 1,
      prints: lines.map((line) => ({ line })),
    });
    const spec = project([service('db', { restart: restart({ type: 'temporary' }) })]);
    const { supervisor } = await supervise(spec, kernel);
    await expect(during(kernel, 5_000, supervisor.start(['db']))).rejects.toThrow(
      /\n {4}FATAL CONFIG FILE \/ >>> maxmemori$/,
    );
  });

  it('names whoever has the place of a service that could not be started', async () => {
    const kernel = new SimulatedKernel()
      .script('old', { listensOn: [5432] })
      .script('db', { listensOn: [5432] });
    const ready = {
      check: { kind: 'tcp', host: '127.0.0.1', port: 5432 } as const,
      ownsListener: true,
      everyMs: 100,
      tryMs: 100,
      timeoutMs: 9_000,
    };
    const db = service('db', { ready, restart: restart({ type: 'temporary' }) });
    const { supervisor } = await supervise(project([service('old'), db]), kernel);
    await during(kernel, 5_000, supervisor.start(['old']));
    const taken = `127.0.0.1:5432 is taken by pid ${supervisor.serviceStatus('old').pid}`;
    await expect(during(kernel, 5_000, supervisor.start(['db']))).rejects.toThrow(taken);
    expect(supervisor.why('db')).toContain(taken);
  });

  it('tells the dependent that what it needs has failed', async () => {
    const kernel = new SimulatedKernel().script('db', { exitsAfterMs: 50, exitCode: 1 });
    const spec = project(
      root([
        child(service('db', { restart: restart({ type: 'temporary' }) })),
        child(dependent('web', 'db'), 'db'),
      ]),
    );
    const { supervisor } = await supervise(spec, kernel);
    await expect(during(kernel, 5_000, supervisor.start(['web']))).rejects.toMatchObject({
      code: expect.stringMatching(/failed/),
      message: expect.stringContaining('cannot start "web": it needs "db"'),
    });
    expect(supervisor.why('web')).toMatch(/^web waits for "db" to be ready; db has failed/);
  });

  it('is cancelled by a stop', async () => {
    const { supervisor, kernel } = await supervise(shop());
    const starting = supervisor.start(['db']);
    starting.catch(() => {});
    const stopping = supervisor.stop(['db']);
    await during(kernel, 5_000, stopping);
    await expect(starting).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('suggests the name that was perhaps meant', async () => {
    const { supervisor } = await supervise(shop());
    await expect(supervisor.start(['bd'])).rejects.toMatchObject({
      message: 'cannot start "bd": no such service; did you mean "db"?',
    });
    await expect(supervisor.start(['wep'])).rejects.toMatchObject({
      code: 'unknown-service',
      message: 'cannot start "wep": no such service; did you mean "web"?',
    });
  });

  it('gives up waiting after its time-out, and the service goes on', async () => {
    const { supervisor, kernel } = await supervise(shop());
    const starting = supervisor.start(['web'], { timeoutMs: 500 });
    await expect(during(kernel, 600, starting)).rejects.toMatchObject({ code: 'timeout' });
    kernel.clock.advance(3_000);
    expect(supervisor.serviceStatus('web').state).toBe('running');
  });
});

describe('a one-shot', () => {
  const migrate = service('migrate', { type: 'oneshot', restart: restart({ type: 'temporary' }) });
  const web = service('web', {
    dependsOn: [{ name: 'migrate', condition: 'completed', restart: false }],
  });
  const spec = project(root([child(migrate), child(web, need('migrate', 'completed'))]));
  const runs = (kernel: SimulatedKernel) =>
    kernel.history.spawns.filter(({ program }) => program === 'migrate').length;

  it('is run again for whoever names it, or after a stop, and for nobody else', async () => {
    const kernel = new SimulatedKernel().script('migrate', { exitsAfterMs: 100 });
    const { supervisor } = await supervise(spec, kernel);
    await during(kernel, 5_000, supervisor.start());
    await during(kernel, 5_000, supervisor.start());
    await during(kernel, 5_000, supervisor.start(['web']));
    await during(kernel, 5_000, supervisor.restart(['web']));
    expect(runs(kernel)).toBe(1);
    await during(kernel, 5_000, supervisor.start(['migrate']));
    expect(runs(kernel)).toBe(2);
    await during(kernel, 5_000, supervisor.stop());
    expect(supervisor.serviceStatus('migrate').state).toBe('stopped');
    await during(kernel, 5_000, supervisor.start());
    expect(runs(kernel)).toBe(3);
  });

  it('is not run again by the manager that comes after a crash', async () => {
    const kernel = new SimulatedKernel().script('migrate', { exitsAfterMs: 100 });
    const first = await supervise(spec, kernel);
    await during(kernel, 5_000, first.supervisor.start());
    kernel.crashManager();
    const second = await supervise(spec, kernel);
    await during(kernel, 5_000, second.supervisor.start());
    expect(runs(kernel)).toBe(1);
  });
});

describe('a group', () => {
  it('is started with what it waits for as a whole, whichever member is named', async () => {
    const other = service('other');
    const nginx = dependent('nginx', 'db');
    const spec = project(
      root([
        child(group('data', [service('db')])),
        child(group('web', [nginx, other]), need('data', 'ready', { target: 'db' })),
      ]),
    );
    const { supervisor, kernel } = await supervise(spec);
    const outcomes = await during(kernel, 5_000, supervisor.start(['other']));
    expect(outcomes.map(({ name }) => name)).toEqual(['db', 'other']);
  });
});

describe('stopping', () => {
  it('says by what a service was stopped, and how long it took', async () => {
    const kernel = new SimulatedKernel()
      .script('db', { stopsAfterMs: 312 })
      .script('web', { deafTo: ['SIGTERM'] });
    const { supervisor } = await supervise(shop(), kernel);
    await during(kernel, 5_000, supervisor.start());
    const outcomes = await during(kernel, 20_000, supervisor.stop());
    expect(outcomes.map(({ name, summary }) => `${name} ${summary}`)).toEqual([
      'db stopped by SIGTERM in 312 ms',
      'web killed after 5 s',
    ]);
    expect(kernel.alive()).toEqual([]);
  });

  it('rejects when a process cannot be ended, and names it', async () => {
    const kernel = new SimulatedKernel().script('db', { unkillable: true, deafTo: ['SIGTERM'] });
    const { supervisor } = await supervise(project([service('db')]), kernel);
    await during(kernel, 5_000, supervisor.start());
    await expect(during(kernel, 20_000, supervisor.stop())).rejects.toMatchObject({
      code: 'stuck',
    });
    expect(supervisor.serviceStatus('db').pid).not.toBeNull();
  });

  it('is called off by whoever needs it again, although nothing of it has changed', async () => {
    const kernel = new SimulatedKernel().script('web', { stopsAfterMs: 500 });
    const { supervisor } = await supervise(shop(), kernel);
    await during(kernel, 5_000, supervisor.start(['web']));
    const stopping = supervisor.stop(['db']);
    stopping.catch(() => {});
    await during(kernel, 5_000, supervisor.start(['web']));
    // It waited for web to be gone, and is up as before.
    await expect(during(kernel, 1_000, stopping)).rejects.toMatchObject({ code: 'cancelled' });
    expect(supervisor.serviceStatus('db')).toMatchObject({ state: 'running', restarts: 0 });
  });

  it('starts again after a stop of everything', async () => {
    const { supervisor, kernel } = await supervise(shop());
    await during(kernel, 5_000, supervisor.start());
    await during(kernel, 5_000, supervisor.stop());
    await during(kernel, 5_000, supervisor.start());
    expect(supervisor.status().services.map(({ state }) => state)).toEqual(['running', 'running']);
  });

  it('kills without asking', async () => {
    const { supervisor, kernel } = await supervise(shop());
    await during(kernel, 5_000, supervisor.start());
    await during(kernel, 100, supervisor.kill(['web']));
    expect(kernel.history.signals.map(({ signal }) => signal)).toEqual(['SIGKILL']);
    expect(supervisor.serviceStatus('web')).toMatchObject({ state: 'stopped', desired: 'down' });
  });
});

describe('restarting and reloading', () => {
  it('resolves with another process', async () => {
    const { supervisor, kernel } = await supervise(shop());
    await during(kernel, 5_000, supervisor.start());
    const before = supervisor.serviceStatus('db').pid;
    const [outcome] = await during(kernel, 5_000, supervisor.restart(['db']));
    expect(outcome?.pid).not.toBe(before);
    expect(supervisor.serviceStatus('web').state).toBe('running');
  });

  it('names whoever asked last', async () => {
    const { supervisor, kernel } = await supervise(shop());
    await during(kernel, 5_000, supervisor.start(undefined, { by: 'daemon' }));
    const causes: string[] = [];
    supervisor.events$.subscribe((event) => {
      if (event.type === 'service.state') causes.push(`${event.to}: ${event.cause}`);
    });
    await during(kernel, 5_000, supervisor.restart(['web'], { by: 'drover restart' }));
    expect(causes).toContain('starting: asked for by drover restart');
  });

  it('refuses to reload what has no way to', async () => {
    const { supervisor, kernel } = await supervise(shop());
    await expect(supervisor.reload(['db'])).rejects.toMatchObject({ code: 'not-running' });
    await during(kernel, 5_000, supervisor.start());
    await expect(supervisor.reload(['db'])).rejects.toMatchObject({ code: 'not-reloadable' });
  });
});

describe('asking', () => {
  it('changes nothing by being asked, however often', async () => {
    const { supervisor, kernel } = await supervise(shop());
    const starting = supervisor.start();
    const before = kernel.clock.pending();
    for (let i = 0; i < 1_000; i++) supervisor.status();
    expect(kernel.clock.pending()).toBe(before);
    await during(kernel, 5_000, starting);
    expect(kernel.history.spawns).toHaveLength(2);
  });

  it('tells the story in events with growing numbers, and again from the journal', async () => {
    const { supervisor, kernel } = await supervise(shop());
    const events: SupervisorEvent[] = [];
    supervisor.events$.subscribe((event) => events.push(event));
    await during(kernel, 5_000, supervisor.start(['db']));
    const told = events.flatMap((event) =>
      event.type === 'service.state' ? [`${event.service} ${event.to}: ${event.cause}`] : [],
    );
    expect(told).toEqual(['db starting: asked for by embedder', 'db running: ready in 1 s']);
    expect(events.map(({ seq }) => seq)).toEqual(
      [...events.map(({ seq }) => seq)].sort((a, b) => a - b),
    );
    expect(supervisor.history().slice(-events.length)).toEqual(events);
    expect(supervisor.history({ limit: 2 })).toEqual(events.slice(-2));
    const [first, second] = events;
    expect(supervisor.history({ afterSeq: first?.seq ?? 0, limit: 1 })).toEqual([second]);
  });

  it('waits for a state, and knows when it will never come', async () => {
    const kernel = new SimulatedKernel().script('job', { exitsAfterMs: 100, exitCode: 3 });
    const job = service('job', { type: 'oneshot', restart: restart({ type: 'temporary' }) });
    const { supervisor } = await supervise(project([job]), kernel);
    supervisor.start(['job']).catch(() => {});
    await expect(
      during(kernel, 1_000, supervisor.waitFor('job', 'completed')),
    ).rejects.toMatchObject({
      code: 'never',
    });
  });

  it('follows the causes to the first', async () => {
    const kernel = new SimulatedKernel().script('db', { exitsAfterMs: 50, exitCode: 1 });
    const { supervisor } = await supervise(shop(), kernel);
    supervisor.start(['web']).catch(() => {});
    kernel.clock.advance(100);
    expect(supervisor.why('web')).toBe(
      'web waits for "db" to be ready; db crashed 50 ms ago: it exited with code 1 before it was ready and restarts in 1 s',
    );
  });
});

describe('the end, and the next beginning', () => {
  it('leaves nothing behind, or everything to be adopted', async () => {
    const { supervisor, kernel } = await supervise(shop());
    await during(kernel, 5_000, supervisor.start());
    const pids = kernel.alive().map(({ identity }) => identity.pid);
    await during(kernel, 10, supervisor.dispose({ services: 'leave' }));
    expect(kernel.alive().map(({ identity }) => identity.pid)).toEqual(pids);

    const second = await supervise(shop(), kernel);
    expect(second.supervisor.status().services.map(({ pid, adopted }) => [pid, adopted])).toEqual(
      pids.map((pid) => [pid, true]),
    );
    await during(kernel, 5_000, second.supervisor.dispose());
    expect(kernel.alive()).toEqual([]);
  });

  it('adopts after a crash of the manager: same processes, no restart, no copy', async () => {
    const { supervisor, kernel } = await supervise(shop());
    await during(kernel, 5_000, supervisor.start());
    const pids = kernel.alive().map(({ identity }) => identity.pid);
    const { startedAt } = supervisor.serviceStatus('db');
    kernel.crashManager();
    kernel.kill('web');
    const second = await supervise(shop(), kernel);
    kernel.clock.advance(5_000);
    expect(second.supervisor.serviceStatus('db')).toMatchObject({ pid: pids[0], startedAt });
    expect(second.supervisor.serviceStatus('web')).toMatchObject({
      state: 'running',
      adopted: false,
    });
    expect(kernel.violations).toEqual([]);
  });

  it('stops what an earlier manager ran and nobody defines any more', async () => {
    const { supervisor, kernel } = await supervise(project([service('old'), service('new')]));
    await during(kernel, 5_000, supervisor.start());
    kernel.crashManager();
    const second = await supervise(project([service('new')]), kernel);
    kernel.clock.advance(5_000);
    expect(kernel.alive().map(({ program }) => program)).toEqual(['new']);
    expect(second.supervisor.status().services.map(({ name }) => name)).toEqual(['new']);
    expect(kernel.history.signals.map(({ signal }) => signal)).toEqual(['SIGTERM']);
  });

  it('says when its journal cannot be written, and when it can again', async () => {
    const { supervisor, kernel } = await supervise(project([service('constructor')]));
    const told: string[] = [];
    supervisor.events$.subscribe(({ type }) => told.push(type));
    kernel.fault({ code: 'ENOSPC', on: 'write', under: '/state/journal' });
    await during(kernel, 3_000, supervisor.start());
    expect(supervisor.status().degraded).toEqual([expect.stringContaining('ENOSPC')]);
    expect(supervisor.serviceStatus('constructor').state).toBe('running');
    kernel.clearFaults();
    kernel.clock.advance(3_000);
    expect(supervisor.status().degraded).toEqual([]);
    expect(told).toContain('manager.degraded');
    expect(told.at(-1)).toBe('manager.healed');
  });

  it('lets nobody else manage the same directory', async () => {
    const { kernel } = await supervise(shop());
    await expect(supervise(shop(), kernel)).rejects.toMatchObject({ code: 'already-managed' });
  });

  it('keeps restart limits across a crash of the manager', async () => {
    const kernel = new SimulatedKernel().script('db', { exitsAfterMs: 50, exitCode: 1 });
    const first = await supervise(project([service('db')]), kernel);
    first.supervisor.start().catch(() => {});
    kernel.clock.advance(1_500);
    kernel.crashManager();
    const second = await supervise(project([service('db')]), kernel);
    kernel.clock.advance(60_000);
    expect(second.supervisor.serviceStatus('db').state).toBe('failed');
    expect(kernel.history.spawns).toHaveLength(4);
  });
});

describe('a changed configuration', () => {
  it('says what would change, and changes just that', async () => {
    const { supervisor, kernel } = await supervise(
      project([service('a'), service('b'), service('c')]),
    );
    await during(kernel, 5_000, supervisor.start());
    const pidOf = (name: string) => supervisor.serviceStatus(name).pid;
    const [a, b] = [pidOf('a'), pidOf('b')];
    kernel.script('d', {});
    const next = project([service('a'), service('b', { hash: 'h2' }), service('d')]);
    expect(supervisor.plan(next).map(({ name, kind }) => `${name} ${kind}`)).toEqual([
      'c stop',
      'a unchanged',
      'b unchanged',
      'd start',
    ]);
    await during(kernel, 10_000, supervisor.apply(next));
    expect(supervisor.status().services.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'a running',
      'b running',
      'd running',
    ]);
    expect(pidOf('a')).toBe(a);
    expect(pidOf('b')).not.toBe(b);
    expect(kernel.named('c')).toEqual([]);
  });
});
