/** s6: one s6-svscan, and one s6-supervise for each service. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Contestant, Job } from '../contestant.ts';
import { commandLine, ended, onPath, start } from '../programs.ts';

export const s6: Contestant = {
  name: 's6',
  missing: () => (onPath('s6-svscan') ? null : 's6-svscan is not on PATH (apt install s6)'),
  prepare(job) {
    const services = writeServices(job);
    let pid = 0;
    return {
      async start() {
        pid = start('s6-svscan', ['-c', String(job.count + 10), services], { cwd: job.directory });
      },
      stop: () => ended('s6-svscanctl', ['-t', services]),
      manager: () => pid,
      // It has no word for all at once.
      status: ['sh', '-c', 'for one in "$0"/*; do s6-svstat "$one"; done', services],
    };
  },
};

function writeServices({ directory, count, argv, graceMs }: Job): string {
  const services = join(directory, 'services');
  for (let index = 0; index < count; index++) {
    const service = join(services, `s${index}`);
    mkdirSync(service, { recursive: true });
    writeFileSync(join(service, 'run'), `#!/bin/sh\nexec ${commandLine(argv)}\n`, { mode: 0o755 });
    if (graceMs > 0) writeFileSync(join(service, 'timeout-kill'), `${graceMs}\n`);
  }
  return services;
}
