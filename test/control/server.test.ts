/** Stories of the control API over the unix socket, on a simulated system. */
import { statSync } from 'node:fs';
import { afterEach, expect, it } from 'vitest';
import { contracts } from '../../src/control/protocol.ts';
import type { VerbName } from '../../src/control/verbs.ts';
import { group, root, service } from '../support/specs.ts';
import { ask, json, projectOf, type Setting, type Stage, stage } from './stage.ts';

let world: Stage | null = null;
afterEach(async () => {
  await world?.close();
  world = null;
});

async function open(spec: Parameters<typeof stage>[0], setting?: Setting): Promise<Stage> {
  world = await stage(spec, setting);
  return world;
}

const secretive = service('db', {
  command: {
    ...service('db').command,
    argv: ['db', '--password=hunter2', '--token', 'hunter3', '--url=pg://joe:hunter4@host/x'],
    env: { PASSWORD: 'hunter5' },
  },
});

it('starts and stops services, and says how that went', async () => {
  const { client } = await open([service('web'), service('db')]);
  const started = await client.start({ names: ['web'] });
  expect(started).toMatchObject({ verb: 'start', state: 'done', by: 'client' });
  expect(started.outcomes).toMatchObject([{ name: 'web', status: 'running' }]);
  const stopped = await client.stop({ by: 'cli' });
  expect(stopped.by).toBe('cli');
  expect(stopped.outcomes).toMatchObject([{ name: 'web', status: 'stopped' }]);
  expect(stopped.outcomes[0]?.summary).toMatch(/^stopped by SIGTERM in \d+ ms$/);
});

it('answers as the schemas say', async () => {
  const { client } = await open(root([secretive, group('front', [service('web')])]));
  await client.start();
  const answers: Partial<Record<VerbName, unknown>> = {
    status: await client.status(),
    service: await client.service({ name: 'db' }),
    describe: await client.describe({ name: 'db' }),
    why: await client.why({ name: 'db' }),
    processes: await client.processes({ name: 'db' }),
    wait: await client.wait({ name: 'db', for: 'ready' }),
    history: await client.history({ services: ['db'] }),
    config: await client.config(),
    chart: await client.chart(),
    operations: await client.operations(),
    daemon: await client.daemon(),
    health: await client.health(),
    openapi: await client.openapi(),
    metrics: await client.metrics(),
    restart: await client.restart({ names: ['web'] }),
    signal: await client.signal({ names: ['front'], signal: 'SIGUSR1' }),
    reset: await client.reset({ names: ['web'] }),
    pin: await client.pin({ names: ['web'] }),
    unpin: await client.unpin({ names: ['web'] }),
    plan: await client.plan(),
    apply: await client.apply(),
    kill: await client.kill({ names: ['web'] }),
  };
  for (const [verb, answer] of Object.entries(answers)) {
    const read = contracts[verb as VerbName].response.safeParse(answer);
    expect({ verb, issues: read.error?.issues }).toEqual({ verb, issues: undefined });
  }
});

it('shows no value of an environment and no secret of a command line', async () => {
  const { client } = await open([secretive]);
  await client.start();
  const shown = JSON.stringify([
    await client.status(),
    await client.describe({ name: 'db' }),
    await client.config(),
    await client.processes({ name: 'db' }),
    await client.history(),
  ]);
  expect(shown).not.toMatch(/hunter\d/);
  expect(shown).toContain('"PASSWORD":"(hidden)"');
});

it('gives an operation to follow where nobody waits', async () => {
  const { client, socket } = await open([service('web')]);
  const answer = await ask({ socket }, 'POST', '/start', json({ names: ['web'], wait: false }));
  expect(answer.status).toBe(202);
  expect(answer.json).toMatchObject({ state: 'running', outcomes: [], endedAt: null });
  const over = await client.operation({ id: answer.json.id, wait: true });
  expect(over).toMatchObject({ state: 'done', outcomes: [{ name: 'web', status: 'running' }] });
  await expect(client.operation({ id: 'none-1' })).rejects.toMatchObject({
    code: 'unknown-operation',
  });
});

