/** A pin holds; whoever asks for the opposite is told so, and does not wait for ever. */
import { expect, it } from 'vitest';
import { during, project, supervise } from '../support/project.ts';
import { child, root, service } from '../support/specs.ts';

const needsDb = service('web', { dependsOn: [{ name: 'db', condition: 'ready', restart: false }] });
const shop = () => project(root([child(service('db')), child(needsDb, 'db')]));

async function pinnedShop() {
  const { supervisor, kernel } = await supervise(shop());
  await during(kernel, 5_000, supervisor.start());
  supervisor.pin(['web'], true);
  return { supervisor, kernel };
}

it('refuses a stop of what is pinned, and does it when the pin is gone', async () => {
  const { supervisor, kernel } = await pinnedShop();
  await expect(during(kernel, 5_000, supervisor.stop(['web']))).rejects.toMatchObject({
    code: 'pinned',
    message: 'cannot stop "web": it is pinned',
  });
  expect(supervisor.serviceStatus('web').state).toBe('running');
  supervisor.pin(['web'], false);
  await during(kernel, 5_000, supervisor.waitFor('web', 'stopped'));
});

it('names who is pinned where a stop is held by somebody else', async () => {
  const { supervisor, kernel } = await pinnedShop();
  await expect(during(kernel, 5_000, supervisor.stop(['db']))).rejects.toMatchObject({
    code: 'pinned',
    message: 'cannot stop "db": "web" needs it and is pinned',
  });
});

it('refuses a restart of what is pinned', async () => {
  const { supervisor, kernel } = await pinnedShop();
  await expect(during(kernel, 5_000, supervisor.restart(['web']))).rejects.toMatchObject({
    code: 'pinned',
  });
});

it('kills what is pinned, and stops it with everything', async () => {
  const { supervisor, kernel } = await pinnedShop();
  const [killed] = await during(kernel, 5_000, supervisor.kill(['web']));
  expect(killed?.status).toBe('stopped');
  supervisor.pin(['db'], true);
  await during(kernel, 5_000, supervisor.stop());
  expect(kernel.alive()).toEqual([]);
});

it('applies nothing that would have to stop what is pinned', async () => {
  const { supervisor, kernel } = await pinnedShop();
  const next = project(root([child(service('db')), child(service('other'))]));
  const applied = supervisor.apply({ ...next, stateDir: supervisor.spec.stateDir });
  await expect(during(kernel, 5_000, applied)).rejects.toMatchObject({
    code: 'pinned',
    message: 'cannot apply: "web" would have to be stopped, and is pinned',
  });
  expect(supervisor.status().services.map(({ name }) => name)).toEqual(['db', 'web']);
});
