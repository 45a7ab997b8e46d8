/** PM2: one Node process that starts everything itself, told by a command line. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Contestant, Job, Run } from '../contestant.ts';
import { ended, onPath } from '../programs.ts';

/** From PATH, or where `bench/setup` has put it. */
export function createPm2(): Contestant {
  const installed = fileURLToPath(new URL('../.peers/node_modules/.bin/pm2', import.meta.url));
  const pm2 = onPath('pm2') ? 'pm2' : installed;
  return {
    name: 'PM2',
    missing: () =>
      onPath('pm2') || existsSync(installed) ? null : 'pm2 is not on PATH (sh bench/setup)',
    prepare: (job) => prepare(pm2, job),
  };
}

function prepare(pm2: string, job: Job): Run {
  const home = join(job.directory, 'home');
  const ecosystem = join(job.directory, 'ecosystem.json');
  mkdirSync(home, { recursive: true });
  writeFileSync(ecosystem, JSON.stringify({ apps: appsOf(job) }));
  const options = { cwd: job.directory, env: { ...process.env, PM2_HOME: home } };
  return {
    start: () => ended(pm2, ['start', ecosystem, '--silent'], options),
    stop: () => ended(pm2, ['kill', '--silent'], options),
    manager: () => Number(readFileSync(join(home, 'pm2.pid'), 'utf8')),
    status: [pm2, 'jlist', '--silent'],
    env: options.env,
  };
}

function appsOf({ directory, count, argv: [script, ...args], graceMs }: Job) {
  return Array.from({ length: count }, (_, index) => ({
    name: `s${index}`,
    script,
    args,
    cwd: directory,
    interpreter: 'none',
    exec_mode: 'fork',
    autorestart: true,
    max_restarts: 1e9,
    min_uptime: 0,
    ...(graceMs > 0 ? { kill_timeout: graceMs } : {}),
  }));
}
