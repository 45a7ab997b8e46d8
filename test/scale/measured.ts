/** Runs a script of this directory in a process of its own, and reads what it prints. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

export async function measured<T>(
  script: string,
  args: readonly (string | number)[],
  nodeFlags: readonly string[] = [],
): Promise<T> {
  const words = [...nodeFlags, join(import.meta.dirname, script), ...args.map(String)];
  const { stdout } = await promisify(execFile)(process.execPath, words, {
    // Neither the runner's flags nor its coverage belong to what is measured.
    env: { ...process.env, NODE_OPTIONS: '', NODE_V8_COVERAGE: '' },
    maxBuffer: 1e8,
  });
  return JSON.parse(stdout) as T;
}

/** Characters of code run, or bytes allocated, for one service. */
export type Costs = Readonly<Record<'create' | 'start' | 'crash' | 'crashAll' | 'stop', number>>;

/** Work in a fleet, without a clock: see `count.mjs`. */
export const countCode = (services: number) => measured<Costs>('count.mjs', ['code', services]);

/** Whatever is optimised allocates less, at a time that nobody knows, and a collection would be missed. */
export const countBytes = (services: number) =>
  measured<Costs>(
    'count.mjs',
    ['bytes', services],
    ['--no-opt', '--expose-gc', '--min-semi-space-size=512', '--max-semi-space-size=512'],
  );
