/** Files of PM2, foreman, compose and process-compose become a configuration that loads. */
import { expect, it } from 'vitest';
import { formatOf } from '../../src/cli/import/detect.ts';
import { literal } from '../../src/cli/import/draft.ts';
import { interpolate } from '../../src/services/interpolate.ts';
import { imported } from './foreign.ts';

it('tells whose file it is', () => {
  expect(formatOf('Procfile.dev', '', undefined)).toBe('procfile');
  expect(formatOf('a.conf', '[program:x]\ncommand=y', undefined)).toBe('supervisord');
  expect(formatOf('docker-compose.prod.yml', '', undefined)).toBe('compose');
  expect(formatOf('compose.yaml', '', undefined)).toBe('compose');
  expect(formatOf('process-compose.yaml', '', undefined)).toBe('process-compose');
  expect(formatOf('x.yaml', 'version: 1\nprocesses:\n', undefined)).toBe('process-compose');
  expect(formatOf('ecosystem.config.cjs', '', undefined)).toBe('pm2');
  expect(formatOf('x.json', '{\n "apps": []}', undefined)).toBe('pm2');
  expect(formatOf('x', '', 'docker-compose')).toBe('compose');
  expect(() => formatOf('x', '', 'suporvisord')).toThrow('cannot import from "suporvisord"');
  expect(() => formatOf('x', '%', undefined)).toThrow('cannot tell whose');
});

it('writes texts so that they mean themselves', () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what is written.
  for (const text of ['$$', '${A}', '$${A}', '$$${A', 'a$b', '$', '$$$', 'cost: $5 {x}']) {
    expect(interpolate(literal(text), {})).toBe(text);
  }
});

it('reads a Procfile and the .env beside it', async () => {
  const { service } = await imported({
    Procfile: [
      '# of the shop',
      'web: bundle exec puma -p $PORT',
      'worker: node worker.js --queue=mail',
      'css: cd assets && npm run watch',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what is written.
      'pid: echo $$ ${HOME}',
      'Clock_2: TZ=UTC node clock.js',
      'release: ./migrate',
    ].join('\n'),
    '.env': 'PORT=7000\nTOKEN="a b"\n',
  });
  const web = service('web');
  expect(web.command.argv).toEqual(['/bin/sh', '-c', 'exec bundle exec puma -p $PORT']);
  expect(web.command.env).toMatchObject({ PORT: '7000', TOKEN: 'a b' });
  expect(service('worker').command.argv).toEqual(['node', 'worker.js', '--queue=mail']);
  expect(service('worker').command.env['PORT']).toBe('7100');
  expect(service('css').command.argv).toEqual(['/bin/sh', '-c', 'cd assets && npm run watch']);
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what is written.
  expect(service('pid').command.argv[2]).toContain('echo $$ ${HOME}');
  expect(service('clock_2').command.argv).toEqual(['/bin/sh', '-c', 'TZ=UTC node clock.js']);
  expect(service('release')).toMatchObject({ type: 'oneshot', autostart: false });
});

it('takes the environment of PM2 that is chosen, and says how to choose', async () => {
  const files = {
    'ecosystem.config.cjs': `module.exports = { apps: [
      { name: 'api', script: 'api.js', instances: 3, exec_mode: 'cluster', watch: true,
        env: { A: 1, B: 1 }, env_production: { B: 2 }, env_staging: { B: 3 }, env_file: 'x' },
      { name: 'job', script: 'job.js', env: { B: 1 } },
    ] };`,
  };
  const plain = await imported(files);
  expect(plain.service('api-1').command.env).toMatchObject({ A: '1', B: '1' });
  expect(plain.lost).toContain(
    'api env_production: {"B":2} — choose it with `drover import --env production`',
  );
  const chosen = await imported(files, {}, { environment: 'production' });
  expect(chosen.service('api-3').command.env).toMatchObject({ A: '1', B: '2' });
  expect(chosen.service('job').command.env).toMatchObject({ B: '1' });
  // Of three copies, once.
  expect(chosen.lost.map((one) => one.replace(/[:—].*/, '').trim())).toEqual([
    'api env_staging',
    'api watch',
    'api env_file',
    'api instances',
  ]);
  await expect(imported(files, {}, { environment: 'producton' })).rejects.toMatchObject({
    message: expect.stringContaining('has env_producton'),
    hint: 'did you mean "production"?',
  });
  await expect(imported({ Procfile: 'a: b' }, {}, { environment: 'x' })).rejects.toThrow(
    'cannot choose an environment of procfile',
  );
});

