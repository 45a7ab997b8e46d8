/**
 * Whatever comes over the control socket: garbage, half a request, absurd headers, valid calls with
 * anything in them. Each is answered or cut off, nothing of it is a defect, and others are served.
 */
import { connect as dial } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verbs } from '../../src/control/verbs.ts';
import { type Stage, stage } from '../control/stage.ts';
import { sized } from '../support/ordeal.ts';
import { service } from '../support/specs.ts';
import { mutated } from './mutations.ts';

const runs = sized('runs', 120, 20_000);
const seed = sized('seed', 5, 5);
const timeout = sized('minutes', 2, 60) * 60_000;

let world: Stage;
beforeAll(async () => {
  world = await stage([service('web'), service('db')]);
  await world.client.start();
});
afterAll(async () => {
  await world.close();
});

/** Sends it, in pieces, and says what came back until the other side hung up or we did. */
function send(
  bytes: Buffer,
  cuts: readonly number[],
  after: 'hang up' | 'say no more' | 'wait',
): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = dial(world.socket);
    let heard = '';
    socket.on('data', (chunk) => {
      heard += chunk.toString('latin1');
    });
    // It may refuse what is too much while we still write.
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'ECONNRESET') reject(error);
    });
    socket.on('close', () => resolve(heard));
    const places = [...new Set(cuts.map((part) => part % (bytes.length + 1)))].sort(
      (a, b) => a - b,
    );
    let from = 0;
    for (const to of [...places, bytes.length]) {
      socket.write(bytes.subarray(from, to));
      from = to;
    }
    if (after === 'hang up') socket.destroy();
    else if (after === 'say no more') socket.end();
  });
}

/** Nothing it did not understand was its fault, and it serves whoever comes next. */
async function isWell(): Promise<void> {
  expect(world.defects).toEqual([]);
  const { services } = await world.client.status();
  expect(services.map(({ name }) => name)).toEqual(['web', 'db']);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
}

const statuses = (heard: string): readonly number[] =>
  [...heard.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));

const request = (method: string, path: string, body: unknown = undefined): string => {
  const text = body === undefined ? '' : JSON.stringify(body);
  const type = body === undefined ? '' : 'Content-Type: application/json\r\n';
  return `${method} ${path} HTTP/1.1\r\nHost: x\r\n${type}Content-Length: ${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n${text}`;
};

/** Half a character cannot stand in an address. */
const wellFormed = (text: string): string => Buffer.from(text).toString();

const valid = [
  request('GET', '/status'),
  request('GET', '/services/web'),
  request('POST', '/start', { names: ['web'], wait: false }),
  request('POST', '/signal', { names: ['web'], signal: 'SIGUSR1' }),
  request('GET', '/logs?names=web&lines=3'),
  request('GET', '/history?limit=3'),
];
const words = [
  ...[
    '\r\n',
    '\r\n\r\n',
    '\n',
    '\0',
    '\u{80}',
    ' ',
    '\t',
    '%00',
    '%2e%2e/',
    '../',
    '//',
    '?',
    '#',
    '&',
    '=',
  ],
  ...[
    'Content-Length: 99\r\n',
    'Content-Length: -1\r\n',
    'Transfer-Encoding: chunked\r\n',
    'Expect: 100-continue\r\n',
  ],
  ...[
    'Upgrade: websocket\r\nConnection: upgrade\r\n',
    'Host: evil\r\n',
    'Last-Event-ID: -1\r\n',
    'Last-Event-ID: 99999999999999999999\r\n',
  ],
  ...[
    'HTTP/1.0',
    'HTTP/2.0',
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    'CONNECT ',
    'TRACE ',
    'OPTIONS * ',
    'DELETE ',
  ],
  ...[
    'ffffffffffffffff\r\n',
    '0\r\n\r\n',
    `X: ${'x'.repeat(200_000)}\r\n`,
    `/${'a/'.repeat(5_000)}`,
    '{"__proto__":{"polluted":1}}',
    '[[[[',
    '\\ud800',
  ],
];

