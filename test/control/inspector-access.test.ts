/** Who may open the inspector, and what somebody else's page can do with it: nothing. */
import { connect as connectTcp } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Gate } from '../../src/control/inspector/gate.ts';
import { type Inspecting, inspectedStage } from './inspector-stage.ts';
import { ask, json } from './stage.ts';

let inspector: Inspecting;

beforeEach(async () => {
  inspector = await inspectedStage();
});
afterEach(() => inspector.close());

const api = [
  ['GET', '/api/info'],
  ['GET', '/api/stream'],
  ['GET', '/api/definitions/0'],
  ['GET', '/api/logs'],
  ['GET', '/api/why/web'],
  ['GET', '/api/actors/0/next'],
  ['GET', '/api/recording'],
  ['GET', '/api/journal'],
  ['POST', '/api/actors/0/what-if'],
  ['POST', '/api/actors/0/send'],
  ['POST', '/api/command'],
] as const;

it('needs a token for all but the page', async () => {
  const { url, server } = inspector;
  const token = server.gate.token('look');
  for (const [method, path] of api) {
    for (const wrong of [
      {},
      { authorization: 'Bearer wrong' },
      { authorization: `Basic ${token}` },
      { cookie: `token=${token}` },
    ]) {
      const headers = { 'content-type': 'application/json', ...(wrong as Record<string, string>) };
      const answer = await ask({ url }, method, path, { headers });
      expect([path, answer.status, answer.json.error.code]).toEqual([path, 401, 'unauthorized']);
    }
  }
  expect((await ask({ url }, 'GET', `/api/info?token=${token}`)).status).toBe(401);
  expect((await ask({ url }, 'GET', '/')).status).toBe(200);
});

it('gives another token with every start, in the part of the address that is never sent', async () => {
  const { server } = inspector;
  const again = await inspectedStage();
  expect(again.server.gate.token('look')).not.toBe(server.gate.token('look'));
  expect(server.url('look')).toBe(`${server.origin}/#token=${server.gate.token('look')}`);
  expect(new URL(server.url('look')).search).toBe('');
  await again.close();
});

it('refuses a name that was re-bound to loopback, also for the page', async () => {
  const { url, headers } = inspector;
  const { port } = new URL(url);
  for (const host of ['evil.example', `evil.example:${port}`, '127.0.0.1', '0.0.0.0:80']) {
    for (const path of ['/', '/inspector.js', '/api/info', '/api/stream']) {
      const answer = await ask({ url }, 'GET', path, { headers: { ...headers(), host } });
      expect([host, path, answer.status]).toEqual([host, path, 403]);
    }
  }
  const localhost = { ...headers(), host: `localhost:${port}` };
  expect((await ask({ url }, 'GET', '/api/info', { headers: localhost })).status).toBe(200);
});

it('refuses other origins, also with a token that may do all', async () => {
  const { url, host, headers } = inspector;
  const command = { verb: 'stop', names: ['web'] };
  for (const origin of ['http://evil.example', 'null', `https://${host}`, `http://${host}.evil`]) {
    const wrong = { ...headers('control'), origin };
    expect((await ask({ url }, 'POST', '/api/command', json(command, wrong))).status).toBe(403);
    expect((await ask({ url }, 'GET', '/', { headers: { origin } })).status).toBe(403);
  }
  const own = { ...headers('control'), origin: `http://${host}`, 'sec-fetch-site': 'same-origin' };
  expect((await ask({ url }, 'POST', '/api/command', json(command, own))).status).toBe(200);
});

