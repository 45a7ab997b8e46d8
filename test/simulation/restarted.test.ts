/** A restart asks for what is needed first, and that may be served before more is asked. Found by simulation. */
import { expect, it } from 'vitest';
import { simulate } from '../../src/simulation/index.ts';

it('brings back at once who has just crashed, when only what it needs had been asked for', async () => {
  const run = await simulate({ seed: 155, size: 5, steps: 200, mode: 'safety' });
  expect(run.broken).toBeNull();
  const asked = run.trace.findIndex((line) => line.endsWith('restart ["s5"]'));
  const at = run.trace[asked]?.split(' ')[0];
  const states = run.trace
    .slice(asked)
    .filter((line) => line.startsWith(`${at} service.state s5 `))
    .map((line) => line.split(' ').slice(3, 5).join(' to '));
  expect(states.slice(0, 4)).toEqual([
    'stopped to starting',
    'starting to crashed',
    'crashed to backoff',
    'backoff to starting',
  ]);
});

it('does so whether that one waited or had been given up', async () => {
  const run = await simulate({ seed: 3635, size: 5, steps: 200, mode: 'safety' });
  expect(run.broken).toBeNull();
  expect(run.trace.some((line) => line.includes('service.state s4 failed starting'))).toBe(true);
});
