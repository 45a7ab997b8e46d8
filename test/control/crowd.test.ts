/** Streams and crowds: cursors, slow readers, garbage, a thousand clients. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect as dial, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { socketOf } from '../../src/control/address.ts';
import type { Notice } from '../../src/control/client.ts';
import { bindSocket } from '../../src/control/control-socket.ts';
import { service } from '../support/specs.ts';
import { ask, type Stage, stage } from './stage.ts';

let world: Stage;
beforeEach(async () => {
  world = await stage([service('web', { settleMs: 0 }), service('db', { settleMs: 0 })]);
});
afterEach(() => world.close());

const speak = (socket: string, text: string | Buffer): Promise<string> =>
  new Promise((resolve) => {
    const connection = dial(socket);
    let answer = '';
    connection.on('data', (chunk) => {
      answer += chunk.toString();
    });
    connection.on('error', () => {});
    connection.on('close', () => resolve(answer));
    connection.write(text);
  });

it('streams what happens, and goes on after a cursor without a gap or a repetition', async () => {
  const { client } = world;
  await client.start();
  await client.stop();
  const past = await client.history();
  const cursor = past[2]?.seq ?? 0;
  const seen: number[] = [];
  const abort = new AbortController();
  const reading = (async () => {
    for await (const { seq } of client.events({ after: cursor }, { signal: abort.signal })) {
      seen.push(seq);
      if (seen.length === past.length + 1) abort.abort();
    }
  })();
  await client.start();
  await client.stop();
  await reading;
  const all = await client.history({ after: cursor });
  expect(seen).toEqual(all.slice(0, seen.length).map(({ seq }) => seq));
});

it('streams the events of some services only', async () => {
  const { client } = world;
  await client.start();
  const all = await client.history({ after: 0 });
  const own = all.filter((event) => 'service' in event && event.service === 'db');
  expect(own.length).toBeLessThan(all.length);
  const seen: number[] = [];
  const query = { after: 0, services: ['db'] };
  for await (const { seq } of client.events(query)) {
    seen.push(seq);
    if (seq === own.at(-1)?.seq) break;
  }
  expect(seen).toEqual(own.map(({ seq }) => seq));
});

it('drops a reader that does not read, with a notice, and nobody else', async () => {
  const { server, socket, client } = world;
  // Without a listener nothing is read.
  const slow = dial(socket);
  slow.write('GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n');
  const notices: Notice[] = [];
  const fast = client.events({}, { onNotice: (notice) => notices.push(notice) });
  const first = fast[Symbol.asyncIterator]();
  const next = first.next();
  await expect.poll(() => server.context.streams.count).toBe(2);
  // More than the socket and the buffer of one reader hold.
  const big = { at: 0, type: 'manager.degraded' as const, reason: 'x'.repeat(100_000) };
  for (let i = 0; i < 80; i++) {
    world.news.next({ ...big, seq: i + 1 });
    await new Promise((resolve) => setImmediate(resolve));
    await (i === 0 ? next : first.next());
  }
  expect(server.context.streams.count).toBe(1);
  expect(notices).toEqual([]);
  let rest = '';
  slow.on('data', (chunk) => {
    rest = (rest + chunk.toString()).slice(-1_000);
  });
  await expect.poll(() => rest).toContain('"kind":"dropped"');
  await first.return?.();
});

it('tells readers that the daemon ends, which is no lost connection', async () => {
  const { client, server } = world;
  const notices: Notice[] = [];
  const reading = (async () => {
    for await (const _ of client.events({}, { onNotice: (notice) => notices.push(notice) }));
  })();
  await expect.poll(() => server.context.streams.count).toBe(1);
  await server.close();
  await reading;
  expect(notices).toMatchObject([{ kind: 'ended' }]);
});

it('answers garbage with 400 and closes', async () => {
  const { socket, client } = world;
  const garbage = [
    'hello\r\n\r\n',
    Buffer.from(Array.from({ length: 4_096 }, (_, i) => (i * 7919) % 256)),
    `GET /${'x'.repeat(100_000)} HTTP/1.1\r\n\r\n`,
    'GET /status HTTP/1.1\r\n\r\n',
    'POST /start HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n',
    'POST /start HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  ];
  for (const text of garbage) expect(await speak(socket, text)).toMatch(/^HTTP\/1.1 4\d\d /);
  expect((await client.status()).services).toHaveLength(2);
});

it('serves a thousand clients at once', async () => {
  const { socket, server } = world;
  const streams: Socket[] = [];
  const opened = Array.from(
    { length: 1_000 },
    () =>
      new Promise<void>((resolve, reject) => {
        const connection = dial(socket);
        streams.push(connection);
        connection.once('data', () => resolve());
        connection.once('error', reject);
        connection.write('GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n');
      }),
  );
  await Promise.all(opened);
  expect(server.context.streams.count).toBe(1_000);
  expect((await ask({ socket }, 'GET', '/status')).status).toBe(200);
  for (const one of streams) one.destroy();
  await expect.poll(() => server.context.streams.count).toBe(0);
});

it('takes the place of a stale socket and of a plain file, but not of a living daemon', async () => {
  const { directory } = world;
  const other = createServer();
  await expect(bindSocket(other, directory)).rejects.toMatchObject({ code: 'already-listening' });
  const elsewhere = join(directory, 'elsewhere');
  mkdirSync(join(elsewhere, 'control'), { recursive: true });
  writeFileSync(join(elsewhere, 'control/daemon.sock'), '');
  const bound = await bindSocket(other, elsewhere);
  expect(bound.isInPlace()).toBe(true);
  await new Promise((resolve) => other.close(resolve));
  bound.remove();
});

it('listens elsewhere where the path is too long, and leaves word', async () => {
  const long = join(world.directory, 'a'.repeat(120));
  mkdirSync(long);
  const other = createServer((_, response) => response.end('{}'));
  const bound = await bindSocket(other, long);
  expect(Buffer.byteLength(bound.path)).toBeLessThan(108);
  expect(socketOf(long)).toBe(bound.path);
  expect((await ask({ socket: bound.path }, 'GET', '/')).status).toBe(200);
  bound.remove();
  other.close();
});
