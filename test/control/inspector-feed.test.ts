/** What the inspector tells: how things stand, what happens, and where a reader was. */
import { connect as connectTcp } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { createActor, createMachine, setup } from 'xstate';
import type { Batch, Definition, InspectionRecord } from '../../src/inspection/protocol.ts';
import { SimulatedKernel } from '../../src/kernel/simulated/index.ts';
import { service } from '../support/specs.ts';
import { inspect, inspectedStage, type Told } from './inspector-stage.ts';
import { ask } from './stage.ts';

const opened: { close(): Promise<void> }[] = [];
const kept = <T extends { close(): Promise<void> }>(one: T): T => {
  opened.push(one);
  return one;
};
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

const toggle = () =>
  createActor(
    createMachine({
      id: 'lamp',
      initial: 'off',
      states: { off: { on: { press: 'on' } }, on: { on: { press: 'off' } } },
    }),
    { id: 'lamp' },
  ).start();

const recordsOf = (told: readonly Told[]): readonly InspectionRecord[] =>
  told.filter(({ event }) => event === 'records').flatMap(({ data }) => (data as Batch).records);

const stateIs = (value: string) => (one: Told) =>
  recordsOf([one]).some((record) => record.kind === 'state' && record.value === value);

it('tells how things stand, then the charts, then what happens', async () => {
  const actor = toggle();
  const { stream } = kept(await inspect(actor));
  const reader = await stream('/api/stream');
  await reader.first('definition');
  actor.send({ type: 'press' });
  await reader.until(stateIs('on'));
  expect(reader.told.map(({ event }) => event)).toEqual([
    ...['baseline', 'definition', 'records', 'records'],
  ]);
  const [baseline, definition, stood, batch] = reader.told;
  // Nothing is known from before the recorder was there; how things stood then is a record.
  expect(baseline?.data.actors).toEqual([]);
  expect(definition?.data).toMatchObject({ definition: 0, id: 'lamp' });
  expect(stood?.data.records).toMatchObject([
    { kind: 'actor', id: 'lamp', definition: 0, parent: null },
    { kind: 'state', value: 'off' },
  ]);
  expect(batch?.data.records).toMatchObject([
    { kind: 'event' },
    { kind: 'step' },
    { kind: 'state', value: 'on' },
  ]);
  expect(batch).toMatchObject({ id: String(batch?.data.next), data: { lost: 0 } });
});

it('tells whoever comes later what happened before, as far as it is kept', async () => {
  const actor = toggle();
  const { stream } = kept(await inspect(actor));
  const early = await stream('/api/stream');
  await early.first('definition');
  actor.send({ type: 'press' });
  actor.send({ type: 'press' });
  await early.until(stateIs('off'));
  const late = await stream('/api/stream');
  await late.until(stateIs('off'));
  expect((await late.first('baseline')).data.seq).toBeLessThan(recordsOf(late.told)[0]?.seq ?? 0);
  const states = recordsOf(late.told).flatMap((one) => (one.kind === 'state' ? [one.value] : []));
  expect(states).toContain('on');
});

it('tells how things stood where the past is not kept any more', async () => {
  const actor = toggle();
  const { stream } = kept(await inspect(actor, { capacity: 20 }));
  for (let i = 0; i < 40; i += 1) actor.send({ type: 'press' });
  const { data } = await (await stream('/api/stream')).first('baseline');
  expect(data.actors).toMatchObject([
    { actor: { id: 'lamp', definition: 0, parent: null }, state: { kind: 'state' } },
  ]);
});

it('goes on behind the cursor of a reader, and begins anew where that is gone', async () => {
  const actor = toggle();
  const { stream } = kept(await inspect(actor, { capacity: 20 }));
  const before = await stream('/api/stream');
  await before.first('definition');
  actor.send({ type: 'press' });
  const { id } = await before.until(stateIs('on'));
  before.close();
  actor.send({ type: 'press' });

  const after = await stream(`/api/stream?after=${id}`);
  await after.until(stateIs('off'));
  expect(after.told.map(({ event }) => event)).toEqual(['definition', 'records']);
  const first = recordsOf(after.told)[0];
  expect(first?.seq).toBe(Number(id) + 1);
  const byHeader = await stream('/api/stream', { 'last-event-id': String(id) });
  await byHeader.until(stateIs('off'));
  expect(byHeader.told.some(({ event }) => event === 'baseline')).toBe(false);

  for (let i = 0; i < 40; i += 1) actor.send({ type: 'press' });
  const late = await stream(`/api/stream?after=${id}`);
  expect((await late.first('baseline')).data.actors).toHaveLength(1);
  const ahead = await stream('/api/stream?after=99999999');
  expect((await ahead.first('baseline')).data.seq).toBeLessThan(1_000);
});

