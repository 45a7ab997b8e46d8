/** What each verb asks a daemon, and what it says of the answer. */
import { expect, it } from 'vitest';
import { apply } from '../../src/cli/commands/apply.ts';
import { describe as describeVerb } from '../../src/cli/commands/describe.ts';
import { down } from '../../src/cli/commands/down.ts';
import { graph } from '../../src/cli/commands/graph.ts';
import { kill } from '../../src/cli/commands/kill.ts';
import { pin } from '../../src/cli/commands/pin.ts';
import { plan } from '../../src/cli/commands/plan.ts';
import { restart } from '../../src/cli/commands/restart.ts';
import { signal } from '../../src/cli/commands/signal.ts';
import { start } from '../../src/cli/commands/start.ts';
import { stop } from '../../src/cli/commands/stop.ts';
import { wait } from '../../src/cli/commands/wait.ts';
import { why } from '../../src/cli/commands/why.ts';
import type { Client, Operation, Timeline } from '../../src/control/client.ts';
import { SupervisorError } from '../../src/services/errors.ts';
import { operationOf, serviceOf, sessionOf, stateEvent, statusOf } from './fake.ts';

const stopped: Operation['outcomes'][number] = {
  ...{ name: 'web', status: 'stopped', summary: 'stopped by SIGTERM in 12 ms', pid: null },
  stop: { by: 'SIGTERM', killed: false, tookMs: 12 },
};

/** Remembers what it was asked. */
function asked(answer = operationOf({ outcomes: [stopped] })) {
  const requests: unknown[] = [];
  const method = async (request: unknown) => {
    requests.push(request);
    return answer;
  };
  return { requests, method };
}

it('starts all with autostart where nobody is named', async () => {
  const { requests, method } = asked();
  const { session, lines } = sessionOf({ start: method });
  expect(await start(session)).toBe(0);
  expect(requests).toEqual([{ by: 'drover start' }]);
  expect(lines()).toEqual(['○ web: stopped by SIGTERM in 12 ms']);
});

it('stops who is named, and does not wait longer than it was told', async () => {
  const { requests, method } = asked();
  const { session } = sessionOf(
    { stop: method },
    { words: ['web'], options: { timeout: '1m30s', wait: false } },
  );
  await stop(session);
  expect(requests).toEqual([{ by: 'drover stop', timeoutMs: 90_000, wait: false, names: ['web'] }]);
});

it('says how to follow what nobody waits for', async () => {
  const { method } = asked(operationOf({ state: 'running' }));
  const { session, out } = sessionOf({ stop: method }, { words: ['web'] });
  await stop(session);
  expect(out()).toBe('stop is under way, as operation a-1\n');
});

it('prints the operation as it is for a program, and nothing where quiet is asked for', async () => {
  const { method } = asked();
  const program = sessionOf({ stop: method }, { options: { json: true } });
  await stop(program.session);
  expect(JSON.parse(program.out())).toMatchObject({ verb: 'stop', outcomes: [stopped] });
  const quiet = sessionOf({ stop: method }, { options: { quiet: true } });
  await stop(quiet.session);
  expect(quiet.out()).toBe('');
});

it('understands signals as people write them', async () => {
  const { requests, method } = asked();
  for (const word of ['HUP', 'sighup', '1']) {
    await signal(sessionOf({ signal: method }, { words: [word, 'web'] }).session);
  }
  await kill(
    sessionOf({ signal: method }, { words: ['web'], options: { signal: 'usr1' } }).session,
  );
  expect(requests.map((request) => (request as { signal: string }).signal)).toEqual([
    ...['SIGHUP', 'SIGHUP', 'SIGHUP', 'SIGUSR1'],
  ]);
  const wrong = sessionOf({ signal: method }, { words: ['HPU', 'web'] });
  await expect(signal(wrong.session)).rejects.toMatchObject({
    ...{ code: 'usage', message: 'cannot send "HPU": there is no such signal' },
    hint: 'did you mean "SIGHUP"?',
  });
});

it('kills, pins and explains', async () => {
  const { requests, method } = asked();
  await kill(sessionOf({ kill: method }, { words: ['web'] }).session);
  await pin(sessionOf({ pin: method }, { words: ['web', 'db'] }).session);
  expect(requests).toEqual([{ by: 'drover kill', names: ['web'] }, { names: ['web', 'db'] }]);
  const sentence = { name: 'web', why: 'web waits for "db" to be ready' };
  const { session, out } = sessionOf({ why: async () => sentence }, { words: ['web'] });
  await why(session);
  expect(out()).toBe('web waits for "db" to be ready\n');
});

it('waits for a state that there is', async () => {
  const requests: unknown[] = [];
  const client: Partial<Client> = {
    wait: async (request) => {
      requests.push(request);
      return serviceOf();
    },
  };
  const { session, out } = sessionOf(client, { words: ['web'], options: { timeout: '60s' } });
  expect(await wait(session)).toBe(0);
  expect(requests).toEqual([{ name: 'web', for: 'ready', timeoutMs: 60_000 }]);
  expect(out()).toBe('web: ● running\n');
  const wrong = sessionOf(client, { words: ['web'], options: { for: 'runing' } });
  await expect(wait(wrong.session)).rejects.toMatchObject({ hint: 'did you mean "running"?' });
});

