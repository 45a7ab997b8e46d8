/** The table of the experiment, and its place in the documentation. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Victims } from './peer.ts';
import type { Trial } from './trial.ts';

export interface Row {
  readonly name: string;
  readonly victims: Victims;
  readonly trials: readonly Trial[];
}

const words: Readonly<Record<Victims, string>> = {
  top: 'its one main process',
  each: 'its processes per service',
  all: 'all of its processes',
};

const heads = ['Supervisor', 'kill -9 of', 'Copies of a service', 'Doubled', 'Lost', 'Interrupted'];

/** Services are counted over all trials. */
export function renderRows(rows: readonly Row[]): string {
  const lines = [[...heads, 'Left by a stop'], [...heads, ''].map(() => '---'), ...rows.map(cells)];
  return lines.map((line) => `| ${line.join(' | ')} |`).join('\n');
}

function cells({ name, victims, trials }: Row): readonly string[] {
  const copies = trials.flatMap((trial) => trial.copies);
  const of = (count: number) => (count === 0 ? '0' : `**${count}** of ${copies.length}`);
  const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0);
  return [
    name,
    words[victims],
    range(copies),
    of(copies.filter((count) => count > 1).length),
    of(copies.filter((count) => count === 0).length),
    of(sum(trials.map(({ interrupted }) => interrupted))),
    of(sum(trials.map(({ left }) => left))),
  ];
}

function range(numbers: readonly number[]): string {
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
  if (least === most) return most === 1 ? '1' : `**${most}**`;
  return `**${least} to ${most}**`;
}

/** Puts the text between the two markers that stand in the file. */
export function writeBetween(file: string, marker: string, text: string): void {
  const [begin, end] = [`<!-- ${marker} -->`, `<!-- end of ${marker} -->`];
  const before = readFileSync(file, 'utf8');
  const [from, to] = [before.indexOf(begin), before.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`cannot write into ${file}: no "${begin}" … "${end}"`);
  writeFileSync(file, `${before.slice(0, from + begin.length)}\n\n${text}\n\n${before.slice(to)}`);
}
