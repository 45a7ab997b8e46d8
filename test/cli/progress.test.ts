/** Who waits is told for whom, and nobody else is. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { withProgress } from '../../src/cli/progress.ts';
import type { Client } from '../../src/control/client.ts';
import { serviceOf, sessionOf, statusOf } from './fake.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const slow = serviceOf({ state: 'stopping', desired: 'down', why: 'web is stopping as x asked' });
const client: Partial<Client> = {
  status: async () => statusOf([slow, serviceOf({ name: 'db', state: 'starting' }), serviceOf()]),
  timeline: async () => ({
    ...{ verb: 'down', totalMs: 10_000, deadlineMs: 60_000, spans: [], criticalPath: [] },
    steps: [
      { atMs: 0, service: 'web', what: 'SIGTERM' },
      { atMs: 10_000, service: 'web', what: 'SIGKILL' },
    ],
  }),
};

const after = (ms: number) =>
  new Promise<string>((resolve) => setTimeout(() => resolve('done'), ms));

it('says after a second who is waited for, since when, and what comes next', async () => {
  const { session, error } = sessionOf(client, { isWatched: true });
  const work = withProgress(session, { verb: 'down' }, after(3_000));
  await vi.advanceTimersByTimeAsync(990);
  expect(error()).toBe('');
  await vi.advanceTimersByTimeAsync(20);
  expect(error()).toContain('1.0 s · web is stopping as x asked; SIGKILL in 9.0 s (and 1 more)');
  await vi.advanceTimersByTimeAsync(2_000);
  expect(await work).toBe('done');
  expect(error().endsWith('\r\u001b[K')).toBe(true);
});

it('is silent where nobody looks, and where that was asked for', async () => {
  for (const setting of [{}, { isWatched: true, options: { quiet: true } }]) {
    const { session, error } = sessionOf(client, setting);
    const work = withProgress(session, {}, after(3_000));
    await vi.advanceTimersByTimeAsync(3_000);
    expect(await work).toBe('done');
    expect(error()).toBe('');
  }
});

it('goes when the work fails, and hides nothing of it', async () => {
  const { session, error } = sessionOf(client, { isWatched: true });
  const work = withProgress(
    session,
    {},
    after(1_500).then(() => Promise.reject(new Error('no'))),
  );
  const caught = expect(work).rejects.toThrow('no');
  await vi.advanceTimersByTimeAsync(2_000);
  await caught;
  expect(error().endsWith('\r\u001b[K')).toBe(true);
});
