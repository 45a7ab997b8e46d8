/** drover as a user starts it: the built command line, and a daemon in the background. */
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Job } from '../contestant.ts';
import { elapsed } from '../programs.ts';
import type { Peer, PeerRun } from './peer.ts';

/** `dist` is where the built package is. */
export function createDrover(dist: string): Peer {
  const main = join(dist, 'cli/main.js');
  return {
    name: 'drover',
    victims: ['top', 'all'],
    nameVariable: 'SERVICE_NAME',
    missing: () => (existsSync(main) ? null : `${main} is missing (npm run build)`),
    version: () => versionOf(main),
    prepare: (job) => prepare(main, job),
  };
}

function prepare(main: string, job: Job): PeerRun {
  const file = join(job.directory, 'drover.json');
  writeFileSync(file, JSON.stringify(configOf(job)));
  const options = { cwd: job.directory };
  const tell = async (...words: string[]) => {
    await elapsed(process.execPath, [main, ...words, '--file', file, '--quiet'], options);
  };
  const start = () => tell('up', '--detach');
  return {
    start,
    startAgain: start,
    stop: () => tell('down'),
    manager: () => managerOf(main, file),
  };
}

function managerOf(main: string, file: string): number {
  const asked = spawnSync(process.execPath, [main, 'version', '--json', '--file', file], {
    encoding: 'utf8',
  });
  return JSON.parse(asked.stdout).daemon.pid;
}

function configOf({ directory, count, argv, graceMs }: Job) {
  const names = Array.from({ length: count }, (_, index) => `s${index}`);
  const service = (name: string) => [
    name,
    { command: argv, env: { SERVICE_NAME: name }, stop_grace_period: `${graceMs}ms` },
  ];
  return {
    name: 'kill-9',
    state_dir: join(directory, 'state'),
    services: Object.fromEntries(names.map(service)),
  };
}

function versionOf(main: string): string {
  return spawnSync(process.execPath, [main, '--version'], { encoding: 'utf8' }).stdout.trim();
}
