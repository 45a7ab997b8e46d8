/** The preset of nginx on the real server, in the foreground and as a daemon. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Supervisor } from '../../../src/runtime/api.ts';
import { nginx } from '../../../src/services/presets/index.ts';
import {
  exists,
  expectOneRestart,
  failureOf,
  isAlive,
  isRoot,
  killMain,
  next,
  page,
  pidOf,
  pidsOf,
  run,
  Stage,
  state,
  uidOf,
  uidOfAccount,
  until,
} from './stage.ts';

let stage: Stage;
beforeAll(() => {
  stage = new Stage();
  mkdirSync(stage.path('www'));
  writeFileSync(stage.path('www/index.html'), 'hello');
});
afterAll(() => stage.close());

/** A configuration of a user's, who changes it while it is served. */
function writeConfig(name: string, port: number, body: string): string {
  const home = stage.path(name);
  mkdirSync(home, { recursive: true });
  const content = `
    pid ${home}/nginx.pid;
    events {}
    http { access_log off; server { listen 127.0.0.1:${port}; location / { ${body} } } }`;
  writeFileSync(`${home}/my.conf`, content);
  return `${home}/my.conf`;
}

describe('nginx in the foreground', () => {
  let supervisor: Supervisor;
  let port = 0;

  beforeAll(async () => {
    port = await stage.port();
    supervisor = await stage.supervise({ web: nginx({ port, root: 'www' }) });
    await supervisor.start();
  });

  it('starts from nothing, and serves', async () => {
    expect(await page(port)).toBe('hello');
    expect(supervisor.serviceStatus('web')).toMatchObject({ tracking: 'tree', ready: true });
  });

  it.runIf(isRoot)('has workers that are not root', async () => {
    const workers = pidsOf(supervisor, 'web').filter((pid) => pid !== pidOf(supervisor, 'web'));
    expect(workers.length).toBeGreaterThan(0);
    const account = await uidOfAccount('www-data');
    for (const pid of workers) expect(uidOf(pid)).toBe(account);
  });

  it('is back at its first try after kill -9, which leaves workers on the port', async () => {
    const before = await killMain(supervisor, 'web');
    expect(before.length).toBeGreaterThan(1);
    expect(before.filter(isAlive)).toEqual([]);
    expectOneRestart(supervisor, 'web');
    expect(await page(port)).toBe('hello');
  });

  it('is stopped by QUIT, and nothing of it is left', async () => {
    const [outcome] = await supervisor.stop(['web']);
    expect(outcome?.summary).toMatch(/^stopped by SIGQUIT in \d+ ms$/);
    expect(outcome?.stop).toMatchObject({ by: 'SIGQUIT', killed: false });
    expect(supervisor.serviceStatus('web').lastExit).toMatchObject({ code: 0 });
    expect(supervisor.processes('web')).toEqual([]);
    await expect(page(port)).rejects.toThrow();
  });
});

describe('nginx with a configuration of the user', () => {
  let supervisor: Supervisor;
  let port = 0;

  beforeAll(async () => {
    port = await stage.port();
    const config = writeConfig('own', port, 'return 200 first;');
    supervisor = await stage.supervise({ web: nginx({ config, port, directory: 'own' }) });
    await supervisor.start();
  });

  it('serves what was changed after a reload, under the same PID', async () => {
    const pid = pidOf(supervisor, 'web');
    expect(await page(port)).toBe('first');
    const workers = pidsOf(supervisor, 'web').filter((one) => one !== pid);
    writeConfig('own', port, 'return 200 second;');
    await supervisor.reload(['web']);
    // The old ones still answer as they did until they have left.
    await until(
      () => workers.some(isAlive),
      (areThere) => !areThere,
    );
    expect(await page(port)).toBe('second');
    expect(pidOf(supervisor, 'web')).toBe(pid);
  });

  it('is not reloaded with what it cannot read, and goes on as it was', async () => {
    writeConfig('own', port, 'retrun 200 third;');
    const failure = await failureOf(supervisor.reload(['web']));
    expect(failure).toMatch(/cannot reload "web": reload refused: .*unknown directive "retrun"/);
    expect(await page(port)).toBe('second');
    expect(supervisor.serviceStatus('web')).toMatchObject({ state: 'running', restarts: 0 });
  });

  it('says in the words of nginx why it does not start with it', async () => {
    await supervisor.stop(['web']);
    writeConfig('broken', port, 'retrun 200 third;');
    const broken = await stage.supervise({
      web: {
        ...nginx({ config: 'broken/my.conf', port, directory: 'broken' }),
        restart: 'no',
      },
    });
    expect(await failureOf(broken.start())).toMatch(
      /"web" failed: it exited with code 1 before it was ready[\s\S]*unknown directive "retrun" in .*my\.conf:\d/,
    );
  });
});

