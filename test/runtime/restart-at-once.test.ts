/** A restart is one wish: what is needed and who is to be restarted are asked for in one step. Found by simulation. */
import { expect, it } from 'vitest';
import { SimulatedKernel } from '../../src/kernel/simulated/index.ts';
import type { GroupSpec } from '../../src/machines/vocabulary.ts';
import { during, project, supervise } from '../support/project.ts';
import { child, group, need, restart, root, service } from '../support/specs.ts';

const db = service('db', { settleMs: 0 });
const web = service('web', {
  settleMs: 0,
  restart: restart({ delayMs: 1_000 }),
  dependsOn: [{ name: 'db', condition: 'ready', restart: false }],
});

const trees: readonly (readonly [string, GroupSpec])[] = [
  ['beside each other', root([child(db), child(web, 'db')])],
  ['of one group', root([group('shop', [child(db), child(web, 'db')])])],
  [
    'of two groups',
    root([
      child(group('data', [db])),
      child(group('front', [web]), need('data', 'ready', { target: 'db' })),
    ]),
  ],
];

it.each(trees)('lets who crashes at once wait for its delay: %s', async (_, tree) => {
  const kernel = new SimulatedKernel().script('web', {}, { problem: 'not-executable' }, {});
  const { supervisor } = await supervise(project(tree), kernel);
  await during(kernel, 1_000, supervisor.start(['web']));
  // Who needs it goes with it, and stays wanted.
  await during(kernel, 1_000, supervisor.stop(['db']));
  expect(supervisor.serviceStatus('web')).toMatchObject({ state: 'stopped', desired: 'up' });

  const restarting = supervisor.restart(['web']);
  kernel.clock.advance(500);
  expect(supervisor.serviceStatus('db').state).toBe('running');
  expect(supervisor.serviceStatus('web')).toMatchObject({ state: 'backoff', restarts: 1 });
  await during(kernel, 1_000, restarting);
  expect(supervisor.serviceStatus('web').state).toBe('running');
});
