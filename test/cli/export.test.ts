/** A project as systemd units and as a Procfile: what is in them, and what is said to be lost. */
import { expect, it } from 'vitest';
import { toProcfile } from '../../src/cli/export/procfile.ts';
import { toSystemd } from '../../src/cli/export/systemd.ts';
import { quote } from '../../src/cli/export/systemd-prepare.ts';
import { assignment, word } from '../../src/cli/export/unit-text.ts';
import type { Config } from '../../src/services/definition.ts';
import { env, resolved } from '../support/configuration.ts';

const config: Config = {
  name: 'My Shop',
  services: {
    db: { command: ['/bin/db', '--fast'], ready: { tcp: 5432 }, stop: { gracePeriod: '20s' } },
    seed: { command: '/bin/seed', type: 'oneshot', dependsOn: ['db'] },
    web: {
      description: 'the 100% page',
      command: ['/bin/web', 'a b', '$HOME', '50%', 'say "hi"'],
      environment: { A: 'x y', COST: '$5' },
      user: 'www-data',
      umask: '027',
      nice: 5,
      limits: { nofile: '1024:unlimited' },
      dependsOn: { seed: { condition: 'completed' }, data: { restart: true } },
      restart: { policy: 'always', delay: '2s', intensity: 3, successExitCodes: [0, 7] },
      stop: { signal: 'SIGQUIT', scope: 'process' },
      reload: { signal: 'SIGHUP' },
      logs: { file: '/var/log/web.log' },
      prepare: [{ name: 'room', directories: ['/run/web'], removeStale: ['/run/web/s'] }],
    },
  },
  groups: { data: { children: ['db'], strategy: 'one_for_all' } },
};

const spec = resolved(config, { isRoot: true });

it('makes one unit of each service, and a target that wants them', () => {
  const { files } = toSystemd(spec, env);
  expect(files.map(({ name }) => name)).toEqual([
    'my-shop.target',
    'my-shop-db.service',
    'my-shop-seed.service',
    'my-shop-web.service',
  ]);
  expect(files[0]?.text).toContain('Wants=my-shop-db.service my-shop-seed.service');
});

it('says in the words of systemd how a service is run', () => {
  const text = toSystemd(spec, env).files.at(-1)?.text ?? '';
  for (const line of [
    'Description=the 100%% page',
    'After=network.target my-shop-seed.service my-shop-db.service',
    'Requires=my-shop-seed.service',
    'BindsTo=my-shop-db.service',
    'StartLimitBurst=4',
    'Type=exec',
    'ExecStart=/bin/web "a b" $$HOME 50%% "say \\"hi\\""',
    'WorkingDirectory=-/srv/app',
    'ExecStartPre=+/bin/sh -ec "install -d -m 755 -o www-data /run/web && rm -rf /run/web/s"',
    'ExecReload=/bin/kill -HUP $MAINPID',
    'Environment="A=x y"',
    'Environment=COST=$5',
    'User=www-data',
    'UMask=0027',
    'Nice=5',
    'LimitNOFILE=1024:infinity',
    'KillSignal=SIGQUIT',
    'KillMode=mixed',
    'Restart=always',
    'RestartSec=2s',
    'SuccessExitStatus=7',
    'StandardOutput=append:/var/log/web.log',
    'WantedBy=my-shop.target',
  ]) {
    expect(text.split('\n')).toContain(line);
  }
  expect(text).not.toContain('HOME=/home/ann');
});

it('lists what it cannot carry over, in the unit and beside it', () => {
  const { lost, files } = toSystemd(spec, env);
  expect(lost).toContain(
    'db: ready when 127.0.0.1:5432 answers: systemd takes it for started at once',
  );
  expect(lost).toContain('data: systemd has no strategy one_for_all for a group');
  expect(files[1]?.text).toContain('#   db: ready when 127.0.0.1:5432 answers');
});

it('quotes for systemd and for a shell', () => {
  expect(word('a\\b c\nd')).toBe('"a\\\\b c\\nd"');
  expect(assignment('A', '100% "x"')).toBe('"A=100%% \\"x\\""');
  expect(quote("it's")).toBe("'it'\\''s'");
});

it('makes a Procfile of what a Procfile can say', () => {
  const { files, lost } = toProcfile(spec, env, '/srv/app');
  expect(files[0]?.text.split('\n')).toEqual([
    'db: exec /bin/db --fast',
    `web: exec env 'A=x y' 'COST=$5' /bin/web 'a b' '$HOME' 50% 'say "hi"'`,
    '',
  ]);
  expect(lost).toContain('seed: a Procfile has no oneshot services');
  expect(lost).toContain('web: what it needs: seed, data');
});
