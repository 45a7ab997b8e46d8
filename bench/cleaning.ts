/** Ends what a measurement has left: our services by their marker, supervisors by their directory. */
import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { argumentsOf, environmentOf, isAlive, processes, workingDirectoryOf } from './observer.ts';

export interface Traces {
  readonly directory: string;
  /** An argument that no other process of this machine has. */
  readonly marker: string;
  /** Not to be ended yet. */
  readonly spared: readonly number[];
}

/** Does the work, and leaves nothing, whether it is done, has failed or was interrupted. Ends this process. */
export async function doAndClean(
  work: () => Promise<void>,
  traces: Traces,
  close: () => void = () => {},
): Promise<void> {
  const end = async (code: number): Promise<never> => {
    const left = await endEverything(traces);
    close();
    rmSync(traces.directory, { recursive: true, force: true, maxRetries: 3 });
    if (left > 0) console.log(`${left} processes were left by somebody, and have been ended`);
    process.exit(code);
  };
  process.once('SIGINT', () => void end(130));
  process.once('SIGTERM', () => void end(143));
  await work().then(
    () => end(0),
    (error: unknown) => {
      console.error(error);
      return end(1);
    },
  );
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
