/** Lets whoever has to notice a mutant look at it, in a process of its own, and says what came of it. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Mutant } from './mutant.ts';
import { plant, root } from './plant.ts';

export interface Finding {
  readonly mutant: Mutant;
  /** By what it was noticed: an invariant, or a test; null: it was not. */
  readonly by: string | null;
  /** How many runs that took, or how many there were in vain; null for a test. */
  readonly seeds: number | null;
  /** In words. */
  readonly said: string;
}

export interface Bounds {
  /** How many runs of the simulation there may be. */
  readonly seeds: number;
  /** A seed to be tried before all others: on which it was noticed the last time. */
  readonly first?: number | undefined;
  /** Then it hangs, which is noticed as well. */
  readonly patienceMs: number;
}

interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly isHung: boolean;
}

export async function detect(mutant: Mutant, bounds: Bounds): Promise<Finding> {
  const { directory, remove } = plant(mutant);
  try {
    return mutant.detector.kind === 'simulation'
      ? await bySimulation(mutant, directory, bounds)
      : await byTest(mutant, directory, bounds);
  } finally {
    remove();
  }
}

/** What `simulate-until.mjs` prints as its last line; `seeds`: the last that it tried. */
interface Answer {
  readonly seeds: number;
  readonly broken: { readonly invariant: string; readonly message: string } | null;
}

/** What becomes of the source as it is: a mutant is caught only on a seed on which that keeps every promise. */
export async function breaks(seeds: readonly number[], patienceMs: number): Promise<string | null> {
  if (seeds.length === 0) return null;
  const { seeds: seed, broken } = await simulate(root, seeds.join(), patienceMs);
  return broken === null ? null : `seed ${seed}: ${broken.invariant}: ${broken.message}`;
}

async function bySimulation(mutant: Mutant, directory: string, bounds: Bounds): Promise<Finding> {
  const { seeds, first, patienceMs } = bounds;
  const all = first === undefined ? `1-${seeds}` : `${first},1-${seeds}`;
  const answer = await simulate(directory, all, patienceMs);
  const said = answer.broken?.message.slice(0, 300) ?? 'all invariants hold';
  return { mutant, by: answer.broken?.invariant ?? null, seeds: answer.seeds, said };
}

async function simulate(directory: string, seeds: string, patienceMs: number): Promise<Answer> {
  const script = join(import.meta.dirname, 'simulate-until.mjs');
  const { isHung, code, output } = await run([script, directory, seeds], directory, patienceMs);
  if (isHung) return { seeds: 0, broken: { invariant: 'no end', message: 'it hangs' } };
  if (code !== 0) throw new Error(`cannot simulate ${directory}: ${output}`);
  return JSON.parse(output.trim().split('\n').at(-1) ?? '');
}

async function byTest(mutant: Mutant, directory: string, bounds: Bounds): Promise<Finding> {
  if (mutant.detector.kind !== 'test') throw new Error('it has no test');
  const { file, name } = mutant.detector;
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const config = join(import.meta.dirname, 'vitest.config.ts');
  const words = ['run', '--root', directory, '--config', config, file, '-t', name];
  const ended = await run([vitest, ...words], directory, bounds.patienceMs);
  const hasRun = / (?:passed|failed)/.test(ended.output);
  if (!ended.isHung && !hasRun) throw new Error(`cannot run ${file}, ${name}: ${ended.output}`);
  const isCaught = ended.isHung || ended.code !== 0;
  const said = isCaught ? `"${name}" fails` : `"${name}" passes`;
  return { mutant, by: isCaught ? file.replace(/^test\//, '') : null, seeds: null, said };
}

/** A group of its own, so that all of it can be ended. */
function run(args: readonly string[], cwd: string, patienceMs: number): Promise<Ended> {
  const env = { ...process.env, NO_COLOR: '1' };
  const child = spawn(process.execPath, args, { cwd, env, detached: true });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-100_000);
    });
  }
  return new Promise((resolve, reject) => {
    let isHung = false;
    const timer = setTimeout(() => {
      isHung = true;
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    }, patienceMs);
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ code, output, isHung });
    });
  });
}
