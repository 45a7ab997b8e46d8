/** Between the lines of the services it is told who is waited for, ever less often. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { tellWaiting } from '../../src/cli/up/patience.ts';
import type { ServiceStatus, Supervisor } from '../../src/runtime/api.ts';
import { serviceOf } from './fake.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const slow = serviceOf({
  name: 'db',
  state: 'starting',
  why: 'db is starting: it waits to be ready',
});
const waiting = serviceOf({ state: 'stopped', why: 'web waits for db' });

const supervisorWith = (services: readonly unknown[]): Supervisor =>
  ({ status: () => ({ services: services as readonly ServiceStatus[] }) }) as Supervisor;

it('says who has been waited for the longest, at moments that grow apart', async () => {
  const said: string[] = [];
  const end = tellWaiting(supervisorWith([slow, waiting]), 'up', (text) => said.push(text));
  await vi.advanceTimersByTimeAsync(59_000);
  const why = 'db is starting: it waits to be ready (and 1 more)';
  expect(said).toEqual(['2.0 s', '5.0 s', '10 s', '20 s', '40 s'].map((at) => `${at} · ${why}`));
  end();
  await vi.advanceTimersByTimeAsync(600_000);
  expect(said).toHaveLength(5);
});

it('says nothing where nobody is waited for', async () => {
  const said: string[] = [];
  const end = tellWaiting(supervisorWith([serviceOf()]), 'up', (text) => said.push(text));
  await vi.advanceTimersByTimeAsync(59_000);
  expect(said).toEqual([]);
  end();
});
