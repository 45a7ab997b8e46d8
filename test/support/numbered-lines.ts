/** Reads what services have written that number their lines, over all generations of their logs. */
import { existsSync, readFileSync } from 'node:fs';

export interface Counted {
  /** As many as the service says to have written. */
  readonly written: number;
  /** Numbers that are not there, or not in their place. */
  readonly wrong: number;
  readonly generations: number;
}

/** Each line is `NAME NUMBER ...`, and the last one `NAME ends after NUMBER lines`. */
export function countLines(path: string): Counted {
  let generations = 0;
  while (existsSync(`${path}.${generations + 1}`)) generations += 1;
  const oldestFirst = Array.from({ length: generations }, (_, n) => `${path}.${generations - n}`);
  const text = [...oldestFirst, path].map((one) => readFileSync(one, 'latin1')).join('');
  const lines = text.split('\n');
  // After the last line break there is nothing.
  const rest = lines.pop();
  const written = Number(/ ends after (\d+) lines$/.exec(lines.pop() ?? '')?.[1] ?? Number.NaN);
  if (rest !== '' || Number.isNaN(written)) throw new Error(`the end of ${path} is not there`);
  const numbers = lines.map((line) => Number(line.split(' ')[1]));
  const expected = Math.max(written, numbers.length);
  let wrong = 0;
  for (let n = 0; n < expected; n += 1) if (numbers[n] !== n + 1) wrong += 1;
  return { written, wrong, generations };
}
