/** Starts the programs that the benchmark needs, and finds out whether they are there. */
import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

export interface ProgramOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

export function onPath(name: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((directory) => {
    try {
      accessSync(join(directory, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** In a session of its own, so that a ^C reaches us alone and we can end it in order. */
export function start(program: string, args: readonly string[], options: ProgramOptions): number {
  const child = spawn(program, args, { ...options, stdio: 'ignore', detached: true });
  child.on('error', () => {});
  child.unref();
  if (child.pid === undefined) throw new Error(`cannot start ${program}`);
  return child.pid;
}

/** Resolves when the program has ended; how it ended does not matter to a stopwatch. */
export function ended(
  program: string,
  args: readonly string[],
  options: ProgramOptions = {},
): Promise<void> {
  const child: ChildProcess = spawn(program, args, { ...options, stdio: 'ignore' });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => resolve());
  });
}

/** Milliseconds from its start until its end; rejects where it fails. */
export async function elapsed(
  program: string,
  args: readonly string[],
  options: ProgramOptions = {},
): Promise<number> {
  const since = performance.now();
  const child = spawn(program, args, { ...options, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  const took = performance.now() - since;
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} exited with ${code}: ${said}`);
  return took;
}

/** For a shell, and for what splits words as a shell does. */
export function commandLine(argv: readonly string[]): string {
  return argv
    .map((word) => (/^[\w./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
    .join(' ');
}
