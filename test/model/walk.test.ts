/**
 * Seeded walks over whole trees. `WALKS=20000 SEED=1` walks further; the seed of a
 * walk that fails is printed with how to walk it again.
 */
import { describe, expect, it } from 'vitest';
import { walk } from './walk.ts';

const walks = Number(process.env['WALKS'] ?? 2_000);
const first = Number(process.env['SEED'] ?? 1);
const slice = 100;

describe('a random walk', () => {
  const starts = Array.from({ length: Math.ceil(walks / slice) }, (_, n) => first + n * slice);

  it.each(starts)('keeps every promise from seed %i on', { timeout: 120_000 }, (start) => {
    for (let seed = start; seed < Math.min(start + slice, first + walks); seed += 1) {
      tryWalk(seed);
    }
  });

  it('is the same again on the same seed', () => {
    const traces = [trace(7), trace(7)];
    expect(traces[0]?.length).toBeGreaterThan(20);
    expect(traces[1]).toEqual(traces[0]);
  });
});

function tryWalk(seed: number): void {
  try {
    walk(seed);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const again = `SEED=${seed} WALKS=1 npx vitest run --project unit test/model/walk.test.ts`;
    throw new Error(`the walk on seed ${seed} failed: ${reason}\n  again: ${again}`, {
      cause: error,
    });
  }
}

function trace(seed: number): readonly string[] {
  const lines: string[] = [];
  walk(seed, { trace: (line) => lines.push(line) });
  return lines;
}