it('refuses requests that a browser says come from other sites', async () => {
  const { url, headers } = inspector;
  for (const site of ['cross-site', 'same-site']) {
    const from = { 'sec-fetch-site': site };
    const asked = await ask({ url }, 'GET', '/api/info', { headers: { ...headers(), ...from } });
    expect(asked.status).toBe(403);
    expect((await ask({ url }, 'GET', '/inspector.js', { headers: from })).status).toBe(403);
    const framed = { ...from, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' };
    expect((await ask({ url }, 'GET', '/', { headers: framed })).status).toBe(403);
    const link = { ...from, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
    expect((await ask({ url }, 'GET', '/', { headers: link })).status).toBe(200);
  }
  const nameless = json(
    { verb: 'stop', names: ['web'] },
    {
      ...headers('control'),
      'sec-fetch-site': 'same-origin',
    },
  );
  expect((await ask({ url }, 'POST', '/api/command', nameless)).status).toBe(403);
});

it('lets the token for looking change nothing', async () => {
  const { post, get } = inspector;
  for (const [path, body] of [
    ['/api/command', { verb: 'start', names: ['web'] }],
    ['/api/actors/0/send', { event: { type: 'stop' } }],
    ['/api/actors/999/send', {}],
  ] as const) {
    const answer = await post(path, body, 'look');
    expect([path, answer.status, answer.json.error.code]).toEqual([path, 403, 'read-only']);
  }
  expect((await get('/api/info')).json.control).toBe(false);
  const whatIf = { event: { type: 'stop' } };
  expect((await post('/api/actors/0/what-if', whatIf, 'look')).status).toBe(200);
});

it('has no token for changes before somebody asks for one', async () => {
  const { server, url } = inspector;
  expect(server.gate.hasControl).toBe(false);
  const { status } = await ask({ url }, 'GET', '/api/info', {
    headers: { authorization: 'Bearer null' },
  });
  expect(status).toBe(401);
  const control = { authorization: `Bearer ${server.gate.token('control')}` };
  expect((await ask({ url }, 'GET', '/api/info', { headers: control })).json.control).toBe(true);
});

it('sends the page with a policy that lets nothing in but itself', async () => {
  const { url, host } = inspector;
  const { headers, text } = await ask({ url }, 'GET', '/', {
    headers: { origin: `http://${host}` },
  });
  expect(text).toContain('<!doctype html>');
  expect(headers['content-type']).toBe('text/html; charset=utf-8');
  const policy = String(headers['content-security-policy']);
  expect(policy.split('; ')).toEqual([
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ]);
  expect(headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'no-store',
  });
  expect(Object.keys(headers).filter((one) => one.startsWith('access-control'))).toEqual([]);
});

it('sends the files of the page and no others, zipped where asked', async () => {
  const { url } = inspector;
  const types = { '/inspector.js': 'text/javascript', '/inspector.css': 'text/css' };
  for (const [path, type] of Object.entries(types)) {
    expect((await ask({ url }, 'GET', path)).headers['content-type']).toContain(type);
  }
  for (const path of [
    '/notes.txt',
    '/../package.json',
    '/%2e%2e/package.json',
    '//',
    '/toString',
  ]) {
    expect([path, (await ask({ url }, 'GET', path)).status]).toEqual([path, 404]);
  }
  expect((await ask({ url }, 'POST', '/', json({}))).status).toBe(405);
  const zipped = await fetch(`${url}/inspector.js`, { headers: { 'accept-encoding': 'gzip' } });
  expect(zipped.headers.get('content-encoding')).toBe('gzip');
  expect(Number(zipped.headers.get('content-length'))).toBeLessThan(200);
  expect((await zipped.text()).length).toBeGreaterThan(5_000);
});

it('refuses upgrades, whoever asks', async () => {
  const { host, server } = inspector;
  for (const origin of [`http://${host}`, 'http://evil.example']) {
    const said = await raw(Number(new URL(server.origin).port), [
      'GET /api/stream HTTP/1.1',
      `Host: ${host}`,
      `Origin: ${origin}`,
      `Authorization: Bearer ${server.gate.token('look')}`,
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ]);
    expect(said).toMatch(/^HTTP\/1.1 403 /);
  }
});

it('answers garbage with a refusal, and lives', async () => {
  const { url, server, headers, post, get } = inspector;
  expect(await raw(Number(new URL(server.origin).port), ['\x00\x01 nonsense'])).toMatch(/ 400 /);
  const type = { ...headers('control'), 'content-type': 'application/json' };
  const bodies: readonly (readonly [string, string, number])[] = [
    ['/api/command', '{', 400],
    ['/api/command', '[]', 400],
    ['/api/command', 'null', 400],
    ['/api/command', '{"verb":"toString","names":["web"]}', 400],
    ['/api/command', '{"verb":"start","names":["../x"]}', 400],
    ['/api/command', '{"verb":"start","names":[]}', 400],
    ['/api/actors/x/send', '{"event":{"type":"a"}}', 400],
    ['/api/actors/0/send', '{"event":{"type":""}}', 400],
    ['/api/actors/0/send', '{"event":{"type":"xstate.stop"}}', 400],
    ['/api/actors/77/send', '{"event":{"type":"a"}}', 404],
    ['/api/command', 'x'.repeat(1024 * 1024 + 1), 413],
  ];
  for (const [path, body, status] of bodies) {
    const answer = await ask({ url }, 'POST', path, { headers: type, body });
    expect([body.slice(0, 50), answer.status]).toEqual([body.slice(0, 50), status]);
  }
  const form = { ...headers('control'), 'content-type': 'text/plain' };
  expect((await ask({ url }, 'POST', '/api/command', { headers: form, body: '{}' })).status).toBe(
    415,
  );
  expect((await post('/api/command', { verb: 'start', names: ['nobody'] })).status).toBe(404);
  for (const path of [
    '/api/stream?after=-1',
    '/api/logs?service=..%2f',
    '/api/recording?since=x',
  ]) {
    expect([path, (await get(path)).status]).toEqual([path, 400]);
  }
  for (const path of ['/api/', '/api/nothing', '/api/definitions/99', '/api/why/nobody']) {
    expect([path, (await get(path)).status]).toEqual([path, 404]);
  }
  expect((await ask({ url }, 'DELETE', '/api/command', { headers: headers() })).status).toBe(405);
  expect((await get('/api/info')).status).toBe(200);
});

it('takes as many connections as some browsers need, and no more', async () => {
  const { server, host, url } = inspector;
  const sockets = Array.from({ length: 80 }, () => {
    const socket = connectTcp(Number(new URL(url).port), '127.0.0.1');
    socket.on('error', () => {});
    socket.write(
      `GET /api/stream HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${server.gate.token('look')}\r\n\r\n`,
    );
    return socket;
  });
  await expect.poll(() => server.readers).toBe(64);
  await expect.poll(() => sockets.filter(({ closed }) => closed).length).toBe(16);
  for (const socket of sockets) socket.destroy();
  await expect.poll(() => server.readers).toBe(0);
  expect((await ask({ url }, 'GET', '/')).status).toBe(200);
});

it('hands a token to a browser by an address that is good for one visit', async () => {
  const { server, url } = inspector;
  const address = new URL(server.invitation(server.url('control')));
  expect(address.href).not.toContain(server.gate.token('control'));
  const first = await ask({ url }, 'GET', address.pathname);
  expect([first.status, first.headers.location]).toEqual([
    303,
    `/#token=${server.gate.token('control')}`,
  ]);
  expect((await ask({ url }, 'GET', address.pathname)).status).toBe(403);
  const gate = new Gate(1);
  const late = gate.invite('/', 0);
  expect(() => gate.admit(late, 60_001)).toThrow(expect.objectContaining({ code: 'forbidden' }));
});

/** What a socket says to these lines. */
function raw(port: number, lines: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connectTcp(port, '127.0.0.1');
    let said = '';
    socket.on('data', (bytes) => {
      said += bytes.toString();
    });
    socket.on('close', () => resolve(said));
    socket.on('error', reject);
    socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  });
}
