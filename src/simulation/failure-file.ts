/** A failure as a file: what was done, for playing it again, in a recording that people can look at. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Written } from './campaign.ts';
import { recordedRun } from './recording.ts';
import type { Scenario } from './scenario.ts';
import { type Shrunk, shrink } from './shrink.ts';
import { resimulate, type Simulation } from './simulate.ts';
import type { Between } from './system.ts';

/** What a file has besides the recording. */
interface Simulated extends Shrunk {
  readonly scenario: Scenario;
}

export async function writeFailure(
  failed: Simulation,
  directory: string,
  between?: Between,
): Promise<Written> {
  const { scenario, seed, acts: all } = failed;
  const { acts, lastsMs, broken } = await shrink(failed, between);
  const file = join(directory, `drover-seed-${seed}.json`);
  const recording = await recordedRun(scenario, acts, lastsMs);
  const simulation: Simulated = { scenario, acts, lastsMs, broken };
  writeFileSync(file, JSON.stringify({ ...recording, simulation }), { mode: 0o600 });
  const again = `npm run simulate -- --replay ${file}`;
  const what = `seed ${seed} (${scenario.mode}): ${broken.invariant} at ${broken.atMs} ms: ${broken.message}`;
  const text = `${what}\n  ${acts.length} of ${all.length} acts are left, in ${file}\n  again: ${again}`;
  return { file, acts: acts.length, again, text };
}

/** Answers the exit code: 1 where it fails again. */
export async function replayFile(file: string, isTraced: boolean): Promise<number> {
  const { simulation } = JSON.parse(readFileSync(file, 'utf8')) as { simulation: Simulated };
  const { scenario, acts, lastsMs } = simulation;
  const { broken, trace } = await resimulate(scenario, acts, lastsMs);
  if (isTraced) process.stdout.write(`${trace.join('\n')}\n`);
  const said =
    broken === null
      ? 'all invariants hold'
      : `${broken.invariant} at ${broken.atMs} ms: ${broken.message}`;
  process.stdout.write(`${said}\n`);
  return broken === null ? 0 : 1;
}
