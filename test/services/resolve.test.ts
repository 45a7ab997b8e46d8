// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are the texts of configuration files.
import { describe, expect, it } from 'vitest';
import { childrenOf, complaintsOf, groupIn, one, resolved } from '../support/configuration.ts';

describe('a service of which only the command is written', () => {
  it('has every default filled in', () => {
    expect(one({ command: 'node server.js' })).toEqual({
      kind: 'service',
      name: 'web',
      description: null,
      type: 'simple',
      command: {
        argv: ['node', 'server.js'],
        cwd: '/srv/app',
        env: { PATH: '/usr/bin:/bin', HOME: '/home/ann', LANG: 'C' },
        credentials: null,
        umask: null,
        nice: null,
        limits: {},
      },
      autostart: true,
      prepare: [],
      pidFile: null,
      ready: null,
      settleMs: 1_000,
      health: null,
      reload: null,
      restart: {
        type: 'transient',
        intensity: 5,
        periodMs: 60_000,
        delayMs: 500,
        factor: 2,
        maxDelayMs: 30_000,
        jitter: 0.1,
        resetAfterMs: 30_000,
        successExitCodes: [0],
        fatalExitCodes: [],
      },
      stop: {
        steps: [{ signal: 'SIGTERM', waitMs: 10_000 }],
        scope: 'group',
        sweepMs: 2_000,
        killWaitMs: 5_000,
        waitReadyMs: 0,
      },
      dependsOn: [],
      logs: {
        path: '/srv/app/.drover/logs/web.log',
        maxBytes: 10_000_000,
        maxFiles: 5,
        errorLog: null,
      },
      lifeline: '/srv/app/.drover/run/web.lifeline',
      labels: {},
      hash: expect.stringMatching(/^[\da-f]{16}$/),
    });
  });
});

describe('a project', () => {
  it('has a root that isolates, and a state directory beside the configuration', () => {
    const project = resolved({ services: { web: { command: 'a' } } });
    expect(project).toMatchObject({
      name: 'app',
      stateDir: '/srv/app/.drover',
      shutdownTimeoutMs: 60_000,
      root: { name: 'root', strategy: 'one_for_one', onExceeded: 'isolate', intensity: 5 },
    });
  });

  it('gives a database the time that it asks for at the end', () => {
    const services = { db: { command: 'a', stopGracePeriod: '5m' } };
    expect(resolved({ services }).shutdownTimeoutMs).toBe(305_000);
  });

  it('puts into the root what no group names', () => {
    const { root } = resolved({
      services: { a: { command: 'a' }, b: { command: 'b' }, c: { command: 'c' } },
      groups: { pair: { children: ['b', 'a'], strategy: 'rest_for_one', intensity: 2 } },
    });
    expect(childrenOf(root)).toEqual(['c', 'pair']);
    const pair = groupIn(root.children, 'pair');
    expect(pair).toMatchObject({ intensity: 2, onExceeded: 'escalate', periodMs: 60_000 });
    expect(childrenOf(pair)).toEqual(['b', 'a']);
  });
});

describe('the ways of writing the same', () => {
  it.each([
    [{ stopSignal: 'INT' }, { stop: { signal: 'SIGINT' } }],
    [{ stopGracePeriod: '3s' }, { stop: { gracePeriod: 3_000 } }],
    [{ restart: 'always' as const }, { restart: { policy: 'unless-stopped' as const } }],
    [{ workingDir: 'x' }, { cwd: '/srv/app/x' }],
    [{ env: { A: 1 } }, { environment: ['A=1'] }],
    [{ reloadSignal: 'HUP' }, { reload: { signal: 'SIGHUP' } }],
    [{ umask: '027' }, { umask: 0o027 }],
    [{ limits: { nofile: 64 } }, { limits: { nofile: '64:64' } }],
  ])('%j is %j', (short, long) => {
    expect(one({ command: 'a', ...short })).toEqual(one({ command: 'a', ...long }));
  });

  it.each([
    ['no', 'temporary'],
    ['never', 'temporary'],
    ['on-failure', 'transient'],
    ['always', 'permanent'],
    ['unless-stopped', 'permanent'],
  ] as const)('restart: %s is %s', (policy, type) =>
    expect(one({ command: 'a', restart: policy }).restart.type).toBe(type),
  );

  it('refuses both at once', () => {
    const web = {
      command: 'a',
      cwd: 'a',
      workingDir: 'b',
      stopSignal: 'INT',
      stop: { signal: 'INT' },
    };
    expect(complaintsOf({ services: { web } })).toEqual([
      'services.web.workingDir says the same as services.web.cwd',
      'services.web.stopSignal says the same as services.web.stop.signal',
    ]);
  });
});

