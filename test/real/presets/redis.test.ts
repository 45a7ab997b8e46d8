/** The preset of Redis on the real server, and that of Valkey, which runs the same program here. */
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Supervisor } from '../../../src/runtime/api.ts';
import { type RedisOptions, redis, valkey } from '../../../src/services/presets/index.ts';
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
  Stage,
  uidOf,
  uidOfAccount,
} from './stage.ts';

let stage: Stage;
beforeAll(() => {
  stage = new Stage();
});
afterAll(() => stage.close());

/** What a client is answered; commands are inline, one a line. */
async function ask(port: number, ...commands: readonly string[]): Promise<string> {
  const socket = createConnection(port, '127.0.0.1');
  socket.write(`${[...commands, 'QUIT'].join('\r\n')}\r\n`);
  return text(socket);
}

describe.each([false, true])('Redis (daemon: %s)', (daemonize) => {
  let supervisor: Supervisor;
  let port = 0;
  const name = daemonize ? 'daemon' : 'foreground';

  beforeAll(async () => {
    port = await stage.port();
    supervisor = await stage.supervise({ redis: redis({ port, daemonize, directory: name }) });
    await supervisor.start();
  });

  it('starts from nothing, and answers', async () => {
    expect(await ask(port, 'SET a 1', 'GET a')).toBe('+OK\r\n$1\r\n1\r\n+OK\r\n');
    expect(supervisor.serviceStatus('redis').tracking).toBe('tree');
    expect(exists(stage.path(name, 'redis.pid'))).toBe(daemonize);
  });

  it.runIf(isRoot)('is not root', async () => {
    expect(uidOf(pidOf(supervisor, 'redis'))).toBe(await uidOfAccount('redis'));
  });

  it('is back at its first try after kill -9', async () => {
    const before = await killMain(supervisor, 'redis');
    expect(before.filter(isAlive)).toEqual([]);
    expectOneRestart(supervisor, 'redis');
  });

  it('is stopped by TERM, and keeps what it was told', async () => {
    await ask(port, 'SET b 2');
    const pid = pidOf(supervisor, 'redis');
    const [outcome] = await supervisor.stop();
    expect(outcome?.summary).toMatch(/^stopped by SIGTERM in \d+ ms$/);
    expect(isAlive(pid)).toBe(false);
    await supervisor.start();
    expect(await ask(port, 'GET b')).toContain('$1\r\n2');
    await supervisor.stop();
  });
});

describe('Redis that still loads', () => {
  it('is starting, and says what it waits for', async () => {
    const port = await stage.port();
    const settings = {
      'enable-debug-command': 'local',
      // Each key takes this long, and it answers after each of them.
      'key-load-delay': '500',
      'loading-process-events-interval-bytes': '1024',
    };
    const supervisor = await stage.supervise({ redis: redis({ port, settings }) });
    await supervisor.start();
    await ask(port, 'DEBUG POPULATE 1500', 'SAVE');
    await supervisor.stop();
    const loading = next(
      supervisor,
      (event) => event.type === 'service.progress' && event.message.includes('still loading'),
    );
    const started = supervisor.start();
    await loading;
    expect(supervisor.serviceStatus('redis')).toMatchObject({
      state: 'starting',
      ready: false,
      detail: 'starting.awaitingReady.probing',
    });
    expect(supervisor.why('redis')).toContain('still loading its dataset');
    await started;
    expect(await ask(port, 'DBSIZE')).toContain(':1500');
    await supervisor.stop();
  });
});

describe('Redis that cannot start', () => {
  const failing = async (options: RedisOptions): Promise<string> => {
    const definition = { ...redis(options), restart: 'no' as const };
    const supervisor = await stage.supervise({ redis: definition });
    return failureOf(supervisor.start());
  };

  it.each([false, true])('names who has its port (daemon: %s)', async (daemonize) => {
    const port = await stage.port();
    await stage.occupy(port);
    const failure = await failing({ port, daemonize });
    expect(failure).toContain(`127.0.0.1:${port} is taken by pid ${process.pid}`);
    expect(failure).toMatch(
      /Could not create server TCP listening socket .*Address already in use/,
    );
  });

  it('says what is wrong in a configuration', async () => {
    const failure = await failing({ port: await stage.port(), settings: { maxmemori: '1mb' } });
    expect(failure).toMatch(/exited with code 1 before it was ready[\s\S]*maxmemori/);
  });

  it('says that its program is not there, and what to do', async () => {
    const failure = await failing({ port: await stage.port(), binary: stage.path('nowhere') });
    expect(failure).toContain(`there is no ${stage.path('nowhere')}; install it or mend its path`);
  });
});

describe('Valkey', () => {
  it('is run by its own program, with its own configuration', async () => {
    const binary = stage.path('valkey-server');
    writeFileSync(binary, '#!/bin/sh\nexec redis-server "$@"\n');
    chmodSync(binary, 0o755);
    const port = await stage.port();
    const options = { port, binary, directory: 'valkey', daemonize: true };
    const supervisor = await stage.supervise({ valkey: valkey(options) });
    await supervisor.start();
    const file = readFileSync(stage.path('valkey/valkey.pid'), 'utf8');
    expect(Number(file)).toBe(pidOf(supervisor, 'valkey'));
    const all = pidsOf(supervisor, 'valkey');
    await killMain(supervisor, 'valkey');
    expect(all.filter(isAlive)).toEqual([]);
    const [outcome] = await supervisor.stop();
    expect(outcome?.stop).toMatchObject({ by: 'SIGTERM', killed: false });
    expect(existsSync(stage.path('valkey/valkey.pid'))).toBe(false);
  });
});
