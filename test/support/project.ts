/** A whole project on a simulated system: the facade that embedders use, in virtual time. */
import { SimulatedKernel } from '../../src/kernel/simulated/index.ts';
import type { GroupSpec, ProjectSpec, ServiceSpec } from '../../src/machines/vocabulary.ts';
import type { Supervisor } from '../../src/runtime/api.ts';
import { createSupervisor } from '../../src/runtime/create.ts';
import { servicesOf } from '../../src/services/members.ts';
import { root } from './specs.ts';

export const project = (
  spec: GroupSpec | readonly ServiceSpec[],
  changes: Partial<ProjectSpec> = {},
): ProjectSpec => ({
  name: 'test',
  root: 'kind' in spec ? spec : root(spec),
  shutdownTimeoutMs: 60_000,
  stateDir: '/state',
  ...changes,
});

/** Programs without a script behave well. */
export async function supervise(
  spec: ProjectSpec,
  kernel: SimulatedKernel = new SimulatedKernel(),
): Promise<{ readonly supervisor: Supervisor; readonly kernel: SimulatedKernel }> {
  for (const { command } of servicesOf(spec.root)) {
    if (!kernel.knows(command.argv[0])) kernel.script(command.argv[0], {});
  }
  kernel.files.makeDirectory('/srv');
  const creating = createSupervisor(spec, { kernel: kernel.manager(), logLevel: 'silent' });
  kernel.clock.advance(0);
  const supervisor = await creating;
  kernel.clock.advance(0);
  return { supervisor, kernel };
}

/** Lets virtual time pass while something is awaited. */
export async function during<T>(kernel: SimulatedKernel, ms: number, work: Promise<T>): Promise<T> {
  // A rejection is the caller's to see, also when it comes while time passes.
  work.catch(() => {});
  const slices = 10;
  for (let slice = 0; slice < slices; slice++) {
    kernel.clock.advance(ms / slices);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return await work;
}
