/** The loop in C that no supervisor can be faster than. */
import type { Contestant } from '../contestant.ts';
import { onPath, start } from '../programs.ts';

/** `program` is the compiled loop. */
export function createSpawnLoop(program: string): Contestant {
  return {
    name: 'C loop',
    missing: () => (onPath('cc') ? null : 'cc is not on PATH (apt install gcc libc6-dev)'),
    prepare(job) {
      let pid = 0;
      return {
        async start() {
          pid = start(program, [String(job.count), ...job.argv], { cwd: job.directory });
        },
        async stop() {
          process.kill(pid, 'SIGTERM');
        },
        manager: () => pid,
      };
    },
  };
}
