/** Whoever is left of a service that was being swept is swept by the next manager as well. Found by simulation. */
import { expect, it } from 'vitest';
import { SimulatedKernel } from '../../src/kernel/simulated/index.ts';
import { project, supervise } from '../support/project.ts';
import { service } from '../support/specs.ts';

it('takes nobody for the main process whose predecessor is known to be gone', async () => {
  const kernel = new SimulatedKernel();
  const spec = project([service('web')]);
  const { supervisor } = await supervise(spec, kernel);
  supervisor.start(['web']).catch(() => {});
  kernel.clock.advance(2_000);
  const worker = kernel.fork('web', { deafTo: ['SIGTERM'] });
  kernel.kill('web');
  kernel.clock.advance(10);
  expect(supervisor.serviceStatus('web').detail).toBe('sweeping');

  kernel.crashManager();
  const { supervisor: next } = await supervise(spec, kernel);
  expect(next.serviceStatus('web').detail).toBe('sweeping');
  kernel.clock.advance(10_000);
  expect(kernel.isAlive(worker)).toBe(false);
  expect(next.serviceStatus('web').state).toBe('running');
});
