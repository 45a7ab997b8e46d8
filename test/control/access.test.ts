/** Who may ask over TCP, and what a web page of somebody else can do: nothing. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parseListen } from '../../src/control/access.ts';
import { connect } from '../../src/control/client.ts';
import { service } from '../support/specs.ts';
import { ask, json, type Stage, stage } from './stage.ts';

let world: Stage;
let url: string;
let token: string;
let host: string;

beforeEach(async () => {
  world = await stage([service('web')]);
  url = await world.server.listenTcp(parseListen('127.0.0.1:0'), world.directory);
  token = readFileSync(join(world.directory, 'control.token'), 'utf8').trim();
  host = new URL(url).host;
});
afterEach(() => world.close());

const bearer = () => ({ authorization: `Bearer ${token}` });

it('keeps the token to those who may read the state directory', () => {
  expect(statSync(join(world.directory, 'control.token')).mode & 0o777).toBe(0o600);
  expect(token.length).toBeGreaterThan(40);
});

it('needs the token on every verb', async () => {
  for (const [method, path] of [
    ['GET', '/status'],
    ['GET', '/events'],
    ['GET', '/metrics'],
    ['GET', '/openapi.json'],
    ['POST', '/stop'],
  ] as const) {
    for (const wrong of [{}, { authorization: 'Bearer wrong' }, { cookie: `token=${token}` }]) {
      const answer = await ask({ url }, method, path, {
        ...(method === 'POST' ? json({}, wrong as Record<string, string>) : {}),
        headers: { 'content-type': 'application/json', ...(wrong as Record<string, string>) },
      });
      expect([path, answer.status]).toEqual([path, 401]);
    }
  }
  expect((await ask({ url }, 'GET', `/status?token=${token}`)).status).toBe(401);
});

it('serves a client that has it', async () => {
  const client = connect({ url, tokenFile: join(world.directory, 'control.token') });
  expect((await client.start()).outcomes).toMatchObject([{ name: 'web', status: 'running' }]);
  expect((await client.daemon()).url).toBe(url);
  client.close();
});

it('refuses a name that was re-bound to loopback', async () => {
  for (const foreign of [
    'evil.example',
    `evil.example:${new URL(url).port}`,
    '127.0.0.1',
    '0.0.0.0:80',
  ]) {
    const answer = await ask({ url }, 'GET', '/status', {
      headers: { ...bearer(), host: foreign },
    });
    expect([foreign, answer.status]).toEqual([foreign, 403]);
    const health = await ask({ url }, 'GET', '/health', { headers: { host: foreign } });
    expect(health.status).toBe(403);
  }
  const local = `localhost:${new URL(url).port}`;
  expect(
    (await ask({ url }, 'GET', '/status', { headers: { ...bearer(), host: local } })).status,
  ).toBe(200);
});

it('refuses other origins, also with the token', async () => {
  for (const origin of [
    'http://evil.example',
    'null',
    'https://127.0.0.1',
    `http://${host}.evil.example`,
  ]) {
    const answer = await ask({ url }, 'POST', '/stop', json({}, { ...bearer(), origin }));
    expect([origin, answer.status]).toEqual([origin, 403]);
  }
  const own = json({}, { ...bearer(), origin: `http://${host}`, 'sec-fetch-site': 'same-origin' });
  expect((await ask({ url }, 'POST', '/stop', own)).status).toBe(200);
});

it('refuses a change from a browser that names no origin', async () => {
  for (const site of ['cross-site', 'same-site', 'same-origin']) {
    const answer = await ask(
      { url },
      'POST',
      '/stop',
      json({}, { ...bearer(), 'sec-fetch-site': site }),
    );
    expect([site, answer.status]).toEqual([site, 403]);
  }
});

it('sends no CORS headers and lets no page frame or sniff it', async () => {
  for (const [method, path] of [
    ['GET', '/status'],
    ['OPTIONS', '/stop'],
    ['GET', '/nothing'],
  ] as const) {
    const { headers } = await ask({ url }, method, path, {
      headers: { ...bearer(), origin: `http://${host}`, 'access-control-request-method': 'POST' },
    });
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['x-content-type-options']).toBe('nosniff');
  }
});

it('tells a load balancer without a token no more than yes or no', async () => {
  const answer = await ask({ url }, 'GET', '/health');
  expect([answer.status, answer.json]).toEqual([200, { healthy: true }]);
});

it('listens on loopback only', () => {
  for (const text of [
    '0.0.0.0:80',
    ':80',
    '80',
    '[::]:80',
    '192.168.0.1:80',
    'example.org:80',
    '127.0.0.1:99999',
    '127.0.0.1',
  ]) {
    expect(() => parseListen(text)).toThrow(
      expect.objectContaining({ code: 'listen-not-loopback' }),
    );
  }
  expect(parseListen('[::1]:0')).toEqual({ host: '::1', port: 0 });
});