it('runs an ecosystem file of PM2, and knows its defaults', async () => {
  const { service, lost } = await imported({
    'ecosystem.config.cjs': `module.exports = { apps: [
      { name: 'API', script: 'dist/api.js', args: '--port 80 "two words"', node_args: ['--enable-source-maps'],
        env: { NODE_ENV: 'production', OPTIONS: { a: 1 } }, env_staging: { NODE_ENV: 'staging' },
        watch: true, max_memory_restart: '300M', wait_ready: true, kill_timeout: 5000 },
      { name: 'job', script: './job.py', instances: 2, exec_mode: 'cluster', autorestart: false,
        namespace: 'jobs', cwd: '/srv/job', out_file: 'logs/job.log' },
      { name: 'tail', script: 'tail -f /dev/null', stop_exit_codes: [0, 3], restart_delay: 250,
        max_restarts: 9, min_uptime: '10s' },
    ] };`,
  });
  const api = service('api');
  expect(api.command.argv).toEqual([
    'node',
    '--enable-source-maps',
    'dist/api.js',
    '--port',
    '80',
    'two words',
  ]);
  expect(api.command.env).toMatchObject({ NODE_ENV: 'production', OPTIONS: '{"a":1}' });
  expect(api.restart.type).toBe('permanent');
  expect(api.stop.steps).toEqual([{ signal: 'SIGINT', waitMs: 5_000 }]);
  expect(service('job-2').command.argv).toEqual(['python3', './job.py']);
  expect(service('job-2').command.env).toMatchObject({ NODE_APP_INSTANCE: '1' });
  expect(service('job-1').stop.steps).toEqual([{ signal: 'SIGINT', waitMs: 1_600 }]);
  expect(service('tail').restart).toMatchObject({
    type: 'transient',
    successExitCodes: [0, 3],
    intensity: 9,
    delayMs: 250,
    resetAfterMs: 10_000,
  });
  const list = lost.join('\n');
  for (const word of ['env_staging', 'watch', 'max_memory_restart', 'wait_ready', 'instances']) {
    expect(list).toContain(word);
  }
});

const compose = `
services:
  db:
    image: postgres:16-alpine
    environment: { POSTGRES_PASSWORD: secret }
    ports: ["127.0.0.1:15432:5432"]
    volumes: [data:/var/lib/postgresql/data]
    healthcheck: { test: pg_isready, interval: 5s }
  migrate:
    build: .
    command: ["./migrate", "--all"]
    depends_on: { db: { condition: service_healthy } }
  web:
    build: { context: ./web }
    environment:
      - DATABASE_URL=postgres://me@db:5432/app
      - MODE=$MODE
      - PRICE=$$5
    env_file: web.env
    depends_on:
      migrate: { condition: service_completed_successfully }
      cache: { condition: service_started, required: false }
    restart: on-failure:3
    healthcheck:
      test: ["CMD", "curl", "-f", "http://localhost:3000/"]
      retries: 5
      start_period: 10s
    stop_grace_period: 1m30s
    ulimits: { nofile: { soft: 1024, hard: 2048 } }
    labels: ["tier=front"]
    deploy: { replicas: 2 }
  cache:
    image: redis
  mail:
    image: example/mail:1
    profiles: [dev]
volumes: { data: {} }
`;

it('makes services of the containers of a compose file, and presets of known servers', async () => {
  const { service, lost, text } = await imported({
    'docker-compose.yml': compose,
    'web/Dockerfile': 'FROM node\nCMD ["npm", "start"]\nCMD ["node", "server.js"]\n',
    'web.env': 'A=1\n',
    '.env': 'MODE=fast\n',
  });
  expect(service('db').ready?.check).toMatchObject({ kind: 'protocol', at: { port: 15_432 } });
  expect(service('migrate')).toMatchObject({
    type: 'oneshot',
    dependsOn: [{ name: 'db', condition: 'ready' }],
  });
  const web = service('web');
  expect(web.command.argv).toEqual(['node', 'server.js']);
  expect(web.command.cwd).toMatch(/\/web$/);
  expect(web.command.env).toMatchObject({ MODE: 'fast', PRICE: '$5', A: '1' });
  expect(web.dependsOn.map(({ name, condition }) => `${name} ${condition}`)).toEqual([
    'migrate completed',
    'cache started',
  ]);
  expect(web.restart).toMatchObject({ type: 'transient', intensity: 3 });
  expect(web.health).toMatchObject({ retries: 5, everyMs: 30_000, onFailure: 'none' });
  expect(web.stop.steps).toEqual([{ signal: 'SIGTERM', waitMs: 90_000 }]);
  expect(web.command.limits).toEqual({ nofile: { soft: '1024', hard: '2048' } });
  expect(service('mail').autostart).toBe(false);
  expect(text).toContain('# DATABASE_URL names the host "db"');
  expect(text).toContain('WRITE ITS COMMAND');
  const list = lost.join('\n');
  for (const word of ['db volumes', 'web deploy.replicas: 2', 'mail command', 'volumes —']) {
    expect(list).toContain(word);
  }
});