describe('the control socket', { timeout }, () => {
  it('answers or cuts off whatever bytes come, whole or in halves', async () => {
    const bytes = fc.oneof(
      { weight: 4, arbitrary: mutated(valid, words).map((text) => Buffer.from(text, 'latin1')) },
      { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }).map((all) => Buffer.from(all)) },
    );
    const property = fc.asyncProperty(
      bytes,
      fc.array(fc.nat(), { maxLength: 3 }),
      fc.constantFrom('hang up' as const, 'say no more' as const),
      async (all, cuts, after) => {
        for (const status of statuses(await send(all, cuts, after))) expect(status).not.toBe(500);
        await isWell();
      },
    );
    await fc.assert(property, { numRuns: runs, seed });
  });

  it('answers any method at any place with a status and, where it refuses, a code', async () => {
    const paths = Object.values(verbs).map(({ path }) => path);
    const place = fc
      .tuple(
        fc.constantFrom(...paths),
        fc.oneof(fc.constantFrom('web', '%00', '..', '__proto__', 'constructor', ''), fc.string()),
      )
      .map(([path, name]) => path.replace(/:\w+/g, encodeURIComponent(wellFormed(name))));
    const query = fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.nat().map(String)), {
      maxKeys: 4,
    });
    const property = fc.asyncProperty(
      fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'PATCH', 'OPTIONS'),
      place,
      query,
      async (method, path, values) => {
        const text = new URLSearchParams(
          Object.entries(values).map(
            ([key, value]) => [wellFormed(key), wellFormed(value)] as [string, string],
          ),
        );
        const endless = /events|logs|inspect|shutdown/.test(path);
        const heard = await send(
          Buffer.from(request(method, `${path}?${text}`)),
          [],
          endless ? 'hang up' : 'wait',
        );
        if (!endless) expect(statuses(heard).filter((status) => status !== 102)).toHaveLength(1);
        for (const status of statuses(heard)) expect(status).not.toBe(500);
        await isWell();
      },
    );
    await fc.assert(property, { numRuns: runs, seed });
  });

  it('answers calls with anything in place of what belongs there', async () => {
    const calls = Object.entries(verbs)
      .filter(
        ([name, { method }]) => method === 'POST' && name !== 'shutdown' && name !== 'inspect',
      )
      .map(([, { path }]) => path);
    const value = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom<unknown>(
        ['web'],
        ['web', 'web'],
        'SIGTERM',
        'SIGKILL',
        -1,
        1e308,
        2 ** 31,
        '__proto__',
        ['..'],
        {},
      ),
    );
    const key = fc.oneof(
      fc.constantFrom(
        'names',
        'wait',
        'timeoutMs',
        'by',
        'signal',
        'dependencies',
        'config',
        '__proto__',
        'constructor',
      ),
      fc.string(),
    );
    const body = fc.oneof(fc.dictionary(key, value, { maxKeys: 5 }), fc.jsonValue());
    const property = fc.asyncProperty(fc.constantFrom(...calls), body, async (path, values) => {
      // What could be waited for is not: that is a matter of patience, not of parsing.
      const isMap = typeof values === 'object' && values !== null && !Array.isArray(values);
      const given = isMap ? { ...values, wait: false } : values;
      const heard = await send(Buffer.from(request('POST', path, given)), [], 'wait');
      for (const status of statuses(heard)) expect(status).not.toBe(500);
      await isWell();
    });
    await fc.assert(property, { numRuns: runs, seed });
  });

  it('does not take it for a defect that somebody leaves in the middle of a request', async () => {
    const { length } = valid[2] ?? '';
    for (let turn = 0; turn < 20; turn++) {
      await send(Buffer.from(valid[2] ?? '').subarray(0, length - 3), [length - 5], 'hang up');
      await send(Buffer.from(valid[2] ?? '').subarray(0, length - 3), [length - 5], 'say no more');
      await isWell();
    }
  });

  it('refuses a body that never ends, at a bound, and one that is too deep', async () => {
    const head = 'POST /start HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';
    const chunk = `${(65_536).toString(16)}\r\n${'['.repeat(65_536)}\r\n`;
    const endless = `${head}Transfer-Encoding: chunked\r\n\r\n${chunk.repeat(64)}`;
    const large = `${head}Content-Length: 99999999999\r\n\r\n${'['.repeat(1_000_000)}`;
    const deep =
      request('POST', '/start').replace(
        'Content-Length: 0',
        'Content-Type: application/json\r\nContent-Length: 900000',
      ) + '['.repeat(900_000);
    const nested = '['.repeat(450_000) + ']'.repeat(450_000);
    const whole =
      request('POST', '/start').replace(
        'Content-Length: 0',
        'Content-Type: application/json\r\nContent-Length: 900000',
      ) + nested;
    for (const text of [endless, large, deep, whole]) {
      const heard = await send(Buffer.from(text), [], 'wait');
      expect(statuses(heard).filter((status) => status < 400 || status > 413)).toEqual([]);
      await isWell();
    }
  });
});
