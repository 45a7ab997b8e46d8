/** Tables, for a terminal and for Markdown, and how numbers look in them. */
import { spreadOf } from '../statistics.ts';

export type Rows = readonly (readonly string[])[];

/** The first row has the names of the columns, the first column those of the rows. */
export function forTerminal(rows: Rows): string {
  const widths = (rows[0] ?? []).map((_, index) =>
    Math.max(...rows.map((row) => row[index]?.length ?? 0)),
  );
  const pad = (text: string, index: number) =>
    index === 0 ? text.padEnd(widths[index] ?? 0) : text.padStart(widths[index] ?? 0);
  return rows.map((row) => row.map(pad).join('  ').trimEnd()).join('\n');
}

export function forMarkdown([head = [], ...rows]: Rows): string {
  const line = (row: readonly string[]) => `| ${row.join(' | ')} |`;
  const rule = `|${head.map((_, index) => (index === 0 ? '---' : '---:')).join('|')}|`;
  return [line(head), rule, ...rows.map(line)].join('\n');
}

export function figure(value: number): string {
  if (!Number.isFinite(value)) return '';
  const size = Math.abs(value);
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2);
}

/** The median, and from where to where the rounds went. */
export function withSpread(numbers: readonly number[] | undefined): string {
  if (numbers === undefined || numbers.length === 0) return '';
  const { median, least, most, count } = spreadOf(numbers);
  return count === 1 ? figure(median) : `${figure(median)} (${figure(least)}–${figure(most)})`;
}