it('makes copies, restarts and labels of what compose says under deploy', async () => {
  const { service, lost } = await imported({
    'compose.yaml': `
services:
  worker:
    command: ./work
    restart: always
    deploy:
      mode: replicated
      replicas: 3
      labels: { tier: back }
      restart_policy: { condition: on-failure, delay: 5s, max_attempts: 4, window: 2m }
      resources:
        limits: { cpus: "0.5", memory: 256M, pids: 20 }
        reservations: { memory: 64M }
      placement: { constraints: [node.role == worker] }
    networks: [back]
  mailer: { command: ./mail, scale: 2, deploy: { restart_policy: { max_attempts: 3 } } }
  rare: { command: ./rare, deploy: { replicas: 0, restart_policy: { condition: none } } }
  web:
    command: ./web
    scale: 2
    ports: ["8000-8001:80"]
    depends_on: [worker, mailer]
  cache: { image: redis, deploy: { replicas: 2 } }
  other: { image: example/other, deploy: { replicas: 2 } }
`,
  });
  for (const name of ['worker-1', 'worker-2', 'worker-3']) {
    expect(service(name).command.argv).toEqual(['./work']);
    expect(service(name).labels).toEqual({ tier: 'back' });
    expect(service(name).restart).toMatchObject({
      ...{ type: 'transient', delayMs: 5_000, factor: 1, intensity: 4, periodMs: 120_000 },
    });
  }
  expect(service('mailer-2').restart).toMatchObject({ type: 'permanent', intensity: 3 });
  expect(service('rare')).toMatchObject({ autostart: false, restart: { type: 'temporary' } });
  expect(service('web').dependsOn.map(({ name }) => name)).toEqual(['worker', 'mailer']);
  expect(lost.map((one) => one.replace(/ —.*/, ''))).toEqual([
    'worker networks: back',
    'worker deploy.resources.limits.cpus: 0.5',
    'worker deploy.resources.limits.memory: 256M',
    'worker deploy.resources.limits.pids: 20',
    'worker deploy.resources.reservations',
    'worker deploy.placement',
    'web ports: 8000-8001:80',
    'web scale: 2',
    'cache deploy.replicas: 2',
    'other command',
    'other deploy.replicas: 2',
  ]);
});

it('knows the probes and policies of process-compose', async () => {
  const { service, lost } = await imported({
    'process-compose.yaml': `
version: "0.5"
environment: ["STAGE=dev"]
log_location: ./all.log
processes:
  api:
    command: "exec ./api --port 8080 | tee log"
    working_dir: ./api
    environment: ["A=b=c"]
    namespace: back
    depends_on:
      seed: { condition: process_completed_successfully }
      queue: { condition: process_log_ready }
    readiness_probe:
      http_get: { host: 127.0.0.1, port: 8080, path: /ready, status_code: 204 }
      initial_delay_seconds: 5
      period_seconds: 2
      failure_threshold: 10
    liveness_probe:
      exec: { command: "test -e alive && true" }
      period_seconds: 7
    availability: { restart: on_failure, backoff_seconds: 2, max_restarts: 5 }
    shutdown: { signal: 2, timeout_seconds: 4, parent_only: true }
  queue:
    command: "./queue"
    ready_log_line: "listening on [::]"
    is_tty: true
  seed: { command: "./seed", disabled: true }
  pool: { command: "./pool", replicas: 2 }
`,
  });
  const api = service('api');
  expect(api.command.argv).toEqual(['/bin/sh', '-c', 'exec ./api --port 8080 | tee log']);
  expect(api.command.env).toMatchObject({ STAGE: 'dev', A: 'b=c' });
  expect(api.ready).toMatchObject({
    check: { kind: 'http', url: 'http://127.0.0.1:8080/ready', status: 204 },
    timeoutMs: 25_000,
  });
  expect(api.health).toMatchObject({ everyMs: 7_000, check: { kind: 'exec' } });
  expect(api.restart).toMatchObject({ type: 'transient', delayMs: 2_000, factor: 1, intensity: 5 });
  expect(api.stop).toMatchObject({
    scope: 'process',
    steps: [{ signal: 'SIGINT', waitMs: 4_000 }],
  });
  expect(service('queue').ready?.check).toEqual({ kind: 'log', pattern: 'listening on \\[::\\]' });
  expect(service('seed')).toMatchObject({ type: 'oneshot', autostart: false });
  expect(service('pool-2').command.argv).toEqual(['./pool']);
  expect(lost.join('\n')).toContain('queue is_tty');
});
