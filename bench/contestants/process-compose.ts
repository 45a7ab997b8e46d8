/** process-compose: one Go process without its screen, told by its own command line. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Contestant, Job } from '../contestant.ts';
import { commandLine, ended, onPath, start } from '../programs.ts';

export const processCompose: Contestant = {
  name: 'process-compose',
  missing: () => (onPath('process-compose') ? null : 'process-compose is not on PATH'),
  prepare(job) {
    const file = join(job.directory, 'process-compose.json');
    const socket = join(job.directory, 'pc.sock');
    const client = ['process-compose', '-u', socket] as const;
    writeFileSync(file, JSON.stringify({ version: '0.5', processes: processesOf(job) }));
    let pid = 0;
    return {
      async start() {
        const words = [
          '-u',
          socket,
          '-L',
          join(job.directory, 'pc.log'),
          '-f',
          file,
          'up',
          '-t=false',
        ];
        pid = start('process-compose', words, { cwd: job.directory });
      },
      stop: () => ended('process-compose', [...client.slice(1), 'down']),
      manager: () => pid,
      status: [...client, 'process', 'list', '-o', 'json'],
    };
  },
};

function processesOf({ directory, count, argv, graceMs }: Job): object {
  const one = {
    command: `exec ${commandLine(argv)}`,
    working_dir: directory,
    availability: { restart: 'always', backoff_seconds: 0, max_restarts: 0 },
    ...(graceMs > 0 ? { shutdown: { timeout_seconds: graceMs / 1_000 } } : {}),
  };
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`s${index}`, one]));
}
