/** Dry runs: the real machines, in virtual time, with programs as slow as they may be. */
import { expect, it } from 'vitest';
import { createTimeline } from '../../src/control/timeline.ts';
import type { ServiceSpec } from '../../src/machines/vocabulary.ts';
import type { ServiceStatus, SupervisorStatus } from '../../src/runtime/api.ts';
import { servicesOf } from '../../src/services/members.ts';
import { child, group, root, service } from '../support/specs.ts';
import { projectOf } from './stage.ts';

const stop = (steps: ServiceSpec['stop']['steps']): Partial<ServiceSpec> => ({
  stop: { ...service('x').stop, steps },
});

const web = service(
  'web',
  stop([
    { signal: 'SIGQUIT', waitMs: 20_000 },
    { signal: 'SIGTERM', waitMs: 10_000 },
  ]),
);
const db = service('db', stop([{ signal: 'SIGINT', waitMs: 7_000 }]));
const cache = service('cache', stop([{ signal: 'SIGTERM', waitMs: 2_000 }]));
const spec = projectOf(
  root(
    [db, cache, group('front', [web])].map((one) =>
      child(one, ...(one.name === 'front' ? ['db'] : [])),
    ),
  ),
);

function statusOf(...up: string[]): SupervisorStatus {
  const services = servicesOf(spec.root).map(
    ({ name }) =>
      ({
        name,
        state: up.includes(name) ? 'running' : 'stopped',
        pid: up.includes(name) ? 1_000 : null,
      }) as ServiceStatus,
  );
  return { project: 'shop', stateDir: '/state', managerPid: 1, degraded: [], groups: [], services };
}

it('tells how long a down takes at worst, and what decides that', async () => {
  const status = statusOf('web', 'db', 'cache');
  const timeline = await createTimeline({ spec, status, verb: 'down', names: null });
  expect(timeline.totalMs).toBe(37_000);
  expect(timeline.criticalPath).toEqual([
    { service: 'web', fromMs: 0, toMs: 30_000 },
    { service: 'db', fromMs: 30_000, toMs: 37_000 },
  ]);
  expect(timeline.steps).toEqual([
    { atMs: 0, service: 'web', what: 'SIGQUIT' },
    { atMs: 0, service: 'cache', what: 'SIGTERM' },
    { atMs: 2_000, service: 'cache', what: 'SIGKILL' },
    { atMs: 20_000, service: 'web', what: 'SIGTERM' },
    { atMs: 30_000, service: 'web', what: 'SIGKILL' },
    { atMs: 30_000, service: 'db', what: 'SIGINT' },
    { atMs: 37_000, service: 'db', what: 'SIGKILL' },
  ]);
  expect(timeline.spans.filter(({ critical }) => !critical).map(({ service: s }) => s)).toEqual([
    'cache',
  ]);
});

it('is bounded by the deadline of a stop of everything', async () => {
  const status = statusOf('web', 'db');
  const short = { ...spec, shutdownTimeoutMs: 12_000 };
  const bounded = await createTimeline({ spec: short, status, verb: 'down', names: null });
  expect(bounded.totalMs).toBe(12_000);
});

it('leaves out what is not up', async () => {
  const timeline = await createTimeline({
    spec,
    status: statusOf('cache'),
    verb: 'down',
    names: null,
  });
  expect(timeline.totalMs).toBe(2_000);
  const none = await createTimeline({ spec, status: statusOf(), verb: 'down', names: null });
  expect(none).toMatchObject({ totalMs: 0, spans: [], criticalPath: [] });
});

it('tells of a restart until all are ready again', async () => {
  const names = new Set(['cache']);
  const timeline = await createTimeline({
    spec,
    status: statusOf('cache', 'db'),
    verb: 'restart',
    names,
  });
  expect(timeline.totalMs).toBe(3_000);
  expect(timeline.spans.map(({ state, toMs }) => [state, toMs])).toEqual([
    ['stopping', 2_000],
    ['starting', 3_000],
  ]);
});
