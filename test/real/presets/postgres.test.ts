/** The preset of PostgreSQL on the real server: two clusters of one machine. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Supervisor } from '../../../src/runtime/api.ts';
import { type PostgresOptions, postgres } from '../../../src/services/presets/index.ts';
import {
  exists,
  expectOneRestart,
  failureOf,
  isAlive,
  isRoot,
  killMain,
  next,
  pidOf,
  pidsOf,
  run,
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

const client = (port: number): readonly string[] => [
  '-h127.0.0.1',
  `-p${port}`,
  '-Upostgres',
  '-At',
];

const query = async (port: number, sql: string): Promise<string> =>
  (await run('psql', [...client(port), '-c', sql])).stdout.trim();

/** A client that a server which waits for its clients would wait for. */
async function busyClient(port: number): Promise<ChildProcess> {
  const statements = ['-c', "select 'begun'", '-c', 'select pg_sleep(600)'];
  const child = spawn('psql', [...client(port), ...statements], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  if (child.stdout !== null) await once(child.stdout, 'data');
  return child;
}

describe('two PostgreSQL', () => {
  let supervisor: Supervisor;
  let ports: readonly number[] = [];
  const [app, stats] = [0, 1];
  const portOf = (index: number): number => ports[index] ?? 0;
  const data = () => stage.path('app/data');

  beforeAll(async () => {
    ports = [await stage.port(), await stage.port()];
    supervisor = await stage.supervise({
      app: postgres({ port: portOf(app), directory: 'app' }),
      stats: postgres({ port: portOf(stats), directory: 'stats', instance: 'numbers' }),
    });
  });

  it('make a cluster anew whose making was cut off, and one that was left halfway', async () => {
    const isInitialising = next(
      supervisor,
      (event) => event.type === 'service.progress' && event.message.includes('data directory'),
    );
    const starting = supervisor.start();
    await isInitialising;
    const initdb = await until(
      () => stage.processes().find(({ command }) => command.includes('initdb')),
      (found) => found !== undefined,
    );
    process.kill(initdb?.pid ?? 0, 'SIGKILL');
    await starting;
    expect(exists(`${data()}.new`)).toBe(false);
    expect(await query(portOf(app), 'select 6*7')).toBe('42');
    expect(await query(portOf(stats), 'show cluster_name')).toBe('numbers');
    const restarts = supervisor.status().services.map((service) => service.restarts);
    expect([...restarts].sort()).toEqual([0, 1]);
  });

  it.runIf(isRoot)('are not root', async () => {
    const account = await uidOfAccount('postgres');
    for (const pid of [...pidsOf(supervisor, 'app'), ...pidsOf(supervisor, 'stats')]) {
      expect(uidOf(pid)).toBe(account);
    }
  });

  it('read what was changed after a reload, each on its own', async () => {
    const pid = pidOf(supervisor, 'app');
    appendFileSync(`${data()}/postgresql.conf`, "\nwork_mem = '7MB'\n");
    await supervisor.reload(['app']);
    await until(
      () => query(portOf(app), 'show work_mem'),
      (shown) => shown === '7MB',
    );
    expect(pidOf(supervisor, 'app')).toBe(pid);
    expect(await query(portOf(stats), 'show work_mem')).toBe('4MB');
  });

  it('are not reloaded with what they cannot read', async () => {
    const file = `${data()}/postgresql.conf`;
    const before = readFileSync(file);
    appendFileSync(file, '\nwork_mem = = 1\n');
    const failure = await failureOf(supervisor.reload(['app']));
    expect(failure).toMatch(/reload refused: .*syntax error/);
    expect(await query(portOf(app), 'show work_mem')).toBe('7MB');
    writeFileSync(file, before);
  });

  it('are back at their first try after kill -9, with a client and all', async () => {
    const busy = await busyClient(portOf(app));
    // Its initdb may have been the one that was killed above.
    const { restarts } = supervisor.serviceStatus('app');
    const before = await killMain(supervisor, 'app');
    expect(before.length).toBeGreaterThan(4);
    expect(before.filter(isAlive)).toEqual([]);
    expectOneRestart(supervisor, 'app', restarts);
    expect(await query(portOf(app), 'select 1')).toBe('1');
    busy.kill();
  });

  it('are stopped by INT within seconds, also with a busy client', async () => {
    const busy = await busyClient(portOf(app));
    const outcomes = await supervisor.stop();
    for (const { summary, stop } of outcomes) {
      expect(summary).toMatch(/^stopped by SIGINT in/);
      expect(stop?.killed).toBe(false);
      expect(stop?.tookMs).toBeLessThan(5_000);
    }
    busy.kill();
    expect(stage.processes()).toEqual([]);
    expect(exists(`${data()}/postmaster.pid`)).toBe(false);
    expect(readFileSync(stage.path('state-0/logs/app.log'), 'utf8')).toContain(
      'database system is shut down',
    );
  });

  it('leave a postmaster.pid alone that names somebody alive, and say so', async () => {
    const owner = isRoot ? { uid: await uidOfAccount('postgres') } : {};
    const innocent = spawn('sleep', ['600'], { ...owner, stdio: 'ignore' });
    await once(innocent, 'spawn');
    const file = `${data()}/postmaster.pid`;
    const content = `${innocent.pid}\n${data()}\n1700000000\n${portOf(app)}\n\n127.0.0.1\n\n\n`;
    writeFileSync(file, content);
    if (owner.uid !== undefined) chownSync(file, owner.uid, owner.uid);
    const own = { ...postgres({ port: portOf(app), directory: 'app' }), restart: 'no' as const };
    const other = await stage.supervise({ app: own });
    try {
      const failure = await failureOf(other.start());
      expect(failure).toMatch(/lock file "postmaster\.pid" already exists/);
      expect(failure).toContain(`(PID ${innocent.pid})`);
      expect(innocent.exitCode ?? innocent.signalCode).toBeNull();
      expect(readFileSync(file, 'utf8')).toBe(content);
    } finally {
      innocent.kill('SIGKILL');
    }
  });
});

describe('PostgreSQL that cannot start', () => {
  const failing = async (options: PostgresOptions): Promise<string> => {
    const definition = {
      ...postgres({ directory: 'failing', ...options }),
      restart: 'no' as const,
    };
    const supervisor = await stage.supervise({ db: definition });
    return failureOf(supervisor.start());
  };

  it('names who has its port, and quotes its log', async () => {
    const port = await stage.port();
    await stage.occupy(port);
    const failure = await failing({ port });
    expect(failure).toContain(`127.0.0.1:${port} is taken by pid ${process.pid}`);
    expect(failure).toContain('could not create any TCP/IP sockets');
  });

  it('says what is wrong in its settings', async () => {
    const failure = await failing({ port: await stage.port(), settings: { work_men: '1MB' } });
    expect(failure).toContain('unrecognized configuration parameter "work_men"');
  });

  it.runIf(isRoot)('says who may not get at its directory', async () => {
    mkdirSync(stage.path('closed'), { mode: 0o700 });
    const failure = await failing({ port: await stage.port(), directory: 'closed/db' });
    expect(failure).toContain(`"postgres" may not enter ${stage.path('closed')}`);
  });

  it('names the package of a version that is not installed', async () => {
    expect(await failureOf(stage.supervise({ db: postgres({ version: '9.1' }) }))).toMatch(
      /needs the program "postgres".*apt-get install postgresql-9\.1/s,
    );
  });
});
