/** A part of a document that a test writes: it fails where the file says something else. */
import { readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';

const path = new URL('../../docs/states.md', import.meta.url);

/** `npm run chart` writes it anew. */
export function holdsInDocument(marker: string, lines: readonly string[]): void {
  const part = new RegExp(`(<!-- ${marker} -->\n)[\\s\\S]*?(<!-- /${marker} -->)`);
  const before = readFileSync(path, 'utf8');
  expect(before, `a place for "${marker}"`).toMatch(part);
  const after = before.replace(part, (_, start, end) => `${start}\n${lines.join('\n')}\n\n${end}`);
  if (process.env['UPDATE_README'] === '1') writeFileSync(path, after);
  expect(readFileSync(path, 'utf8'), 'npm run chart writes docs/states.md').toBe(after);
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}
