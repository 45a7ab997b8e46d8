/** A user's own stack under trouble: the configuration as it is written, its programs played. */
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { loadProject } from '../../src/services/load.ts';
import { type Simulation, simulate } from '../../src/simulation/index.ts';
import { isolated } from './isolated.ts';

const file = resolve(import.meta.dirname, '../../examples/shop/drover.yaml');

it('comes to rest and stops under every kind of trouble', { timeout: 120_000 }, async () => {
  const project = await loadProject(file, { env: {} });
  const runs: Simulation[] = [];
  for (let seed = 1; seed <= 30; seed += 1) {
    runs.push(await simulate({ seed, project, steps: 80, mode: 'liveness' }));
  }
  expect(runs.flatMap(({ seed, broken }) => (broken === null ? [] : [{ seed, broken }]))).toEqual(
    [],
  );
  const names = ['mailer', 'prices', 'stock', 'web'];
  expect(Object.keys(Object.assign({}, ...runs.map(({ starts }) => starts))).sort()).toEqual(names);
  expect(runs.every(({ stopMs }) => stopMs !== null)).toBe(true);
});

it('shows which limits trip where programs crash again and again', {
  timeout: 60_000,
}, async () => {
  const tripped: string[] = [];
  for (let seed = 1; seed <= 30; seed += 1) {
    tripped.push(...Object.keys((await simulate({ seed, faults: ['programs'] })).tripped));
  }
  expect(tripped).not.toEqual([]);
});

// Of services that need nothing of one another, trouble of one is nobody else's.
it('changes nothing for the others when one of them is in trouble', {
  timeout: 120_000,
}, async () => {
  for (let seed = 1; seed <= 15; seed += 1) {
    const { alone, together } = await isolated(seed);
    expect(together, `seed ${seed}`).toEqual(alone);
  }
});
