/** A start that belongs to a changed configuration comes when that is through. Found by simulation. */
import { expect, it } from 'vitest';
import { simulate } from '../../src/simulation/index.ts';

it('is no start out of turn for what it needs, though that has just crashed', async () => {
  const run = await simulate({ seed: 1158, size: 5, steps: 200, mode: 'liveness' });
  expect(run.broken).toBeNull();
  expect(run.trace.some((line) => line.includes('apply s5,s4 settled: ok'))).toBe(true);
});
