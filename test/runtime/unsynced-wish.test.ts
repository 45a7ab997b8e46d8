/** A manager that dies before its last record is on disk leaves that to the next one. Found by simulation. */
import { expect, it } from 'vitest';
import { SimulatedKernel } from '../../src/kernel/simulated/index.ts';
import { project, supervise } from '../support/project.ts';
import { service } from '../support/specs.ts';

it('is synced by the manager that comes after the one that died over it', async () => {
  const kernel = new SimulatedKernel();
  const spec = project([service('db')]);
  const { supervisor } = await supervise(spec, kernel);
  kernel.clock.advance(100);
  supervisor.start(['db']).catch(() => {});
  kernel.crashManager();
  await supervise(spec, kernel);
  expect(kernel.disk.get('/state/journal.jsonl')?.durable).not.toContain('"wish"');
  kernel.clock.advance(100);
  expect(kernel.disk.get('/state/journal.jsonl')?.durable).toContain('"wish"');
});
