/**
 * Costs that were written down, and whether today's are worse. `npm run baseline` writes
 * them down anew: do so when something has become cheaper, or dearer for a good reason.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export type Counts = Readonly<Record<string, number>>;

const file = join(import.meta.dirname, 'baseline.json');

/** Which of these cost more than was written down, and a share of that more; empty: none. */
export function dearerThanBefore(part: string, counts: Counts, tolerance: number): string[] {
  const all = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Counts>;
  if (process.env['UPDATE_BASELINE'] === '1') {
    const rounded = Object.entries(counts).map(([name, count]) => [name, Math.round(count)]);
    const updated = { ...all, [part]: Object.fromEntries(rounded) };
    writeFileSync(file, `${JSON.stringify(updated, null, 2)}\n`);
    return [];
  }
  const before = all[part] ?? {};
  return Object.entries(counts)
    .filter(([name, count]) => !(count <= Math.ceil((before[name] ?? -1) * (1 + tolerance))))
    .map(([name, count]) => `${part}, ${name}: ${Math.round(count)}, was ${before[name]}`);
}
