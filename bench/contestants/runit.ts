/** runit: one runsvdir, and one runsv for each service. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Contestant, Job } from '../contestant.ts';
import { commandLine, ended, onPath, start } from '../programs.ts';

export const runit: Contestant = {
  name: 'runit',
  missing: () => (onPath('runsvdir') ? null : 'runsvdir is not on PATH (apt install runit)'),
  prepare(job) {
    const services = writeServices(job);
    let pid = 0;
    return {
      async start() {
        pid = start('runsvdir', ['-P', services], { cwd: job.directory });
      },
      // runsv has no time after which it kills: sv waits, and then kills.
      async stop() {
        if (job.graceMs > 0) {
          const names = Array.from({ length: job.count }, (_, index) =>
            join(services, `s${index}`),
          );
          await ended('sv', ['-w', String(job.graceMs / 1_000), 'force-stop', ...names]);
        }
        process.kill(pid, 'SIGHUP');
      },
      manager: () => pid,
      status: ['sh', '-c', 'exec sv status "$0"/*', services],
    };
  },
};

function writeServices({ directory, count, argv }: Job): string {
  const services = join(directory, 'services');
  for (let index = 0; index < count; index++) {
    const service = join(services, `s${index}`);
    mkdirSync(service, { recursive: true });
    writeFileSync(join(service, 'run'), `#!/bin/sh\nexec ${commandLine(argv)}\n`, { mode: 0o755 });
  }
  return services;
}
