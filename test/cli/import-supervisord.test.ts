/** A configuration of supervisord becomes one of drover that loads and means the same. */
import { expect, it } from 'vitest';
import { imported } from './foreign.ts';

const conf = `; the main file
[unix_http_server]
file=/tmp/supervisor.sock

[supervisord]
environment=STAGE="live",GREETING='hello, world'
user=root

[program:web]
command=/usr/bin/python3 -m gunicorn --bind "127.0.0.1:%(ENV_PORT)s" app:app ; a comment
directory=%(here)s/app
autorestart=unexpected
exitcodes=0,2
startsecs=5
startretries=7
stopsignal=QUIT
stopwaitsecs=30
stopasgroup=true
priority=10
stdout_logfile=/var/log/web.log
stdout_logfile_maxbytes=50MB
stdout_logfile_backups=3
redirect_stderr=true
environment=
    A="1",
    PRICE="$\${5} 100%%"
umask=022

[program:worker]
command=celery -A app worker -n w%(process_num)02d --echo '$HOME > x'
process_name=%(program_name)s_%(process_num)02d
numprocs=3
autostart=false
autorestart=true
stderr_logfile=/var/log/worker.err

[eventlistener:memmon]
command=memmon

[group:all]
programs=web, worker

[include]
files=conf.d/*.conf
`;

const files = {
  'supervisord.conf': conf,
  'conf.d/cron.conf': '[program:Cron Jobs]\ncommand=sleep 10\nautorestart=false\n',
};

it('carries over what a program is and how it is run', async () => {
  const { service, text } = await imported(files, { PORT: '8000' });
  const web = service('web');
  expect(web.command.argv).toEqual([
    '/usr/bin/python3',
    '-m',
    'gunicorn',
    '--bind',
    '127.0.0.1:8000',
    'app:app',
  ]);
  expect(web.command.cwd).toMatch(/^\/.*\/app$/);
  expect(web.command.env).toMatchObject({
    STAGE: 'live',
    GREETING: 'hello, world',
    A: '1',
    PRICE: '$${5} 100%',
  });
  expect(web.command.umask).toBe(0o022);
  expect(web.restart).toMatchObject({ type: 'transient', intensity: 7, successExitCodes: [0, 2] });
  expect(web.stop).toMatchObject({
    scope: 'group',
    steps: [{ signal: 'SIGQUIT', waitMs: 30_000 }],
  });
  expect(web.settleMs).toBe(5_000);
  expect(web.logs).toMatchObject({ path: '/var/log/web.log', maxBytes: 50e6, maxFiles: 3 });
  expect(text).toContain('# Made by a test.');
});

it('makes one service of each copy, in a group', async () => {
  const { service, spec } = await imported(files, { PORT: '8000' });
  expect([1, 2, 3].map((n) => service(`worker-${n}`).command.argv.at(-3))).toEqual([
    'w00',
    'w01',
    'w02',
  ]);
  expect(service('worker-1').command.argv.at(-1)).toBe('$HOME > x');
  expect(service('worker-1')).toMatchObject({
    autostart: false,
    restart: { type: 'permanent' },
    stop: { scope: 'process' },
  });
  const all = spec.root.children.find((child) => child.spec.name === 'all')?.spec;
  expect(all).toMatchObject({ kind: 'group' });
});

it('reads the files that are included, and gives them names that drover takes', async () => {
  const { service, text } = await imported(files, { PORT: '8000' });
  expect(service('cron-jobs')).toMatchObject({ restart: { type: 'temporary' } });
  expect(text).toContain('# was called "Cron Jobs"');
});

it('lists what it cannot carry over', async () => {
  const { lost, text } = await imported(files, { PORT: '8000' });
  expect(lost.join('\n')).toContain('web priority=10 — write depends_on');
  expect(lost.join('\n')).toContain('worker stderr_logfile=/var/log/worker.err');
  expect(lost.join('\n')).toContain('eventlistener:memmon');
  expect(lost.join('\n')).toContain('[supervisord] user=root');
  expect(text).toMatch(/# not carried over:\n {2}# {3}priority=10/);
});
