/** The daemon's inspector: opened when asked for, found again, and closed with it. */
import { rmSync } from 'node:fs';
import { afterAll, afterEach, beforeEach, expect, it, vi } from 'vitest';
import { service } from '../support/specs.ts';
import { pageDirectory } from './inspector-stage.ts';
import { ask, json, type Stage, stage } from './stage.ts';

// The page may not have been built, and what is in it does not matter here.
const page = pageDirectory();
vi.mock('../../src/control/inspector/page.ts', async (original) => ({
  ...(await original<object>()),
  findPage: () => page,
}));
afterAll(() => rmSync(page, { recursive: true }));

let world: Stage;

beforeEach(async () => {
  world = await stage([service('web')]);
});
afterEach(() => world.close());

const tokenOf = (url: string | null) => ({
  authorization: `Bearer ${new URL(url ?? '').hash.replace('#token=', '')}`,
});

it('loads and records nothing before somebody asks', async () => {
  await world.client.status();
  expect(world.server.context.inspector).toBeNull();
  expect((await world.client.recording()).format).toBe('drover-recording');
  expect(world.server.context.inspector).toBeNull();
});

it('is opened once, to look or to change things', async () => {
  const look = await world.client.inspect({});
  expect(look).toMatchObject({ control: false, opened: true });
  const again = await world.client.inspect({ control: true });
  expect(again).toMatchObject({ control: true, opened: false });
  const url = new URL(look.url ?? '').origin;
  expect(new URL(again.url ?? '').origin).toBe(url);
  expect(again.url).not.toBe(look.url);
  const info = await ask({ url }, 'GET', '/api/info', { headers: tokenOf(look.url) });
  expect(info.json).toMatchObject({ subject: 'supervisor', name: 'shop', control: false });

  const command = { verb: 'start', names: ['web'] };
  const refused = await ask({ url }, 'POST', '/api/command', json(command, tokenOf(look.url)));
  expect(refused.status).toBe(403);
  const done = await ask({ url }, 'POST', '/api/command', json(command, tokenOf(again.url)));
  expect(done.json.outcomes).toMatchObject([{ name: 'web' }]);
  const operations = await world.client.operations();
  expect(operations).toMatchObject([{ verb: 'start', by: 'inspector', state: 'done' }]);
  const pinned = await ask(
    { url },
    'POST',
    '/api/command',
    json({ verb: 'pin', names: ['web'] }, tokenOf(again.url)),
  );
  expect(pinned.json.outcomes).toEqual([{ name: 'web', summary: 'pinned' }]);
});

it('sends a browser on, once', async () => {
  const { visit, url } = await world.client.inspect({});
  const { origin, pathname } = new URL(visit ?? '');
  const answer = await ask({ url: origin }, 'GET', pathname);
  expect(`${origin}${answer.headers.location}`).toBe(url);
});

it('is closed when asked for, and opened anew with other secrets', async () => {
  const first = await world.client.inspect({});
  expect(await world.client.inspect({ close: true })).toEqual({
    ...{ url: null, visit: null, control: false, opened: false },
  });
  const url = new URL(first.url ?? '').origin;
  await expect(ask({ url }, 'GET', '/')).rejects.toThrow(/ECONNREFUSED/);
  const second = await world.client.inspect({});
  expect(second.opened).toBe(true);
  expect(new URL(second.url ?? '').hash).not.toBe(new URL(first.url ?? '').hash);
});

it('says where it is when it is wanted elsewhere', async () => {
  const { url } = await world.client.inspect({});
  const other = Number(new URL(url ?? '').port) === 65_535 ? 65_534 : 65_535;
  await expect(world.client.inspect({ port: other })).rejects.toMatchObject({
    code: 'already-open',
  });
  const port = Number(new URL(url ?? '').port);
  expect((await world.client.inspect({ port })).url).toBe(url);
});

it('records from what it holds once it is open', async () => {
  await world.client.inspect({});
  await world.client.start();
  const recording = await world.client.recording();
  expect(recording).toMatchObject({ info: { source: 'recording', name: 'shop' } });
  const old = await world.client.recording({ since: 1 });
  expect(old).toMatchObject({ info: { source: 'journal' } });
});

it('ends with the daemon', async () => {
  const { url } = await world.client.inspect({});
  await world.server.close();
  await expect(ask({ url: new URL(url ?? '').origin }, 'GET', '/')).rejects.toThrow(/ECONNREFUSED/);
});