it('sends a definition before the first record that names it', async () => {
  const child = createMachine({ id: 'late', initial: 'here', states: { here: {} } });
  const actor = createActor(
    setup({ actors: { child } }).createMachine({
      id: 'parent',
      initial: 'alone',
      states: { alone: { on: { grow: 'both' } }, both: { invoke: { src: 'child', id: 'kid' } } },
    }),
  ).start();
  const { stream } = kept(await inspect(actor));
  const reader = await stream('/api/stream');
  await reader.first('definition');
  actor.send({ type: 'grow' });
  await reader.until(stateIs('here'));
  const known = new Set<number>();
  for (const one of reader.told) {
    if (one.event === 'definition') known.add((one.data as Definition).definition);
    for (const record of recordsOf([one])) {
      if (record.kind === 'actor') expect(known).toContain(record.definition);
    }
  }
  expect(known.size).toBe(2);
});

it('tells the services at once and when something of them changes', async () => {
  const { stream, world } = kept(await inspectedStage([service('web'), service('api')]));
  const reader = await stream('/api/stream');
  const { data } = await reader.first('services');
  expect(
    data.services.map(({ name, state }: { name: string; state: string }) => [name, state]),
  ).toEqual([
    ['web', 'stopped'],
    ['api', 'stopped'],
  ]);
  expect(data.groups).toMatchObject([{ name: 'root', parent: null }]);
  await world.supervisor.start(['web']);
  const isUp = ({ name, state }: { name: string; state: string }) =>
    name === 'web' && state === 'running';
  const up = await reader.until((one) => one.event === 'services' && one.data.services.some(isUp));
  expect(up.data.at).toBeGreaterThanOrEqual(data.at);
  const late = await stream('/api/stream');
  expect((await late.first('services')).data.services.some(isUp)).toBe(true);
});

it('lets go of a reader that takes nothing, and says so', async () => {
  const actor = toggle();
  const times = { batchMs: 1, patienceMs: 50 };
  const { url, headers, host, server } = kept(await inspect(actor, { times, capacity: 200_000 }));
  const socket = connectTcp(Number(new URL(url).port), '127.0.0.1');
  const { authorization } = headers();
  socket.write(
    [
      'GET /api/stream HTTP/1.1',
      `Host: ${host}`,
      `Authorization: ${authorization}`,
      'Connection: close',
      '\r\n',
    ].join('\r\n'),
  );
  await new Promise((resolve) => socket.once('data', resolve));
  socket.pause();
  // More than sockets hold on their way.
  for (let i = 0; i < 50_000; i += 1) actor.send({ type: 'press' });
  expect(server.readers).toBe(1);
  await expect.poll(() => server.readers, { timeout: 10_000 }).toBe(0);
  let said = '';
  socket.on('data', (bytes) => {
    said = (said + bytes.toString()).slice(-500);
  });
  socket.resume();
  await new Promise((resolve) => socket.once('close', resolve));
  expect(said).toContain('event: end\ndata: {"reason":"this reader was too slow');
}, 30_000);

it('says why it ends, and leaves nothing', async () => {
  const actor = toggle();
  const inspector = await inspect(actor);
  const reader = await inspector.stream('/api/stream');
  await reader.first('definition');
  await inspector.close();
  await reader.ended();
  expect(reader.told.at(-1)).toMatchObject({ event: 'end', data: { reason: expect.any(String) } });
  await expect(ask({ url: inspector.url }, 'GET', '/')).rejects.toThrow(/ECONNREFUSED/);
  await inspector.server.close();
  actor.send({ type: 'press' });
  expect(actor.getSnapshot().value).toBe('on');
});

it('asks the living actors, and what-if touches nothing', async () => {
  const actor = toggle();
  const { get, post } = kept(await inspect(actor, { title: 'a lamp' }));
  expect((await get('/api/info')).json).toMatchObject({
    ...{ protocol: 1, subject: 'system', name: 'a lamp', source: 'live', control: false },
    capacity: 65_536,
  });
  expect((await get('/api/actors/0/next')).json).toMatchObject([
    { event: 'press', possible: true, target: 'lamp.on' },
  ]);
  const whatIf = await post('/api/actors/0/what-if', { event: { type: 'press' } }, 'look');
  expect(whatIf.json).toMatchObject({ possible: true, before: 'off', after: 'on' });
  expect(actor.getSnapshot().value).toBe('off');
  const sent = await post('/api/actors/0/send', {
    event: { type: 'press', payload: { by: 'me' } },
  });
  expect([sent.status, sent.json, actor.getSnapshot().value]).toEqual([200, {}, 'on']);
  for (const path of ['/api/why/web', '/api/logs', '/api/journal']) {
    expect([path, (await get(path)).json.error.code]).toEqual([path, 'no-services']);
  }
  actor.stop();
  expect((await post('/api/actors/0/send', { event: { type: 'press' } })).status).toBe(404);
});