it('refuses what it does not know, with a reason', async () => {
  const { client, socket, defects } = await open([service('nginx')]);
  await expect(client.start({ names: ['nginks'] })).rejects.toMatchObject({
    code: 'unknown-service',
    message: expect.stringContaining('did you mean "nginx"'),
  });
  await expect(client.signal({ names: ['nginx'], signal: 'SIGHUP' })).rejects.toMatchObject({
    code: 'not-running',
  });
  const cases: [string, string, object, number, string][] = [
    ['GET', '/nothing', {}, 404, 'not-found'],
    ['GET', '/constructor', {}, 404, 'not-found'],
    ['GET', '/__proto__', {}, 404, 'not-found'],
    ['GET', '/start', {}, 405, 'method-not-allowed'],
    ['OPTIONS', '/status', {}, 405, 'method-not-allowed'],
    ['GET', '/services/..%2f..%2fetc/why', {}, 400, 'invalid-request'],
    ['GET', '/services/__proto__', {}, 400, 'invalid-request'],
    ['GET', '/services/%zz', {}, 400, 'invalid-request'],
    ['GET', '/status?surprise=1', {}, 400, 'invalid-request'],
    ['GET', '/services/nginx/wait?for=glory', {}, 400, 'invalid-request'],
    ['POST', '/start', json({ names: ['../x'] }), 400, 'invalid-request'],
    ['POST', '/start', json({ name: ['nginx'] }), 400, 'invalid-request'],
    [
      'POST',
      '/start',
      { headers: { 'content-type': 'text/plain' }, body: '{}' },
      415,
      'unsupported-media-type',
    ],
    [
      'POST',
      '/start',
      { headers: { 'content-type': 'application/json' }, body: '{' },
      400,
      'invalid-request',
    ],
    [
      'POST',
      '/start',
      { headers: { 'content-type': 'application/json' }, body: ' '.repeat(2e6) },
      413,
      'payload-too-large',
    ],
    ['POST', '/apply', json({ config: { services: {} } }), 422, 'invalid-config'],
  ];
  for (const [method, path, options, status, code] of cases) {
    const answer = await ask({ socket }, method, path, options);
    expect([path, answer.status, answer.json.error.code]).toEqual([path, status, code]);
    expect(answer.json.error.message).not.toBe('');
  }
  expect(defects).toEqual([]);
});

it('keeps the socket to its owner, whatever the umask', async () => {
  const umask = process.umask(0);
  try {
    const { socket } = await open([service('web')]);
    expect(statSync(socket).mode & 0o777).toBe(0o600);
  } finally {
    process.umask(umask);
  }
});

it('applies nothing of an invalid file, and one change after the other', async () => {
  const nexts = [
    projectOf(root([service('web'), service('new')])),
    projectOf(root([service('web')])),
  ];
  const { client, kernel } = await open([service('web')], {
    next: async () => {
      const next = nexts.shift();
      if (next === undefined) throw new Error('no more');
      return next;
    },
  });
  kernel.script('new', {});
  await client.start();
  const before = await client.service({ name: 'web' });
  const [first, second] = await Promise.all([client.apply(), client.apply()]);
  expect(first.changes).toMatchObject([
    { name: 'web', kind: 'unchanged' },
    { name: 'new', kind: 'start' },
  ]);
  expect(second.changes).toContainEqual(expect.objectContaining({ name: 'new', kind: 'stop' }));
  await expect(client.apply()).rejects.toMatchObject({ code: 'internal' });
  const after = await client.service({ name: 'web' });
  expect([after.pid, after.startedAt]).toEqual([before.pid, before.startedAt]);
});

it('tells a load balancer whether all that is wanted is ready', async () => {
  const { client, socket, kernel } = await open([service('web', { settleMs: 0 })]);
  await client.start();
  expect((await ask({ socket }, 'GET', '/health')).status).toBe(200);
  kernel.script('web', { problem: 'missing-binary' });
  kernel.kill('web');
  const status = async () => (await ask({ socket }, 'GET', '/health')).status;
  await expect.poll(status).toBe(503);
  const answer = await ask({ socket }, 'GET', '/health');
  expect(answer.json).toMatchObject({ healthy: false, wanted: 1, ready: 0, notReady: ['web'] });
});

it('counts for Prometheus', async () => {
  const { client, kernel } = await open([service('web', { settleMs: 0 })]);
  await client.start();
  kernel.kill('web');
  await client.wait({ name: 'web', for: 'backoff' }).catch(() => {});
  await client.wait({ name: 'web' });
  await client.stop();
  const text = await client.metrics();
  expect(text).toContain('drover_service_exits_total{service="web",cause="SIGKILL"} 1');
  expect(text).toContain('drover_service_restarts_total{service="web"} 1');
  expect(text).toMatch(/drover_service_stop_duration_seconds_count\{service="web"\} 1/);
  expect(text).toContain('drover_service_state{service="web",group="root",state="stopped"} 1');
  expect(text).toContain('drover_event_loop_lag_seconds');
});
