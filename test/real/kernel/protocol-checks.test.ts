/** Asks real servers: up, stopped, loading and down. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createKernel } from '../../../src/kernel/create.ts';
import type { CheckContext, Tree } from '../../../src/kernel/port.ts';
import type { Check, ProcessIdentity } from '../../../src/machines/vocabulary.ts';
import {
  env,
  initialise,
  isMissing,
  nobody,
  own,
  postgres,
  postgresArgv,
  recipes,
  redis,
  redisArgv,
} from './servers.ts';

const eventually = { timeout: 20_000, interval: 20 };

describe.each(Object.entries(recipes))('%s', (_name, recipe) => {
  it.skipIf(isMissing(recipe.program))(
    'is down, then ready, then deaf, then ready again, then down',
    async () => {
      const { directory, port } = await ground();
      const argv = recipe.argv(directory, port);
      const check = recipe.check(directory, port);
      const isDown = /^(connection refused|there is no socket) at /;
      const { ask, start, kernel } = stage(directory);
      expect(await ask(check)).toMatch(isDown);

      const tree = await start(argv);
      await expect.poll(() => ask(check, { listenerOf: tree }), eventually).toBe('passed');
      expect(await ask(check, { listenerOf: { ...tree, main: null, lifeline: '' } })).toMatch(
        /^answered by pid \d+ \(.+\), which is not of this service$/,
      );

      kernel.signalTree(tree, 'SIGSTOP');
      expect(await ask(check, { timeoutMs: 300 })).toMatch(/^no answer from .+ within 300 ms$/);
      kernel.signalTree(tree, 'SIGCONT');
      await expect.poll(() => ask(check, { listenerOf: tree }), eventually).toBe('passed');

      kernel.signalTree(tree, 'SIGKILL');
      await expect.poll(() => kernel.isEmpty(tree), eventually).toBe(true);
      expect(await ask(check)).toMatch(/^connection refused at /);
    },
  );
});

describe('a server that is up, and not ready', () => {
  it.skipIf(isMissing(redis.program))('is a redis that still loads its dataset', async () => {
    const { directory, port } = await ground();
    const { ask, start, kernel } = stage(directory);
    const filling = await start(redisArgv(directory, port, '--enable-debug-command', 'yes'));
    const check = redis.check(directory, port);
    await expect.poll(() => ask(check), eventually).toBe('passed');
    await say(port, 'DEBUG POPULATE 2000 key 200\r\nSAVE\r\nSHUTDOWN NOSAVE\r\n');
    await expect.poll(() => kernel.isEmpty(filling), eventually).toBe(true);

    const slowly = ['--key-load-delay', '500', '--loading-process-events-interval-bytes', '1024'];
    await start(redisArgv(directory, port, ...slowly));
    const loading = `still loading its dataset at 127.0.0.1:${port}`;
    await expect.poll(() => ask(check), eventually).toBe(loading);
    await expect.poll(() => ask(check), eventually).toBe('passed');
  });

  it.skipIf(isMissing(postgres.program))('is a postgres that has not recovered', async () => {
    const { directory, port } = await ground();
    const { ask, start } = stage(directory);
    const data = initialise(directory);
    // It waits for ever to be promoted, and lets nobody in.
    writeFileSync(join(data, 'standby.signal'), '');
    await start(postgresArgv(data, directory, port, 'hot_standby=off'));
    const check = postgres.check(directory, port);
    await expect
      .poll(() => ask(check), eventually)
      .toMatch(/^answered "the database system is .+" at 127\.0\.0\.1:\d+$/);
  });
});

describe('a server that is ready, and lets us not in', () => {
  it.skipIf(isMissing(redis.program))('is a redis with a password', async () => {
    const { directory, port } = await ground();
    const { ask, start } = stage(directory);
    await start(redisArgv(directory, port, '--requirepass', 'secret'));
    await expect.poll(() => ask(redis.check(directory, port)), eventually).toBe('passed');
  });

  it.skipIf(isMissing(postgres.program))(
    'is a postgres that rejects us, or wants a password',
    async () => {
      const { directory, port } = await ground();
      const { ask, start, kernel } = stage(directory);
      const data = initialise(directory);
      const tree = await start(postgresArgv(data, directory, port));
      const check = postgres.check(directory, port);
      await expect.poll(() => ask(check), eventually).toBe('passed');
      for (const method of ['reject', 'scram-sha-256']) {
        writeFileSync(join(data, 'pg_hba.conf'), `host all all 127.0.0.1/32 ${method}\n`);
        kernel.signal(tree, tree.main as ProcessIdentity, 'SIGHUP', 'process');
        expect(await ask(check)).toBe('passed');
      }
    },
  );
});

it.skipIf(isMissing(postgres.program))(
  'leaves no broken connection in the log of a postgres',
  async () => {
    const { directory, port } = await ground();
    const { ask, start } = stage(directory);
    await start(postgres.argv(directory, port));
    const check = postgres.check(directory, port);
    await expect.poll(() => ask(check), eventually).toBe('passed');
    for (let n = 0; n < 20; n++) await ask(check);
    const log = readFileSync(join(directory, 'log'), 'utf8');
    expect(log).toContain('ready to accept connections');
    expect(log).not.toMatch(/could not|unexpected|invalid/);
  },
);

async function ground() {
  const directory = mkdtempSync(join(tmpdir(), 'drover-real-'));
  own(directory);
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await new Promise((done) => server.close(done));
  return { directory, port };
}

function stage(directory: string) {
  const kernel = createKernel();
  let lifelines = 0;

  const ask = (check: Check, context: Partial<CheckContext> = {}) =>
    new Promise<string>((answer) => {
      const full = { listenerOf: null, log: null, timeoutMs: 2_000, ...context };
      kernel.check(check, full, (outcome) => answer(outcome.passed ? 'passed' : outcome.reason));
    });

  const start = (argv: readonly [string, ...string[]]) =>
    new Promise<Tree>((started, failed) => {
      const lifeline = join(directory, `lifeline-${lifelines++}`);
      const request = { command: command(argv, directory), lifeline, notifySocket: null };
      kernel.spawn(
        { ...request, output: join(directory, 'log') },
        {
          spawned(main) {
            const tree: Tree = { lifeline, main, known: [] };
            onTestFinished(() => void kernel.signalTree(tree, 'SIGKILL'));
            started(tree);
          },
          failed: (_problem, reason) => failed(new Error(reason)),
          exited: () => {},
          notified: () => {},
        },
      );
    });

  return { kernel, ask, start };
}

function command(argv: readonly [string, ...string[]], cwd: string) {
  const credentials = nobody.uid === undefined ? null : { user: 'nobody', group: null };
  return {
    argv,
    cwd,
    env: { ...env, HOME: cwd },
    credentials,
    umask: null,
    nice: null,
    limits: {},
  };
}

function say(port: number, words: string): Promise<void> {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(words));
    socket.on('error', () => {});
    socket.on('close', () => done());
    socket.resume();
  });
}