describe('nginx whose port is taken', () => {
  it.each([false, true])(
    'names the holder and quotes its error log (daemon: %s)',
    async (daemonize) => {
      const port = await stage.port();
      await stage.occupy(port);
      const supervisor = await stage.supervise({
        web: { ...nginx({ port, root: 'www', daemonize }), restart: 'no' },
      });
      const failure = await failureOf(supervisor.start());
      expect(failure).toContain(`127.0.0.1:${port} is taken by pid ${process.pid}`);
      expect(failure).toMatch(/bind\(\) to 127\.0\.0\.1:\d+ failed \(98: /);
      expect(supervisor.why('web')).toContain(`is taken by pid ${process.pid}`);
    },
  );
});

describe('nginx as a daemon', () => {
  let supervisor: Supervisor;
  let port = 0;
  const pidFile = () => stage.path('daemon/nginx.pid');

  beforeAll(async () => {
    port = await stage.port();
    const options = { port, root: 'www', directory: 'daemon', daemonize: true };
    supervisor = await stage.supervise({ web: nginx(options) });
    await supervisor.start();
  });

  it('is followed by its PID file', async () => {
    const { stdout } = await run('cat', [pidFile()]);
    expect(Number(stdout)).toBe(pidOf(supervisor, 'web'));
    expect(await page(port)).toBe('hello');
  });

  it('is back at its first try after kill -9, whatever the PID file says', async () => {
    const before = await killMain(supervisor, 'web');
    expect(before.filter(isAlive)).toEqual([]);
    expectOneRestart(supervisor, 'web');
    expect(await page(port)).toBe('hello');
  });

  it('stays running while its binary is upgraded, under another main PID', async () => {
    const old = pidOf(supervisor, 'web');
    supervisor.signal('web', 'SIGUSR2');
    await until(
      () => exists(`${pidFile()}.oldbin`) && exists(pidFile()),
      (both) => both,
    );
    const moved = next(supervisor, (event) => event.type === 'service.exited');
    const seen = stage.events.length;
    supervisor.signal('web', 'SIGQUIT');
    await moved;
    await until(
      () => supervisor.serviceStatus('web').pid,
      (pid) => pid !== null && pid !== old,
    );
    expect(isAlive(old)).toBe(false);
    expect(supervisor.serviceStatus('web')).toMatchObject({ state: 'running', restarts: 1 });
    expect(stage.events.slice(seen).filter(({ type }) => type === 'service.state')).toEqual([]);
    expect(await page(port)).toBe('hello');
  });

  it('is ended with both its masters by one stop in the middle of an upgrade', async () => {
    supervisor.signal('web', 'SIGUSR2');
    await until(
      () => exists(`${pidFile()}.oldbin`) && exists(pidFile()),
      (both) => both,
    );
    // Two masters, each with its workers.
    const both = await until(
      () => pidsOf(supervisor, 'web'),
      (pids) => pids.length === 6,
    );
    const [outcome] = await supervisor.stop(['web']);
    expect(outcome?.stop?.killed).toBe(false);
    expect(both.filter(isAlive)).toEqual([]);
    const again = next(supervisor, state('web', 'running'));
    await supervisor.start(['web']);
    await again;
    await supervisor.stop(['web']);
  });
});

describe('nginx that is not there', () => {
  it('says how to get it', async () => {
    const config = stage.supervise({
      web: { ...nginx({ binary: stage.path('no-nginx') }), restart: 'no' },
    });
    const supervisor = await config;
    const failure = await failureOf(supervisor.start());
    expect(failure).toContain(`there is no ${stage.path('no-nginx')}; install it or mend its path`);
  });
});
