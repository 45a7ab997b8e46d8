/** A configuration that changes while others are waiting for what was in it. Found by simulation. */
import { expect, it } from 'vitest';
import { SimulatedKernel } from '../../src/kernel/simulated/index.ts';
import { during, project, supervise } from '../support/project.ts';
import { child, root, service } from '../support/specs.ts';

/** Up only after a minute, so that `web` waits for it. */
const slow = service('db', { settleMs: 60_000 });
const web = service('web', { dependsOn: [{ name: 'db', condition: 'ready', restart: false }] });

it('lets go of who waits for a service that waited itself and is taken out', async () => {
  const { supervisor, kernel } = await supervise(project(root([child(slow), child(web, 'db')])));
  const starting = supervisor.start(['web']);
  const failed = expect(starting).rejects.toMatchObject({ code: 'cancelled' });
  await during(kernel, 1_000, supervisor.apply(project([slow])));
  await during(kernel, 1_000, supervisor.stop(['db']));
  await failed;
});

it('lets go of who waits for a service that waited itself and is stopped', async () => {
  const { supervisor, kernel } = await supervise(project(root([child(slow), child(web, 'db')])));
  const starting = supervisor.start(['web'], { dependencies: false });
  const failed = expect(starting).rejects.toMatchObject({ code: 'cancelled' });
  await during(kernel, 1_000, supervisor.stop(['web']));
  await failed;
});

it('keeps a service waiting for what it needs while another one is taken out', async () => {
  const kernel = new SimulatedKernel().script('db', { problem: 'missing-binary' });
  const both = [child(service('db')), child(web, 'db')];
  const before = project(root([...both, child(service('gone'))]));
  const { supervisor } = await supervise(before, kernel);
  supervisor.start(['web']).catch(() => {});
  await during(kernel, 1_000, supervisor.apply(project(root(both))));
  expect(kernel.history.spawns.map(({ program }) => program)).not.toContain('web');
});

it('says that the state directory cannot be used when a FIFO cannot be made', async () => {
  const kernel = new SimulatedKernel();
  kernel.fault({ code: 'EIO', on: 'write', under: '/state/run/db' });
  await expect(supervise(project([service('db')]), kernel)).rejects.toMatchObject({
    code: 'state-dir-unusable',
  });
});
