/** The experiment of docs/kill-9.md, on drover alone and small. */
import { afterEach, expect, it } from 'vitest';
import { endEverything } from '../../bench/cleaning.ts';
import { createDrover } from '../../bench/kill-9/drover.ts';
import { programs } from '../../bench/kill-9/services.ts';
import { tryOnce } from '../../bench/kill-9/trial.ts';
import { built } from '../support/built.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const marker = `86400.${process.pid}${Date.now() % 1_000_000}`;
const count = 4;
const left: string[] = [];

afterEach(async () => {
  for (const directory of left.splice(0)) {
    await endEverything({ directory, marker, spared: [] });
  }
});

it.each(programs)(
  'a killed drover finds all as it was: $title',
  { timeout: 180_000 },
  async ({ argv }) => {
    const directory = temporaryDirectory();
    left.push(directory);
    const job = { directory, count, argv: argv(marker), graceMs: 2_000 };
    const trial = await tryOnce(createDrover(built), 'all', { job, marker, settleMs: 500 });
    expect(trial).toEqual({ copies: [1, 1, 1, 1], interrupted: 0, left: 0 });
  },
);