describe('the environment', () => {
  it('has little of the manager, all of it, or nothing', () => {
    const environmentOf = (inheritEnv: boolean | string[]) =>
      one({ command: 'a', inheritEnv, environment: { A: 'a' } }).command.env;
    expect(environmentOf(true)).toMatchObject({ SECRET: 'x', A: 'a' });
    expect(environmentOf(false)).toEqual({ A: 'a' });
    expect(environmentOf(['SEC*'])).toEqual({ SECRET: 'x', A: 'a' });
  });

  it('takes the value of the manager where none is written', () => {
    const { env } = one({ command: 'a', environment: ['SECRET', 'NOTHING'] }).command;
    expect(env).toMatchObject({ SECRET: 'x' });
    expect(env).not.toHaveProperty('NOTHING');
  });

  it('of another account has none of what is personal to the manager', () => {
    const { env, credentials } = one({ command: 'a', user: 'nobody-here' }).command;
    expect(credentials).toEqual({ user: 'nobody-here', group: null });
    expect(env).toEqual({ PATH: '/usr/bin:/bin', LANG: 'C' });
  });
});

describe('readiness', () => {
  it('is asked of a listener of the service, where that is on this machine', () => {
    expect(one({ command: 'a', ready: { tcp: ':80' } }).ready).toEqual({
      check: { kind: 'tcp', host: '127.0.0.1', port: 80 },
      ownsListener: true,
      everyMs: 250,
      tryMs: 2_000,
      timeoutMs: 60_000,
    });
    expect(one({ command: 'a', ready: { tcp: '10.0.0.1:80' } }).ready?.ownsListener).toBe(false);
    expect(one({ command: 'a', ready: { http: 'http://[::1]/' } }).ready?.ownsListener).toBe(true);
  });

  it.each([
    [{ unix: 'a.sock' }, { kind: 'unix', path: '/srv/app/a.sock' }],
    [
      { http: 'http://localhost/', status: 204 },
      { kind: 'http', url: 'http://localhost/', status: 204 },
    ],
    [{ log: 'ready in \\d+' }, { kind: 'log', pattern: 'ready in \\d+' }],
    [{ notify: true }, { kind: 'notify' }],
    [
      { protocol: 'redis' as const, at: '6379' },
      { kind: 'protocol', protocol: 'redis', at: { kind: 'tcp', host: '127.0.0.1', port: 6379 } },
    ],
    [
      { protocol: 'redis' as const, at: './r.sock' },
      { kind: 'protocol', protocol: 'redis', at: { kind: 'unix', path: '/srv/app/r.sock' } },
    ],
    [
      { exec: 'test -e x' },
      { kind: 'exec', command: { argv: ['test', '-e', 'x'], cwd: '/srv/app' } },
    ],
  ])('%j is the check %j', (ready, check) =>
    expect(one({ command: 'a', ready }).ready?.check).toMatchObject(check),
  );

  it('after a time is a longer settling', () => {
    expect(one({ command: 'a', ready: { after: '3s' } })).toMatchObject({
      ready: null,
      settleMs: 3_000,
    });
  });

  it('of type notify is what the service says', () => {
    const spec = one({ command: 'a', type: 'notify', ready: { timeout: '5s' } });
    expect(spec.ready).toMatchObject({ check: { kind: 'notify' }, timeoutMs: 5_000 });
  });

  it.each([
    [{ tcp: ':1', unix: 'x' }, 'services.web.ready asks 2 questions: tcp, unix'],
    [{ interval: '1s' }, 'services.web.ready says how to ask, but not what'],
    [{ protocol: 'redis' as const }, 'services.web.ready.protocol needs "at" beside it'],
    [{ pidFile: true }, 'services.web.ready.pidFile needs a pid_file beside it'],
  ])('refuses %j', (ready, complaint) =>
    expect(complaintsOf({ services: { web: { command: 'a', ready } } })).toContain(complaint),
  );
});

describe('a health check', () => {
  it.each([
    [
      ['CMD', 'a', 'b'],
      ['a', 'b'],
    ],
    [
      ['CMD-SHELL', 'a | b'],
      ['/bin/sh', '-c', 'a | b'],
    ],
    ['a && b', ['/bin/sh', '-c', 'a && b']],
    [
      ['a', 'b'],
      ['a', 'b'],
    ],
  ])('understands compose: %j', (test, argv) =>
    expect(one({ command: 'a', healthcheck: { test } }).health?.check).toMatchObject({
      command: { argv },
    }),
  );

  it('may be turned off', () => {
    expect(one({ command: 'a', healthcheck: { test: ['NONE'] } }).health).toBeNull();
    expect(one({ command: 'a', healthcheck: { tcp: ':1', disable: true } }).health).toBeNull();
  });
});

