/** Compiles and runs the loop in C that no supervisor can be faster than. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onPath } from './programs.ts';

export interface LoopTimes {
  readonly start: number;
  readonly backAfterKill: number;
  readonly stop: number;
}

/** null where there is no compiler. */
export function runSpawnLoop(
  directory: string,
  count: number,
  argv: readonly string[],
): LoopTimes | null {
  if (!onPath('cc')) return null;
  const source = fileURLToPath(new URL('spawn-loop.c', import.meta.url));
  const program = join(directory, 'spawn-loop');
  execFileSync('cc', ['-O2', '-o', program, source]);
  const printed = execFileSync(program, [String(count), ...argv], { encoding: 'utf8' });
  const [start = Number.NaN, backAfterKill = Number.NaN, stop = Number.NaN] = printed
    .trim()
    .split(' ')
    .map(Number);
  return { start, backAfterKill, stop };
}
