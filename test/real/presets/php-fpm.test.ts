/** The preset of php-fpm on the real server: two masters, reloads, and its daemon mode. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Supervisor } from '../../../src/runtime/api.ts';
import { phpFpm } from '../../../src/services/presets/index.ts';
import {
  exists,
  expectOneRestart,
  failureOf,
  isAlive,
  isRoot,
  killMain,
  pidOf,
  pidsOf,
  Stage,
  uidOf,
  uidOfAccount,
  until,
} from './stage.ts';

let stage: Stage;
beforeAll(() => {
  stage = new Stage();
});
afterAll(() => stage.close());

function writeConfig(name: string, port: number, children: string): string {
  const home = stage.path(name);
  mkdirSync(home, { recursive: true });
  const lines = [
    '[global]',
    `error_log = ${home}/error.log`,
    'process_control_timeout = 5s',
    '[pool]',
    isRoot ? 'user = www-data' : '',
    `listen = 127.0.0.1:${port}`,
    'pm = static',
    `pm.max_children = ${children}`,
    'ping.path = /ping',
  ];
  writeFileSync(`${home}/my.conf`, lines.join('\n'));
  return `${home}/my.conf`;
}

const workersOf = (supervisor: Supervisor, name: string): readonly number[] =>
  pidsOf(supervisor, name).filter((pid) => pid !== pidOf(supervisor, name));

describe('php-fpm of two versions', () => {
  let supervisor: Supervisor;
  let port = 0;

  beforeAll(async () => {
    port = await stage.port();
    const config = writeConfig('second', port, '1');
    supervisor = await stage.supervise({
      php82: phpFpm({
        version: '8.2',
        port: await stage.port(),
        settings: { memory_limit: '64M' },
      }),
      second: phpFpm({ config, port, directory: 'second' }),
    });
    await supervisor.start();
  });

  it('run side by side from nothing', () => {
    expect(pidOf(supervisor, 'php82')).not.toBe(pidOf(supervisor, 'second'));
    for (const { tracking } of supervisor.status().services) expect(tracking).toBe('tree');
  });

  it.runIf(isRoot)('have workers that are not root', async () => {
    const account = await uidOfAccount('www-data');
    for (const name of ['php82', 'second']) {
      const workers = workersOf(supervisor, name);
      expect(workers.length).toBeGreaterThan(0);
      for (const pid of workers) expect(uidOf(pid)).toBe(account);
    }
  });

  it('are reloaded each on its own, under the same PID with other workers', async () => {
    const pid = pidOf(supervisor, 'second');
    const other = pidsOf(supervisor, 'php82');
    const workers = workersOf(supervisor, 'second');
    writeConfig('second', port, '3');
    await supervisor.reload(['second']);
    await until(
      () => workersOf(supervisor, 'second'),
      (now) => now.length === 3 && !now.some((one) => workers.includes(one)),
    );
    expect(pidOf(supervisor, 'second')).toBe(pid);
    expect(pidsOf(supervisor, 'php82')).toEqual(other);
    expect(supervisor.serviceStatus('second')).toMatchObject({ state: 'running', restarts: 0 });
  });

  it('are not reloaded with what they cannot read, of which they would die', async () => {
    const before = pidsOf(supervisor, 'second');
    writeConfig('second', port, 'many');
    const failure = await failureOf(supervisor.reload(['second']));
    expect(failure).toMatch(/reload refused: .*pm\.max_children/);
    expect(pidsOf(supervisor, 'second')).toEqual(before);
    writeConfig('second', port, '3');
  });

  it('are back at their first try after kill -9, which leaves workers on the port', async () => {
    const before = await killMain(supervisor, 'second');
    expect(before.length).toBeGreaterThan(1);
    expect(before.filter(isAlive)).toEqual([]);
    expectOneRestart(supervisor, 'second');
  });

  it('are stopped by QUIT', async () => {
    const all = [...pidsOf(supervisor, 'php82'), ...pidsOf(supervisor, 'second')];
    for (const { summary, stop } of await supervisor.stop()) {
      expect(summary).toMatch(/^stopped by SIGQUIT in \d+ ms$/);
      expect(stop).toMatchObject({ killed: false });
    }
    expect(all.filter(isAlive)).toEqual([]);
  });
});

describe('php-fpm on a socket', () => {
  it('starts beside the socket that a killed one has left', async () => {
    const socket = stage.path('fpm.sock');
    const supervisor = await stage.supervise({ php: phpFpm({ socket }) });
    await supervisor.start();
    expect(exists(socket)).toBe(true);
    await killMain(supervisor, 'php');
    expectOneRestart(supervisor, 'php');
    await supervisor.stop();
    expect(exists(socket)).toBe(false);
  });
});

describe('php-fpm as a daemon', () => {
  let supervisor: Supervisor;

  beforeAll(async () => {
    const options = { port: await stage.port(), directory: 'daemon', daemonize: true };
    supervisor = await stage.supervise({ php: phpFpm(options) });
    await supervisor.start();
  });

  it('is followed by its PID file, and becomes another process by a reload', async () => {
    const before = pidOf(supervisor, 'php');
    await supervisor.reload(['php']);
    await until(
      () => supervisor.serviceStatus('php').pid,
      (pid) => pid !== null && pid !== before,
    );
    expect(isAlive(before)).toBe(false);
    expect(supervisor.serviceStatus('php')).toMatchObject({ state: 'running', restarts: 0 });
  });

  it('is back at its first try after kill -9', async () => {
    const before = await killMain(supervisor, 'php');
    expect(before.filter(isAlive)).toEqual([]);
    expectOneRestart(supervisor, 'php');
  });

  it('is stopped by QUIT, and takes its PID file with it', async () => {
    const [outcome] = await supervisor.stop();
    expect(outcome?.stop).toMatchObject({ by: 'SIGQUIT', killed: false });
    expect(exists(stage.path('daemon/php-fpm.pid'))).toBe(false);
  });
});

describe('php-fpm that cannot start', () => {
  it('names the package of a version that is not installed', async () => {
    const failure = await failureOf(stage.supervise({ php: phpFpm({ version: '7.1' }) }));
    expect(failure).toMatch(/needs the program "php-fpm7\.1".*not installed.*php7\.1-fpm/s);
  });

  it.each([false, true])(
    'names who has its port, and quotes its log (daemon: %s)',
    async (daemonize) => {
      const port = await stage.port();
      await stage.occupy(port);
      const supervisor = await stage.supervise({
        php: { ...phpFpm({ port, daemonize }), restart: 'no' },
      });
      const failure = await failureOf(supervisor.start());
      expect(failure).toContain(`127.0.0.1:${port} is taken by pid ${process.pid}`);
      expect(failure).toMatch(/unable to bind listening socket/);
    },
  );

  it('says in the words of php-fpm what is wrong in a configuration', async () => {
    const port = await stage.port();
    const config = writeConfig('broken', port, 'many');
    const supervisor = await stage.supervise({
      php: { ...phpFpm({ config, port, directory: 'broken' }), restart: 'no' },
    });
    expect(await failureOf(supervisor.start())).toMatch(
      /exited with code 78 before it was ready[\s\S]*pm\.max_children/,
    );
  });
});
