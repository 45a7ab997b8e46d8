/** kill -9 of the manager: the service must live on, and be adopted as the process that it is. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ProcessIdentity } from '../../../machines/vocabulary.ts';
import { duration } from '../../../runtime/wording.ts';
import type { Bench } from '../bench.ts';
import type { Found } from '../result.ts';

export async function managerKilled(bench: Bench): Promise<Found> {
  await bench.down();
  await bench.release();
  const manager = launch(bench);
  try {
    await bench.until(() => manager.hasEnded || existsSync(manager.answer));
    const { pid, error } = JSON.parse(readOr(manager.answer, '{}'));
    if (typeof pid !== 'number') {
      return failed(`another manager could not start it: ${error ?? 'it ended'}`, {});
    }
    manager.kill();
    await bench.until(() => manager.hasEnded);
    const livesOn = bench.kernel.identify(pid) !== null;
    const began = bench.now();
    await bench.open();
    const isBack = await bench.until(() => bench.status.state === 'running', patienceMs);
    const adoptedMs = Math.round(bench.now() - began);
    const { adopted } = bench.status;
    const isSame = livesOn && isBack && adopted && bench.status.pid === pid;
    const figures = { livesOn, samePid: bench.status.pid === pid, adopted, adoptedMs };
    if (!isSame) {
      const what = livesOn ? 'is not adopted' : 'dies with its manager';
      return failed(`${what}: ${bench.supervisor.why(bench.spec.name)}`, figures);
    }
    const summary = `lives on, and is adopted in ${duration(adoptedMs)}: same pid, no restart`;
    return { verdict: 'ok', summary, advice: null, figures };
  } finally {
    manager.kill();
  }
}

const patienceMs = 30_000;

const failed = (summary: string, figures: Found['figures']): Found => ({
  verdict: 'failed',
  summary,
  advice: 'does it end when the one who started it does, or drop what it inherits?',
  figures,
});

/** In a process of its own, which can be killed. */
function launch({ kernel, scratch, spec }: Bench) {
  const at = (name: string): string => join(scratch.directory, name);
  const [lifeline, order, answer] = [at('manager.lifeline'), at('manager.json'), at('answer.json')];
  writeFileSync(order, JSON.stringify(scratch.project), { mode: 0o600 });
  kernel.makeLifelines([lifeline]);
  // Beside this file, in whatever form that is.
  const program = fileURLToPath(new URL(`../manager${extname(import.meta.url)}`, import.meta.url));
  const argv = [process.execPath, program, order, spec.name, answer] as const;
  const env = Object.fromEntries(
    Object.entries(process.env).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, value]],
    ),
  );
  let identity: ProcessIdentity | null = null;
  const manager = {
    answer,
    hasEnded: false,
    kill: (): void => {
      if (identity === null || manager.hasEnded) return;
      kernel.signal({ lifeline, main: identity, known: [] }, identity, 'SIGKILL', 'process');
    },
  };
  const ended = (): void => {
    manager.hasEnded = true;
  };
  const surroundings = {
    cwd: scratch.directory,
    credentials: null,
    umask: null,
    nice: null,
    limits: {},
  };
  kernel.spawn(
    {
      command: { argv, env, ...surroundings },
      lifeline,
      output: at('manager.log'),
      notifySocket: null,
    },
    {
      spawned: (spawned) => {
        identity = spawned;
      },
      failed: ended,
      exited: ended,
      notified: () => {},
    },
  );
  return manager;
}

function readOr(path: string, otherwise: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return otherwise;
  }
}
