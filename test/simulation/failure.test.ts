/** A failure is made shorter and kept as a file that people and programs open. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { readRecording } from '../../src/cli/inspector/recording-file.ts';
import type { Kernel } from '../../src/kernel/port.ts';
import { writeFailure } from '../../src/simulation/failure-file.ts';
import { type Simulation, simulate } from '../../src/simulation/index.ts';
import type { Between } from '../../src/simulation/system.ts';

const directory = mkdtempSync(join(tmpdir(), 'drover-simulation-'));
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** A manager that never looks for what an earlier one left. */
const careless: Between = {
  distort: (manager) =>
    new Proxy(manager as Kernel, {
      get: (target, key) => {
        if (key === 'isHeld' || key === 'isAlive') return () => false;
        const value = Reflect.get(target, key) as unknown;
        return typeof value === 'function' ? value.bind(target) : value;
      },
    }),
};

async function failureOf(between: Between): Promise<Simulation> {
  for (let seed = 1; seed <= 200; seed += 1) {
    const simulation = await simulate({ seed, ...between, mode: 'safety' });
    if (simulation.broken !== null) return simulation;
  }
  throw new Error('the mistake is not found');
}

it('is made shorter, and opens as a recording', { timeout: 120_000 }, async () => {
  const failed = await failureOf(careless);
  const written = await writeFailure(failed, directory, careless);
  expect(written.acts).toBeLessThan(failed.acts.length);
  expect(written.text).toContain(`npm run simulate -- --replay ${written.file}`);

  const kept = JSON.parse(readFileSync(written.file, 'utf8'));
  expect(kept.simulation.broken.invariant).toBe(failed.broken?.invariant);
  const recording = readRecording(written.file, { since: undefined, until: undefined });
  expect(recording.records.length).toBeGreaterThan(0);
  expect(recording.logs.map(({ text }) => text)).toContain('[simulation] boot');
});
