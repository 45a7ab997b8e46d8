/** What `npm run mutants` does. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeBetween } from '../../bench/kill-9/report.ts';
import { detectAll } from './campaign.ts';
import { breaks, type Finding } from './detect.ts';
import { mutants } from './list/index.ts';
import type { Mutant } from './mutant.ts';
import { misfits, root } from './plant.ts';
import { renderTable } from './report.ts';
import { lastSeeds, type Seeds, writeSeeds } from './seeds.ts';

/** Answers the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', default: '' },
      seeds: { type: 'string', default: '500' },
      jobs: { type: 'string', default: String(availableParallelism()) },
      again: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
    },
  });
  const wrong = misfits(mutants);
  for (const line of wrong) console.error(line);
  if (wrong.length > 0) return 2;
  const chosen = mutants.filter(({ name }) => name.includes(values.only));
  const bounds = { seeds: Number(values.seeds), patienceMs: 600_000 };
  const last: Seeds = values.again ? lastSeeds() : {};
  const boundsOf = ({ name }: Mutant) => ({ ...bounds, first: last[name] });
  const findings = await detectAll(chosen, boundsOf, Number(values.jobs), tell);
  const own = await breaks(seedsOf(findings), bounds.patienceMs);
  if (own !== null) {
    console.error(`the source as it is breaks a promise on ${own}`);
    return 2;
  }
  const table = renderTable(findings);
  console.log(`\n${table}`);
  if (values.write) {
    writeBetween(join(root, 'docs/mutants.md'), 'mutants', table);
    writeSeeds(findings);
  }
  return findings.every(({ by }) => by !== null) ? 0 : 1;
}

function seedsOf(findings: readonly Finding[]): readonly number[] {
  const noticed = findings.filter(({ by, seeds }) => by !== null && seeds !== null);
  return [...new Set(noticed.map(({ seeds }) => seeds ?? 0))];
}

function tell({ mutant, by, seeds, said }: Finding): void {
  console.log(
    `${by ?? 'NOT CAUGHT'}${seeds === null ? '' : ` (${seeds})`}: ${mutant.name}: ${said}`,
  );
}
