/** The supervisor's sentence beside the state of a service is not older than that state. */
import { effect } from '@preact/signals';
import { expect, it } from 'vitest';
import { history, ticks } from '../../../inspector/model/known.ts';
import { connection, selected, services, source } from '../../../inspector/model/session.ts';
import { told } from '../../../inspector/why/told.ts';
import type { ServiceRow, Services } from '../../../src/inspection/protocol.ts';
import { Story } from './story.ts';

it('is asked for when a state is newer than the rows, once for each, and only while it is read', async () => {
  const asked: { readonly path: string; answer(why: string): void }[] = [];
  source.value = {
    kind: 'live',
    open: () => () => {},
    logs: () => () => {},
    post: () => Promise.reject(new Error('no')),
    get: <T>(path: string) =>
      new Promise<T>((resolve) => {
        asked.push({ path, answer: (why) => resolve({ name: 'web', why } as T) });
      }),
  };
  connection.value = { kind: 'live' };
  const rowsOf = (at: number, why: string) => {
    const row = { name: 'web', why } as ServiceRow;
    services.value = { at, services: [row], groups: [], degraded: [] } satisfies Services;
  };
  const story = new Story();
  const web = story.actor('web', null, { service: 'web' });
  let given = 0;
  const tell = () => {
    const records = story.records.slice(given);
    given = story.records.length;
    history.peek().add({ next: records.at(-1)?.seq ?? 0, lost: 0, records });
    ticks.value += 1;
  };
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  story.state(web, 'running', null);
  rowsOf(story.at + 1, 'web is running');
  tell();
  selected.value = web.actor;

  const sentences: string[] = [];
  const stop = effect(() => {
    const row = services.value?.services[0];
    if (row !== undefined) sentences.push(told(row));
  });
  expect(asked).toHaveLength(0);
  // While one question is under way there are two more states.
  for (const state of ['crashed', 'judged', 'backoff']) {
    story.later(10).state(web, state, null);
    tell();
  }
  expect(asked.map(({ path }) => path)).toEqual(['/why/web']);
  asked[0]?.answer('web has crashed');
  await settled();
  expect(asked).toHaveLength(2);
  asked[1]?.answer('web waits before it is started again');
  await settled();
  expect(sentences.at(-1)).toBe('web waits before it is started again');
  expect(sentences).not.toContain('web has crashed');
  tell();
  expect(asked).toHaveLength(2);

  rowsOf(story.at + 1, 'web waits for 3 s more');
  expect(sentences.at(-1)).toBe('web waits for 3 s more');
  stop();
  story.later(10).state(web, 'starting', null);
  tell();
  expect(asked).toHaveLength(2);
});
