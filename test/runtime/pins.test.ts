/** A pin holds; whoever asks for the opposite is told so, and does not wait for ever. */
import { expect, it } from 'vitest';
import { during, project, supervise } from '../support/project.ts';
import { child, group, need, root, service } from '../support/specs.ts';

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

/** The same two, wherever they are in the tree. */
const onDb = (restart = false) => need('data', 'ready', { target: 'db', restart });
const data = () => child(group('data', [service('db'), service('cache')]));
const shops = {
  'beside it': shop,
  'in another group': () => project(root([data(), child(group('front', [needsDb]), onDb())])),
  'in a group beside it': () =>
    project(root([child(service('db')), child(group('front', [needsDb]), 'db')])),
  'in groups of groups': () => {
    const front = group('site', [group('front', [needsDb, service('app')])]);
    return project(
      root([child(group('all', [data()])), child(front, need('all', 'ready', { target: 'db' }))]),
    );
  },
};

for (const [place, spec] of Object.entries(shops)) {
  it(`keeps what the pinned needs ${place}, and names who is pinned`, async () => {
    const { supervisor, kernel } = await supervise(spec());
    await during(kernel, 5_000, supervisor.start());
    supervisor.pin(['web'], true);
    await expect(during(kernel, 60_000, supervisor.stop(['db']))).rejects.toMatchObject({
      code: 'pinned',
      message: 'cannot stop "db": "web" needs it and is pinned',
    });
    const states = () => ['db', 'web'].map((name) => supervisor.serviceStatus(name).state);
    expect(states()).toEqual(['running', 'running']);
    // As it was told: it is done once nobody holds on to it.
    supervisor.pin(['web'], false);
    await during(kernel, 5_000, supervisor.waitFor('db', 'stopped'));
    expect(states()).toEqual(['stopped', 'stopped']);
  });

  it(`restarts what the pinned needs ${place}, and not the pinned`, async () => {
    const { supervisor, kernel } = await supervise(spec());
    await during(kernel, 5_000, supervisor.start());
    const pids = () => ['db', 'web'].map((name) => supervisor.serviceStatus(name).pid);
    const [db, web] = pids();
    supervisor.pin(['web'], true);
    await during(kernel, 10_000, supervisor.restart(['db']));
    expect(pids()[0]).not.toBe(db);
    expect(pids()[1]).toBe(web);
    await during(kernel, 10_000, supervisor.stop());
    expect(kernel.alive()).toEqual([]);
  });
}

it('puts off the restart that follows one in another group until it is let go of', async () => {
  const { supervisor, kernel } = await supervise(
    project(root([data(), child(group('front', [needsDb]), onDb(true))])),
  );
  await during(kernel, 5_000, supervisor.start());
  const pid = () => supervisor.serviceStatus('web').pid;
  const first = pid();
  supervisor.pin(['web'], true);
  await during(kernel, 10_000, supervisor.restart(['db']));
  expect(pid()).toBe(first);
  supervisor.pin(['web'], false);
  await during(kernel, 10_000, supervisor.waitFor('web', 'running'));
  expect(pid()).not.toBe(first);
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

it('answers whoever stops a pinned service that has crashed', async () => {
  const { supervisor, kernel } = await pinnedShop();
  kernel.kill('web');
  kernel.clock.advance(10);
  expect(supervisor.serviceStatus('web').state).toBe('crashed');
  await during(kernel, 5_000, supervisor.stop(['web']));
  expect(supervisor.serviceStatus('web').desired).toBe('down');
});
