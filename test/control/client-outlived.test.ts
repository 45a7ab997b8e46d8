/** A client keeps its connections; the daemon at their other end may have ended meanwhile. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Client, connect } from '../../src/control/client.ts';

let directory = '';
let server: Server;
let client: Client;
const asked: string[] = [];

/** Answers the first request of each connection, and cuts it off at the next. */
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'drover-'));
  asked.length = 0;
  const known = new WeakSet();
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    if (known.has(request.socket)) return void request.socket.destroy();
    known.add(request.socket);
    response.writeHead(200, { 'content-type': 'application/json' }).end('[]');
  });
  const socket = join(directory, 'daemon.sock');
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  client = connect({ socket });
});

afterEach(() => {
  client.close();
  server.close();
  rmSync(directory, { recursive: true, force: true });
});

it('asks a question again where a kept connection was cut', async () => {
  expect(await client.operations()).toEqual([]);
  expect(await client.operations()).toEqual([]);
  expect(asked).toEqual(['/operations', '/operations', '/operations']);
});

it('does not repeat a command, which may have been heard', async () => {
  await client.operations();
  await expect(client.start({ names: ['web'] })).rejects.toMatchObject({
    code: 'daemon-not-reachable',
  });
  expect(asked).toEqual(['/operations', '/start']);
});
