/** Finds a configuration file. Reads none, so it may be asked by those who load little. */
import { type Stats, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { SupervisorError } from './errors.ts';

export const fileNames: readonly string[] = [
  'drover.yaml',
  'drover.yml',
  'drover.json',
  'drover.config.ts',
  'drover.config.js',
  'drover.config.mjs',
];

/** The configuration file of a directory; a file is itself. Throws `no-config`, `ambiguous-config`. */
export function findConfig(path: string): string {
  const whole = resolve(path);
  const stats = statOf(whole);
  if (stats === null) throw missing(`there is no ${whole}`);
  if (!stats.isDirectory()) return whole;
  const found = fileNames.filter((name) => statOf(join(whole, name)) !== null);
  const [first, second] = found;
  if (first === undefined) throw missing(`there is none in ${whole}`);
  if (second === undefined) return join(whole, first);
  throw new SupervisorError(
    'ambiguous-config',
    `cannot choose a configuration: ${whole} has ${found.join(' and ')}`,
    'name one with --file',
  );
}

const missing = (why: string): SupervisorError =>
  new SupervisorError(
    'no-config',
    `cannot find a configuration: ${why}`,
    `write a ${fileNames[0]} (drover init begins one, drover import takes over a foreign file), or name it with --file`,
  );

function statOf(path: string): Stats | null {
  return statSync(path, { throwIfNoEntry: false }) ?? null;
}
