/** `drover status`, as people and scripts get it. */
import { expect, it } from 'vitest';
import { codeOf, status } from '../../src/cli/commands/status.ts';
import { offlineLines } from '../../src/cli/offline-status.ts';
import { watchStatus } from '../../src/cli/watch.ts';
import type { OfflineService } from '../../src/control/offline.ts';
import { now, serviceOf, sessionOf, stateEvent, statusOf, streamOf } from './fake.ts';

const why = 'db has failed 3 s ago: it exited with code 1; it said: "no \u001b[31mspace"';
const told = 'has failed 3 s ago: it exited with code 1; it said: "no space"';
const web = serviceOf();
const db = serviceOf({
  ...{ name: 'db', group: 'back', state: 'failed', ready: false, pid: null, startedAt: null },
  ...{ restarts: 5, cpu: null, rss: null, ports: [], why },
});
const group = { parent: 'root', state: 'failed', strategy: 'one_for_one', failure: null } as const;
const shop = statusOf(
  [db, web],
  [
    { ...group, name: 'root', parent: null, members: ['back', 'web'] },
    { ...group, name: 'back', members: ['db'] },
  ],
);

it('shows services under their groups, and what is to be known of each', async () => {
  const { session, lines } = sessionOf({ status: async () => shop });
  expect(await status(session)).toBe(3);
  expect(lines()).toEqual([
    'NAME  STATE       PID  UPTIME  RESTARTS    CPU  MEMORY  PORTS  WHY',
    'back  ✗ failed',
    `  db  ✗ failed                        5                        ${told}`,
    'web   ● running  4711    1m1s            1.3 %    50 M  8080',
    '',
    'shop: 1 of 2 wanted are up · daemon pid 99, up 1h, 67 M',
  ]);
});

it('fits into a terminal, whatever is to be said', async () => {
  for (const columns of [40, 60, 80, 120]) {
    const { session, lines } = sessionOf({ status: async () => shop }, { columns });
    await status(session);
    for (const line of lines().slice(0, 4)) expect(line.length).toBeLessThanOrEqual(columns);
  }
});

it('is what the daemon answered, for a program', async () => {
  const { session, out } = sessionOf({ status: async () => shop }, { options: { json: true } });
  await status(session);
  expect(JSON.parse(out())).toEqual(JSON.parse(JSON.stringify(shop)));
});

it('says by its exit code whether all that is wanted runs', () => {
  const off = serviceOf({ state: 'stopped', desired: 'down', ready: false, pid: null });
  const done = serviceOf({ state: 'completed', ready: false, pid: null });
  expect(codeOf(statusOf([web, off, done]), [])).toBe(0);
  expect(codeOf(statusOf([web, db]), [])).toBe(3);
  expect(codeOf(statusOf([serviceOf({ ready: false })]), [])).toBe(3);
  // Whoever names one wants to know whether it runs.
  expect(codeOf(statusOf([off]), ['web'])).toBe(3);
});

it('shows what is degraded', async () => {
  const degraded = { ...shop, daemon: { ...shop.daemon, degraded: ['the disk is full'] } };
  const { session, out } = sessionOf({ status: async () => degraded });
  await status(session);
  expect(out()).toContain('\n! the disk is full\n');
});

it('draws again in the same place when something happens, until the daemon ends', async () => {
  let asked = 0;
  const client = {
    status: async () => {
      asked += 1;
      return shop;
    },
    events: () => streamOf([stateEvent(1, 'db', 'running')]),
  };
  const { session, out, error } = sessionOf(client, { columns: 80 });
  expect(await watchStatus(session)).toBe(6);
  expect(asked).toBeGreaterThan(0);
  expect(out().startsWith('\u001b[H')).toBe(true);
  expect(out().endsWith('\u001b[J')).toBe(true);
  expect(error()).toBe('the daemon has ended\n');
});

it('tells without a daemon what is alive, and what to do', () => {
  const { screen } = sessionOf({});
  const service: OfflineService = {
    ...{ name: 'web', state: 'running', desired: 'up', alive: true, pid: 7, pids: [7] },
    ...{ lastExit: null, failure: null, why: '"web" is alive as process 7; no manager runs' },
  };
  const services = [service];
  const lastManager = { pid: 99, at: now, ended: 'crashed' } as const;
  const lines = offlineLines(screen, { daemon: null, stateDir: '/s', lastManager, services });
  expect(lines[1]).toBe('web   ● running    7  is alive as process 7; no manager runs');
  expect(lines[3]).toMatch(
    /^no manager runs: the last one, pid 99, began .* did not end in order$/,
  );
  expect(lines[4]).toBe('  1 service is alive: drover up -d adopts, drover down stops');
});
