/** The preset of MariaDB on the real server, and that of MySQL on something that greets as it does. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Supervisor } from '../../../src/runtime/api.ts';
import { mariadb, mysql } from '../../../src/services/presets/index.ts';
import {
  exists,
  expectOneRestart,
  failureOf,
  isAlive,
  isRoot,
  killMain,
  next,
  pidOf,
  run,
  Stage,
  state,
  uidOf,
  uidOfAccount,
} from './stage.ts';

let stage: Stage;
beforeAll(() => {
  stage = new Stage();
});
afterAll(() => stage.close());

describe('MariaDB', () => {
  let supervisor: Supervisor;
  let port = 0;
  const data = () => stage.path('db/data');

  beforeAll(async () => {
    port = await stage.port();
    supervisor = await stage.supervise({ db: mariadb({ port, directory: 'db' }) });
  });

  it('makes its data directory anew where an earlier attempt was left halfway', async () => {
    const isInitialising = next(
      supervisor,
      (event) => event.type === 'service.progress' && event.message.includes('data directory'),
    );
    const starting = supervisor.start().catch(() => {});
    await isInitialising;
    expect(exists(data())).toBe(false);
    await supervisor.stop();
    await starting;
    expect(exists(data())).toBe(false);
    expect(stage.processes()).toEqual([]);
    mkdirSync(`${data()}.new/mysql`, { recursive: true });
    await supervisor.start();
    expect(exists(`${data()}.new`)).toBe(false);
    expect(await query(port, 'select 6*7')).toBe('42');
  });

  it.runIf(isRoot)('is not root', async () => {
    expect(uidOf(pidOf(supervisor, 'db'))).toBe(await uidOfAccount('mysql'));
  });

  it('is back at its first try after kill -9', async () => {
    const before = await killMain(supervisor, 'db');
    expect(before.filter(isAlive)).toEqual([]);
    expectOneRestart(supervisor, 'db');
  });

  it('takes HUP as the wish to reopen its files', async () => {
    const pid = pidOf(supervisor, 'db');
    await supervisor.reload(['db']);
    expect(await query(port, 'select 1')).toBe('1');
    expect(pidOf(supervisor, 'db')).toBe(pid);
  });

  it('is stopped by TERM', async () => {
    const [outcome] = await supervisor.stop();
    expect(outcome?.summary).toMatch(/^stopped by SIGTERM in \d+ ms$/);
    expect(stage.processes()).toEqual([]);
  });

  it('is never wedged by a stop in the middle of its start', async () => {
    for (let round = 0; round < 10; round++) {
      const spawned = next(
        supervisor,
        (event) => event.type === 'service.progress' || state('db', 'starting')(event),
      );
      const starting = supervisor.start().catch(() => {});
      await spawned;
      // A moment of its start, of which none is an event.
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 300));
      const [outcome] = await supervisor.stop();
      await starting;
      expect(outcome?.stop?.killed ?? false).toBe(false);
      expect(supervisor.serviceStatus('db').state).toBe('stopped');
    }
    await supervisor.start();
    expect(await query(port, 'select 1')).toBe('1');
    await supervisor.stop();
  });
});

describe('MariaDB that cannot start', () => {
  let directory = '';

  beforeAll(() => {
    directory = stage.path('db');
  });

  it('names who has its port, and quotes its error log', async () => {
    const port = await stage.port();
    await stage.occupy(port);
    const supervisor = await stage.supervise({
      db: { ...mariadb({ port, directory }), restart: 'no' },
    });
    const failure = await failureOf(supervisor.start());
    expect(failure).toContain(`127.0.0.1:${port} is taken by pid ${process.pid}`);
    expect(failure).toMatch(/Can't start server: Bind on TCP\/IP port/);
  });

  it('says what is wrong in a configuration', async () => {
    const settings = { max_conections: '9' };
    const supervisor = await stage.supervise({
      db: { ...mariadb({ port: await stage.port(), directory, settings }), restart: 'no' },
    });
    expect(await failureOf(supervisor.start())).toContain("unknown variable 'max_conections=9'");
  });

  it.runIf(isRoot)('says who may not get at its directory', async () => {
    mkdirSync(stage.path('closed'), { mode: 0o700 });
    const supervisor = await stage.supervise({
      db: { ...mariadb({ port: await stage.port(), directory: 'closed/db' }), restart: 'no' },
    });
    const failure = await failureOf(supervisor.start());
    expect(failure).toContain(`"mysql" may not enter ${stage.path('closed')}`);
  });
});

describe('MySQL', () => {
  it('makes its data directory by itself, and is ready when it greets', async () => {
    const binary = stage.path('mysqld');
    writeFileSync(binary, greeter);
    chmodSync(binary, 0o755);
    const options = { port: await stage.port(), binary, directory: 'mysql' };
    const supervisor = await stage.supervise({ db: mysql(options) });
    await supervisor.start();
    expect(exists(stage.path('mysql/data/mysql'))).toBe(true);
    await killMain(supervisor, 'db');
    expectOneRestart(supervisor, 'db');
    const [outcome] = await supervisor.stop();
    expect(outcome?.stop).toMatchObject({ by: 'SIGTERM', killed: false });
  });
});

/** As much of mysqld as its preset asks for. */
const greeter = `#!${process.execPath}
const fs = require('node:fs');
const option = (name) => process.argv.find((word) => word.startsWith(name + '='))?.slice(name.length + 1);
if (process.argv.includes('--initialize-insecure')) {
  fs.mkdirSync(option('--datadir') + '/mysql', { recursive: true });
} else {
  const port = /^port=(\\d+)$/m.exec(fs.readFileSync(option('--defaults-file'), 'utf8'))[1];
  const greeting = Buffer.from([1, 0, 0, 0, 10]);
  require('node:net').createServer((socket) => socket.end(greeting)).listen(port, '127.0.0.1');
}
`;

async function query(port: number, sql: string): Promise<string> {
  const flags = ['--no-defaults', '-h127.0.0.1', `-P${port}`, '-uroot', '-N', '-B', '-e', sql];
  return (await run('mariadb', flags)).stdout.trim();
}
