/** Puts a page into the documentation, between its two marks, and its plots beside it. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export interface Page {
  /** For the terminal. */
  readonly text: string;
  readonly markdown: string;
  /** By the names of their files. */
  readonly plots: Readonly<Record<string, string>>;
}

const docs = resolve(import.meta.dirname, '../../docs');
const file = join(docs, 'performance.md');

export function publish(kind: 'bench' | 'scale', { markdown, plots }: Page): void {
  const before = readFileSync(file, 'utf8');
  const marks = new RegExp(`(<!-- ${kind} -->\n)[^]*?(<!-- /${kind} -->)`);
  if (!marks.test(before)) throw new Error(`cannot write ${file}: it has no <!-- ${kind} -->`);
  writeFileSync(
    file,
    before.replace(marks, (_all, open, close) => `${open}${markdown}\n${close}`),
  );
  mkdirSync(join(docs, 'plots'), { recursive: true });
  for (const [name, svg] of Object.entries(plots)) writeFileSync(join(docs, 'plots', name), svg);
  console.log(`written: ${file}`);
}