describe('the stop', () => {
  it('has the steps that are written, and a command before signals', () => {
    const steps = [
      { signal: 'QUIT', wait: '20s' },
      { signal: 'TERM', wait: 1_000 },
    ];
    expect(one({ command: 'a', stop: { steps } }).stop.steps).toEqual([
      { signal: 'SIGQUIT', waitMs: 20_000 },
      { signal: 'SIGTERM', waitMs: 1_000 },
    ]);
    expect(
      one({ command: 'a', stop: { command: 'b c', gracePeriod: '2s' } }).stop.steps,
    ).toMatchObject([
      { command: { argv: ['b', 'c'] }, waitMs: 2_000 },
      { signal: 'SIGTERM', waitMs: 2_000 },
    ]);
  });

  it('of a preset keeps its signals where only the time is written', () => {
    expect(one({ preset: 'nginx', stopGracePeriod: '1m' }).stop).toMatchObject({
      scope: 'process',
      steps: [
        { signal: 'SIGQUIT', waitMs: 60_000 },
        { signal: 'SIGTERM', waitMs: 3_000 },
      ],
    });
  });

  it('of a preset is stronger than the defaults', () => {
    const { root } = resolved({
      defaults: { stopGracePeriod: '1s', restart: 'no' },
      services: { db: { preset: 'mariadb' }, web: { command: 'a' } },
    });
    expect(root.children.map(({ spec }) => spec.kind === 'service' && spec.stop.steps)).toEqual([
      [{ signal: 'SIGTERM', waitMs: 60_000 }],
      [{ signal: 'SIGTERM', waitMs: 1_000 }],
    ]);
  });
});

describe('a preset', () => {
  it('keeps its question where only the pace is written', () => {
    expect(one({ preset: 'redis', ready: { timeout: '5m' } }).ready).toMatchObject({
      check: { kind: 'protocol', protocol: 'redis' },
      timeoutMs: 300_000,
    });
    expect(one({ preset: 'redis', ready: { tcp: ':1' } }).ready?.check).toMatchObject({
      kind: 'tcp',
    });
  });

  it('prepares before what is written does', () => {
    const prepare = [{ name: 'mine', command: 'true' }];
    expect(one({ preset: 'redis', prepare }).prepare.at(-1)?.name).toBe('mine');
  });
});

describe('a dependency', () => {
  it('waits for readiness, and for the end of a one-shot', () => {
    const { root } = resolved({
      services: {
        web: { command: 'a', dependsOn: ['db', 'migrate'] },
        db: { command: 'a' },
        migrate: { command: 'a', type: 'oneshot' },
      },
    });
    expect(root.children.at(-1)?.needs).toEqual([
      { sibling: 'db', target: 'db', condition: 'ready', restart: false },
      { sibling: 'migrate', target: 'migrate', condition: 'completed', restart: false },
    ]);
  });

  it.each([
    ['service_started', 'started'],
    ['service_healthy', 'healthy'],
  ] as const)('understands compose: %s', (condition, meant) => {
    const { root } = resolved({
      services: {
        a: { command: 'a', dependsOn: { b: { condition, restart: true } } },
        b: { command: 'b' },
      },
    });
    expect(root.children[1]?.needs).toMatchObject([{ condition: meant, restart: true }]);
  });

  it('that is not required may be missing', () => {
    const a = { command: 'a', dependsOn: { b: { required: false } } };
    expect(resolved({ services: { a } }).root.children[0]?.needs).toEqual([]);
  });
});

describe('the hash', () => {
  const hash = (changes: object) => one({ command: 'a', environment: { A: '1' }, ...changes }).hash;

  it('stays where nothing changed that a process would have to be restarted for', () => {
    const same = [
      {},
      { restart: 'no' },
      { stopSignal: 'INT' },
      { labels: { a: 'b' } },
      { ready: { tcp: ':1' } },
    ];
    expect(new Set(same.map(hash)).size).toBe(1);
  });

  it.each([
    { command: 'b' },
    { cwd: 'x' },
    { environment: { A: '2' } },
    { user: 1 },
    { umask: '077' },
    { type: 'notify' },
  ])('changes with %j', (changes) => expect(hash(changes)).not.toBe(hash({})));

  it('stays when the manager is started from another terminal', () => {
    const options = (env: Record<string, string>) => ({ baseDir: '/srv/app', env });
    const config = { services: { web: { command: 'a' } } };
    const [a, b] = [{ LANG: 'C' }, { LANG: 'de' }].map((env) => resolveWith(config, options(env)));
    expect(a).toBe(b);
  });
});

import type { Config } from '../../src/services/definition.ts';
import { type ResolveOptions, resolveProject } from '../../src/services/resolve.ts';

const resolveWith = (config: Config, options: ResolveOptions) => {
  const spec = resolveProject(config, options).root.children[0]?.spec;
  return spec?.kind === 'service' ? spec.hash : null;
};
