/** A restart asks for what is needed and for the services themselves at once. Found by simulation. */
import { expect, it } from 'vitest';
import { simulate } from '../../src/simulation/index.ts';

it.each([
  [155, 'safety'],
  [607, 'safety'],
  [3635, 'safety'],
  [10566, 'liveness'],
] as const)(
  'brings back nobody at once who crashed after it was asked for (seed %i)',
  async (seed, mode) => {
    const run = await simulate({ seed, size: 5, steps: 200, mode });
    expect(run.broken).toBeNull();
    expect(run.trace.some((line) => line.includes(' restart ['))).toBe(true);
  },
);
