/**
 * What a service costs does not depend on how many there are. Counted in code that was
 * run and not in time, so that it is the same on a busy machine.
 */
import { expect, it, vi } from 'vitest';
import { type Costs, countBytes, countCode } from './measured.ts';

vi.setConfig({ testTimeout: 300_000 });

const phases = ['create', 'start', 'crash', 'crashAll', 'stop'] as const;

const ratios = (many: Costs, few: Costs) =>
  Object.fromEntries(phases.map((phase) => [phase, many[phase] / few[phase]]));

/** `count.mjs` itself fails where not all of them run after it, or any after the stop. */
it('runs as much code for one of 10,000 as for one of 100', async () => {
  const [few, many] = await Promise.all([countCode(100), countCode(10_000)]);
  for (const ratio of Object.values(ratios(many, few))) expect(ratio).toBeLessThan(1.5);
});

it('allocates as much for one of 1,000 as for one of 100', async () => {
  const [few, many] = await Promise.all([countBytes(100), countBytes(1_000)]);
  for (const ratio of Object.values(ratios(many, few))) expect(ratio).toBeLessThan(1.5);
});
