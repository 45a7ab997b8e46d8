/** docs/testing.md shows the examples as they are, and the commands by which they are run. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { blocksOf } from './support/blocks.ts';

const root = resolve(import.meta.dirname, '..');
const blocks = blocksOf('docs/testing.md');

it('quotes its examples word for word', () => {
  const quotes = blocks.filter(({ language, of }) => language !== 'sh' && of !== '');
  expect(quotes.length).toBeGreaterThan(9);
  for (const { of, text } of quotes) expect(readFileSync(join(root, of), 'utf8')).toContain(text);
});

it('says of each example how to run it', () => {
  const run = blocks.filter(({ language }) => language === 'sh').map(({ of }) => of);
  const shown = blocks.map(({ of }) => of.split('/').slice(0, 2).join('/'));
  expect(new Set(run)).toEqual(new Set(shown.filter((one) => one !== '')));
});
