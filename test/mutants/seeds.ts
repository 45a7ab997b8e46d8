/** On which seed each mutant was noticed when the table was last made, so that a test need not look for it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from './detect.ts';

const file = join(import.meta.dirname, 'seeds.json');

export type Seeds = Readonly<Record<string, number | undefined>>;

export function lastSeeds(): Seeds {
  return JSON.parse(readFileSync(file, 'utf8'));
}

export function writeSeeds(findings: readonly Finding[]): void {
  const noticed = findings.filter(({ by, seeds }) => by !== null && seeds !== null);
  const seeds = Object.fromEntries(noticed.map(({ mutant, seeds }) => [mutant.name, seeds]));
  writeFileSync(file, `${JSON.stringify(seeds, null, 2)}\n`);
}
