/** drover's daemon, as `drover up -d` and a unit of systemd run it. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { daemonNodeFlags } from '../../src/control/node-flags.ts';
import type { Contestant, Job } from '../contestant.ts';
import { start } from '../programs.ts';

/** `dist` is the directory of the built package. */
export function createDrover(dist: string): Contestant {
  const main = join(dist, 'control/daemon-main.js');
  return {
    name: 'drover',
    missing: () => (existsSync(main) ? null : `${main} is missing (npm run build)`),
    prepare(job) {
      const file = join(job.directory, 'drover.json');
      writeFileSync(file, JSON.stringify(configOf(job)));
      let pid = 0;
      return {
        async start() {
          const words = [...daemonNodeFlags, main, '--file', file];
          pid = start(process.execPath, words, { cwd: job.directory });
        },
        async stop() {
          process.kill(pid, 'SIGTERM');
        },
        manager: () => pid,
        status: [process.execPath, join(dist, 'cli/main.js'), 'status', '--json', '--file', file],
      };
    },
  };
}

export function configOf({ directory, count, argv, graceMs }: Job): object {
  const service = {
    command: argv,
    restart: { policy: 'always', delay: 0, jitter: 0, intensity: 1_000_000, period: '1h' },
    ...(graceMs > 0 ? { stop_grace_period: `${graceMs}ms` } : {}),
  };
  const names = Array.from({ length: count }, (_, index) => `s${index}`);
  return {
    name: 'bench',
    state_dir: join(directory, 'state'),
    services: Object.fromEntries(names.map((name) => [name, service])),
  };
}
