/** The table of mutants, and its place in the documentation. */
import type { Finding } from './detect.ts';

const heads = ['A drover that ...', 'Who makes it', 'Caught by', 'Seeds'];

export function renderTable(findings: readonly Finding[]): string {
  const caught = findings.filter(({ by }) => by !== null).length;
  const rows = [heads, heads.map(() => '---'), ...findings.map(cells)];
  const table = rows.map((row) => `| ${row.join(' | ')} |`).join('\n');
  return `${caught} of ${findings.length} are caught.\n\n${table}`;
}

function cells({ mutant, by, seeds }: Finding): readonly string[] {
  return [
    mutant.name,
    mutant.seenIn,
    by === null ? '**nobody**' : caughtBy(mutant, by),
    seeds === null ? '' : String(seeds),
  ];
}

function caughtBy({ detector }: Finding['mutant'], by: string): string {
  return detector.kind === 'test' ? `\`${by}\`: ${detector.name}` : by;
}
