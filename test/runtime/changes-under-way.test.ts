/** What changes while others wait for it: a configuration, a wish. Found by simulation. */
import { expect, it } from 'vitest';
import { SimulatedKernel } from '../../src/kernel/simulated/index.ts';
import { during, project, supervise } from '../support/project.ts';
import { child, need, root, service } from '../support/specs.ts';

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

it('lets go of who waits for a service whose dependency is stopped', async () => {
  const { supervisor, kernel } = await supervise(project(root([child(slow), child(web, 'db')])));
  const starting = supervisor.start(['web']);
  const failed = expect(starting).rejects.toMatchObject({
    code: 'cancelled',
    message: expect.stringContaining('the start of "web" was cancelled by a stop of "db"'),
  });
  await during(kernel, 1_000, supervisor.stop(['db']));
  await failed;
});

it('starts what waits for a one-shot that had completed and was being stopped', async () => {
  const kernel = new SimulatedKernel()
    .script('migrate', { exitsAfterMs: 100 })
    .script('web', { stopsAfterMs: 3_000 });
  const migrate = service('migrate', { type: 'oneshot' });
  const needy = service('web', {
    dependsOn: [{ name: 'migrate', condition: 'completed', restart: false }],
  });
  const tree = root([child(migrate), child(needy, need('migrate', 'completed'))]);
  const { supervisor } = await supervise(project(tree), kernel);
  await during(kernel, 5_000, supervisor.start());
  supervisor.stop().catch(() => {});
  kernel.clock.advance(1_000);
  await during(kernel, 10_000, supervisor.start(['web']));
  expect(supervisor.serviceStatus('web').state).toBe('running');
});

it('gives the last word to the configuration that came last', async () => {
  const kernel = new SimulatedKernel().script('deaf', { stopsAfterMs: 3_000 });
  const both = project([service('db'), service('deaf')]);
  const { supervisor } = await supervise(both, kernel);
  await during(kernel, 5_000, supervisor.start());
  const first = supervisor.apply(project([service('db')]));
  const last = supervisor.apply(both);
  await during(kernel, 20_000, Promise.all([first, last]));
  expect(supervisor.serviceStatus('deaf').state).toBe('running');
});

it('is not changed any more by a configuration that waited while it was disposed of', async () => {
  const kernel = new SimulatedKernel().script('deaf', { stopsAfterMs: 3_000 });
  const both = project([service('db'), service('deaf')]);
  const { supervisor } = await supervise(both, kernel);
  await during(kernel, 5_000, supervisor.start());
  const changes = [supervisor.apply(project([service('db')])), supervisor.apply(both)];
  const refused = changes.map((one) => expect(one).rejects.toMatchObject({ code: 'disposed' }));
  await during(kernel, 1_000, supervisor.dispose({ services: 'leave' }));
  await Promise.all(refused);
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

it('leaves everything as it is when a changed configuration cannot be prepared', async () => {
  const before = project([service('db'), service('web')]);
  const { supervisor, kernel } = await supervise(before);
  await during(kernel, 5_000, supervisor.start());
  kernel.fault({ code: 'ENOSPC', on: 'write', under: '/state/run' });
  const applying = supervisor.apply(project([service('db')]));
  await expect(during(kernel, 5_000, applying)).rejects.toMatchObject({
    code: 'state-dir-unusable',
  });
  expect(supervisor.serviceStatus('web')).toMatchObject({ state: 'running', desired: 'up' });
});

it('says that the state directory cannot be used when a FIFO cannot be made', async () => {
  const kernel = new SimulatedKernel();
  kernel.fault({ code: 'EIO', on: 'write', under: '/state/run/db' });
  await expect(supervise(project([service('db')]), kernel)).rejects.toMatchObject({
    code: 'state-dir-unusable',
  });
});
