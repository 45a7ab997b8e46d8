/** Reads what services have written that number their lines, over all generations of their logs. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';

export interface Counted {
  /** As many as the service says to have written. */
  readonly written: number;
  /** Numbers that are not there, or not in their place. */
  readonly wrong: number;
  readonly generations: number;
}

/**
 * Each line is `NAME NUMBER ...`, and the last one `NAME ends after NUMBER lines`. The
 * manager must have ended, be it in the middle of a rotation.
 */
export function countLines(path: string): Counted {
  const generations = generationsOf(path);
  const oldestFirst = generations.sort((one, other) => other - one).map((n) => `${path}.${n}`);
  const text = [...oldestFirst.map(read), headOf(path), read(path)].join('');
  const lines = text.split('\n');
  // After the last line break there is nothing.
  const rest = lines.pop();
  const written = Number(/ ends after (\d+) lines$/.exec(lines.pop() ?? '')?.[1] ?? Number.NaN);
  if (rest !== '' || Number.isNaN(written)) throw new Error(`the end of ${path} is not there`);
  const numbers = lines.map((line) => Number(line.split(' ')[1]));
  const expected = Math.max(written, numbers.length);
  let wrong = 0;
  for (let n = 0; n < expected; n += 1) if (numbers[n] !== n + 1) wrong += 1;
  return { written, wrong, generations: generations.length };
}

const read = (path: string) => readFileSync(path, 'latin1');

function generationsOf(path: string): number[] {
  const prefix = `${basename(path)}.`;
  return readdirSync(dirname(path))
    .filter((name) => name.startsWith(prefix))
    .map((name) => Number(name.slice(prefix.length)))
    .filter(Number.isInteger);
}

/** What is moving is a copy until the file is rid of it, and then the newest generation. */
function headOf(path: string): string {
  if (!existsSync(`${path}.moving`)) return '';
  const head = read(`${path}.moving`);
  return read(path).startsWith(head) ? '' : head;
}
