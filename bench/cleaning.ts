/** Ends what a measurement has left: our services by their marker, supervisors by their directory. */
import { setTimeout as sleep } from 'node:timers/promises';
import { argumentsOf, environmentOf, isAlive, processes, workingDirectoryOf } from './observer.ts';

export interface Traces {
  readonly directory: string;
  /** An argument that no other process of this machine has. */
  readonly marker: string;
  /** Not to be ended yet. */
  readonly spared: readonly number[];
}

/** Answers how many there were. Supervisors first, or they would start what was ended. */
export async function endEverything(traces: Traces): Promise<number> {
  const ended = new Set<number>();
  const deadline = performance.now() + 10_000;
  while (performance.now() < deadline) {
    const left = processes().filter(
      (pid) => pid !== process.pid && !traces.spared.includes(pid) && isOurs(pid, traces),
    );
    const alive = left.filter(isAlive);
    if (alive.length === 0) break;
    for (const pid of alive.sort((one, other) => one - other)) {
      ended.add(pid);
      endOne(pid);
    }
    await sleep(20);
  }
  return ended.size;
}

function isOurs(pid: number, { directory, marker }: Traces): boolean {
  if (workingDirectoryOf(pid).startsWith(directory)) return true;
  const words = argumentsOf(pid);
  if (words.some((word) => word === marker || word.startsWith(`${directory}/`))) return true;
  return environmentOf(pid).some((entry) => entry.startsWith(`PM2_HOME=${directory}/`));
}

function endOne(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It was faster.
  }
}
