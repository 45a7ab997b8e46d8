/** A failure as a file: what was done, for playing it again, in a recording that people can look at. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Written } from './campaign.ts';
import { shrink } from './shrink.ts';
import { resimulate, type Simulation } from './simulate.ts';

export async function writeFailure(simulation: Simulation, directory: string): Promise<Written> {
  const { scenario, seed, acts: all } = simulation;
  const { acts, lastsMs, broken } = await shrink(simulation);
  const file = join(directory, `drover-seed-${seed}.json`);
  writeFileSync(file, JSON.stringify({ scenario, acts, lastsMs, broken }), { mode: 0o600 });
  const again = `npm run simulate -- --replay ${file}`;
  const what = `seed ${seed} (${scenario.mode}): ${broken.invariant} at ${broken.atMs} ms: ${broken.message}`;
  const text = `${what}\n  ${acts.length} of ${all.length} acts are left, in ${file}\n  again: ${again}`;
  return { file, acts: acts.length, again, text };
}

/** Answers the exit code: 1 where it fails again. */
export async function replayFile(file: string, isTraced: boolean): Promise<number> {
  const { scenario, acts, lastsMs } = JSON.parse(readFileSync(file, 'utf8'));
  const { broken, trace } = await resimulate(scenario, acts, lastsMs);
  if (isTraced) process.stdout.write(`${trace.join('\n')}\n`);
  const said =
    broken === null
      ? 'all invariants hold'
      : `${broken.invariant} at ${broken.atMs} ms: ${broken.message}`;
  process.stdout.write(`${said}\n`);
  return broken === null ? 0 : 1;
}