it('lays out a chart for whoever wants to see it', async () => {
  const { get } = kept(await inspect(toggle()));
  const { json } = await get('/api/definitions/0');
  expect(json).toMatchObject({ id: 'lamp', layout: { width: expect.any(Number) } });
});

it('tells the hosted page of Stately only what somebody asked to be told', async () => {
  const { server, stream, url } = kept(await inspect(toggle()));
  expect((await ask({ url }, 'GET', '/stately')).status).toBe(404);
  const address = new URL(server.statelyUrl());
  expect(address.pathname).toBe('/stately');
  const { headers, text } = await ask({ url }, 'GET', '/stately');
  expect(text).not.toMatch(/<script>/);
  expect(headers['content-security-policy']).toContain("default-src 'none'; script-src 'self'");
  expect(headers['content-security-policy']).toContain('frame-src https://stately.ai;');
  expect((await ask({ url }, 'GET', '/stately.js')).headers['content-type']).toContain(
    'javascript',
  );
  const own = await ask({ url }, 'GET', '/');
  expect(own.headers['content-security-policy']).not.toContain('stately');
  expect((await ask({ url }, 'GET', '/api/stately')).status).toBe(401);
  const reader = await stream('/api/stately');
  const { data } = await reader.first('message');
  expect(data).toMatchObject({ type: '@xstate.actor', name: 'lamp' });
});

it('gives what it holds as a recording, and no more than was asked for', async () => {
  const actor = toggle();
  const { get } = kept(await inspect(actor));
  actor.send({ type: 'press' });
  const whole = (await get('/api/recording')).json;
  expect(whole).toMatchObject({
    ...{ format: 'drover-recording', info: { source: 'recording', control: false } },
    definitions: [{ id: 'lamp', layout: { width: expect.any(Number) } }],
  });
  expect(whole.records.map(({ kind }: InspectionRecord) => kind)).toContain('step');
  const none = (await get(`/api/recording?since=${whole.until + 1_000}`)).json;
  expect(none.records).toEqual([]);
});

it('does what the page asks a supervisor for', async () => {
  const { post, world, get } = kept(await inspectedStage());
  const started = await post('/api/command', { verb: 'start', names: ['web'] });
  expect(started.json.outcomes).toMatchObject([{ name: 'web', summary: expect.any(String) }]);
  expect(world.supervisor.serviceStatus('web').state).toBe('running');
  expect((await get('/api/why/web')).json).toMatchObject({ name: 'web' });
  expect((await post('/api/command', { verb: 'pin', names: ['web'] })).json).toEqual({
    outcomes: [{ name: 'web', summary: 'pinned' }],
  });
  expect(world.supervisor.serviceStatus('web').pinned).toBe(true);
  await post('/api/command', { verb: 'unpin', names: ['web'] });
  await post('/api/command', { verb: 'stop', names: ['web'] });
  expect(world.supervisor.serviceStatus('web').state).toBe('stopped');
  const wishes = world.supervisor.history().filter(({ type }) => type === 'service.wish');
  expect(wishes).toMatchObject([{ by: 'inspector' }, { by: 'inspector' }]);
});

it('gives the lines that services print, and goes on behind the last one', async () => {
  const prints = [
    { afterMs: 100, line: '2020-01-31T10:00:00Z hello' },
    { afterMs: 200, line: '<b>\u001b[31mworld' },
  ];
  const kernel = new SimulatedKernel().script('web', { prints });
  const { stream, world, get } = kept(await inspectedStage([service('web')], {}, { kernel }));
  await world.supervisor.start();
  await expect
    .poll(async () => {
      const reader = await stream('/api/logs?service=web&lines=10');
      await reader.ended();
      return reader.told.filter(({ event }) => event === 'line').length;
    })
    .toBe(2);
  const reader = await stream('/api/logs?service=web&lines=10&follow=true');
  const first = await reader.first('line');
  expect(first.data).toEqual({
    service: 'web',
    text: '2020-01-31T10:00:00Z hello',
    at: Date.parse('2020-01-31T10:00:00Z'),
  });
  const second = await reader.until(({ data }) => data.text === '<b>\u001b[31mworld');
  expect(second.data.at).toBe(first.data.at);
  const rest = await stream('/api/logs?service=web&follow=true', {
    'last-event-id': String(first.id),
  });
  expect((await rest.first('line')).data.text).toBe('<b>\u001b[31mworld');
  const recorded = (await get('/api/recording')).json;
  expect(recorded.logs).toEqual([]);
  const journal = (await get('/api/journal?since=0')).json;
  expect(journal).toMatchObject({ info: { source: 'journal', control: false }, logs: [{}, {}] });
});
