/** Compiles the small C programs of the benchmark. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onPath } from './programs.ts';

/** Answers the path of the program; throws where there is no compiler. */
export function compile(name: 'witness' | 'spawn-loop', directory: string): string {
  if (!onPath('cc')) throw new Error('cc is not on PATH (apt install gcc libc6-dev)');
  const source = fileURLToPath(new URL(`${name}.c`, import.meta.url));
  const program = join(directory, name);
  execFileSync('cc', ['-O2', '-o', program, source], { stdio: 'inherit' });
  return program;
}
