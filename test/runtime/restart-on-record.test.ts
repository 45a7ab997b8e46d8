/** A restart is on record before its successor is there: a manager may be killed between the two. Found by simulation. */
import { expect, it } from 'vitest';
import { SimulatedKernel } from '../../src/kernel/simulated/index.ts';
import { project, supervise } from '../support/project.ts';
import { restart, service } from '../support/specs.ts';

const atOnce = restart({ delayMs: 0, intensity: 3, periodMs: 60_000 });

/** Its manager was killed when it had started the successor, in that very turn. */
async function killedOverSuccessor() {
  const kernel = new SimulatedKernel();
  const spec = project([service('web', { restart: atOnce })]);
  const { supervisor } = await supervise(spec, kernel);
  supervisor.start(['web']).catch(() => {});
  kernel.clock.advance(2_000);
  const spawns = kernel.history.spawns.length;
  kernel.kill('web');
  const dieOverNext = () => {
    if (kernel.history.spawns.length > spawns) kernel.crashManagerAfter(0);
  };
  supervisor.events$.subscribe(dieOverNext);
  kernel.clock.advance(1_000);
  expect(kernel.history.spawns.length).toBe(spawns + 1);
  return { kernel, spec, successor: kernel.history.spawns.at(-1)?.identity };
}

it('counts the restart over which its predecessor was killed', async () => {
  const { kernel, spec } = await killedOverSuccessor();
  const { supervisor } = await supervise(spec, kernel);
  expect(supervisor.serviceStatus('web').restarts).toBe(1);
});

it('adopts the successor, and does not take it for what was left behind', async () => {
  const { kernel, spec, successor } = await killedOverSuccessor();
  const { supervisor } = await supervise(spec, kernel);
  kernel.clock.advance(5_000);
  expect(supervisor.serviceStatus('web')).toMatchObject({
    state: 'running',
    pid: successor?.pid,
  });
});