const timeline: Timeline = {
  ...{ verb: 'down', totalMs: 14_000, deadlineMs: 60_000 },
  spans: [
    { service: 'web', state: 'stopping', fromMs: 0, toMs: 10_000, critical: true },
    { service: 'db', state: 'stopping', fromMs: 10_000, toMs: 14_000, critical: true },
    { service: 'log', state: 'stopping', fromMs: 0, toMs: 2_000, critical: false },
  ],
  steps: [{ atMs: 0, service: 'web', what: 'SIGTERM' }],
  criticalPath: [
    { service: 'web', fromMs: 0, toMs: 10_000 },
    { service: 'db', fromMs: 10_000, toMs: 14_000 },
  ],
};

it('draws the worst case, and does nothing', async () => {
  const client: Partial<Client> = { timeline: async () => timeline };
  const { session, out } = sessionOf(client, { options: { dryRun: true } });
  expect(await down(session)).toBe(0);
  expect(out()).toBe(
    `a down takes 14 s at worst, and 60 s are allowed

web  ${'▒'.repeat(29)}${' '.repeat(11)}    10 s *
db   ${' '.repeat(29)}${'▒'.repeat(11)}   4.0 s *
log  ${'▒'.repeat(6)}${' '.repeat(34)}   2.0 s

    0.0 s  web  SIGTERM

decided by web (10 s), then db (4.0 s)
`,
  );
  const again = sessionOf(client, { options: { dryRun: true, json: true } });
  await restart(again.session);
  expect(JSON.parse(again.out())).toEqual(timeline);
});

it('says what would change and why, and then what did', async () => {
  const changes = [
    { name: 'web', kind: 'restart', why: 'command changed' },
    { name: 'queue', kind: 'start', why: 'is new' },
    { name: 'db', kind: 'unchanged', why: '' },
  ] as const;
  const client: Partial<Client> = {
    plan: async () => [...changes],
    apply: async () => operationOf({ verb: 'apply', changes: [...changes] }),
  };
  const text = [
    '↻ web    restart  command changed',
    '+ queue  start    is new',
    '',
    '1 to start, 1 to restart, 1 unchanged',
  ];
  const planned = sessionOf(client);
  await plan(planned.session);
  expect(planned.lines()).toEqual(text);
  const applied = sessionOf(client);
  await apply(applied.session);
  expect(applied.lines()).toEqual(text);
});

it('draws who depends on whom', async () => {
  const services = [
    serviceOf({ name: 'web', dependsOn: ['api', 'cache'] }),
    serviceOf({ name: 'api', dependsOn: ['back'] }),
    serviceOf({ name: 'cache', dependsOn: ['db'] }),
    serviceOf({ name: 'db', state: 'failed' }),
  ];
  const back = { name: 'back', parent: 'root', state: 'failed', strategy: 'x', failure: null };
  const status = statusOf(services, [{ ...back, state: 'failed', members: ['db'] }]);
  const drawn = async (format: string) => {
    const { session, out } = sessionOf({ status: async () => status }, { options: { format } });
    await graph(session);
    return out();
  };
  expect(await drawn('ascii')).toBe('● web\n├─ ● api\n│  └─ ✗ db\n└─ ● cache\n   └─ ✗ db\n');
  expect(await drawn('dot')).toContain('"api" -> "db";');
  expect(await drawn('mermaid')).toContain('s0 --> s1');
  expect(JSON.parse(await drawn('json'))[1]).toEqual({ name: 'api', dependsOn: ['db'] });
  await expect(drawn('svg')).rejects.toMatchObject({ code: 'usage' });
});

it('describes a service: its processes as a tree, and what became of it', async () => {
  const process = { startTime: 1, cpuMs: 1_500, residentBytes: 1_048_576, holdsLifeline: true };
  const client: Partial<Client> = {
    describe: async () => ({
      status: serviceOf(),
      definition: { kind: 'service', command: { argv: ['nginx', '-g', 'daemon off;'] } },
      identity: { bootId: 'b', pidNamespace: 'n', pid: 4711, startTime: 1 },
      processes: [
        { ...process, pid: 4711, parentPid: 99, command: 'nginx: master' },
        { ...process, pid: 4712, parentPid: 4711, command: 'nginx: worker', holdsLifeline: false },
      ],
      transitions: [stateEvent(1, 'web', 'running')],
    }),
  };
  const { session, out } = sessionOf(client, { words: ['web'] });
  await describeVerb(session);
  expect(out()).toContain('  4711 nginx: master  (1.0 M, 1.5 s of CPU)\n');
  expect(out()).toContain('  └─ 4712 nginx: worker  (1.0 M, 1.5 s of CPU, does not hold');
  expect(out()).toContain('    argv: ["nginx","-g","daemon off;"]');
  expect(out()).toMatch(
    /last transitions\n {2}[\d:]+ {2}web {2}● running: somebody asked, pid 4711/,
  );
});

it('leaves what failed to be told by whoever called it', async () => {
  const client: Partial<Client> = {
    stop: async () => {
      throw new SupervisorError('unknown-service', 'cannot stop "wep": no such service', 'hint');
    },
  };
  await expect(stop(sessionOf(client, { words: ['wep'] }).session)).rejects.toMatchObject({
    code: 'unknown-service',
  });
});
