/** Ages stay true when somebody sets the wall clock, and when the machine slept. */
import { expect, it } from 'vitest';
import { SimulatedKernel } from '../../src/kernel/simulated/index.ts';
import { asNoted } from '../../src/runtime/status.ts';
import { during, project, supervise } from '../support/project.ts';
import { service } from '../support/specs.ts';

const dayMs = 86_400_000;

it.each([dayMs, -365 * dayMs])('tells how long a service is up, set by %i ms', async (ms) => {
  const { supervisor, kernel } = await supervise(project([service('web')]));
  await during(kernel, 5_000, supervisor.start());
  const age = () => kernel.clock.wall() - (supervisor.serviceStatus('web').startedAt ?? 0);
  const before = age();
  kernel.clock.jumpWall(ms);
  kernel.clock.advance(60_000);
  expect(age()).toBe(before + 60_000);
  kernel.crashManager();
  const second = await supervise(project([service('web')]), kernel);
  kernel.clock.advance(5_000);
  const { startedAt, adopted } = second.supervisor.serviceStatus('web');
  expect(adopted).toBe(true);
  expect(kernel.clock.wall() - (startedAt ?? 0)).toBe(before + 65_000);
});

it('keeps what was noted where clocks drifted or the machine slept', () => {
  const kernel = new SimulatedKernel();
  kernel.clock.advance(10_000);
  const started = kernel.clock.wall() - 4_000;
  const told = (noted: number | null, asleepMs = 0) => {
    const { clock } = kernel;
    const slept = Object.assign(Object.create(clock), {
      now: () => clock.now(),
      wall: () => clock.wall(),
      asleepMs: () => asleepMs,
    });
    return asNoted({ clock: slept }, noted, 6_000);
  };
  expect(told(started)).toBe(started);
  expect(told(started + 400)).toBe(started + 400);
  expect(told(null)).toBe(started);
  // Eight hours of night: it was started so long before.
  expect(told(started - 8 * 3_600_000, 8 * 3_600_000)).toBe(started - 8 * 3_600_000);
  expect(told(started - 8 * 3_600_000)).toBe(started);
  expect(told(started + 8 * 3_600_000, 8 * 3_600_000)).toBe(started);
});
