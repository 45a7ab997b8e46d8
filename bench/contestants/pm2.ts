/** PM2: one Node process that starts everything itself, told by a command line. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Contestant, Job } from '../contestant.ts';
import { ended, onPath } from '../programs.ts';

/** From PATH, or installed into `directory` for as long as the benchmark runs. */
export function createPm2(directory: string): Contestant {
  let found: string | null = null;
  return {
    name: 'PM2',
    helpers: 'one',
    missing() {
      found ??= onPath('pm2') ? 'pm2' : install(directory);
      return found === null ? 'pm2 is not on PATH, and npm could not install it' : null;
    },
    prepare(job) {
      return prepare(found ?? 'pm2', job);
    },
  };
}

function install(directory: string): string | null {
  const prefix = mkdtempSync(join(directory, 'pm2-'));
  const words = ['install', '--prefix', prefix, '--no-audit', '--no-fund', '--silent', 'pm2'];
  const ran = spawnSync('npm', words, { stdio: 'ignore', timeout: 180_000 });
  return ran.status === 0 ? join(prefix, 'node_modules/.bin/pm2') : null;
}

function prepare(pm2: string, job: Job) {
  const home = join(job.directory, 'home');
  const ecosystem = join(job.directory, 'ecosystem.json');
  mkdirSync(home, { recursive: true });
  writeFileSync(ecosystem, JSON.stringify({ apps: appsOf(job) }));
  const options = { cwd: job.directory, env: { ...process.env, PM2_HOME: home } };
  return {
    start: () => ended(pm2, ['start', ecosystem, '--silent'], options),
    stop: () => ended(pm2, ['kill', '--silent'], options),
    manager: () => Number(readFileSync(join(home, 'pm2.pid'), 'utf8')),
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
