import { describe, expect, it } from 'vitest';
import { dialects } from '../../../src/kernel/checks/dialects/index.ts';
import type { Protocol } from '../../../src/machines/vocabulary.ts';
import { ask, serve } from './stage.ts';

describe('a check in a server’s own protocol', () => {
  it.each<[Protocol, Buffer | string, string]>([
    ['redis', '+PONG\r\n', 'passed'],
    ['redis', '-NOAUTH Authentication required.\r\n', 'passed'],
    [
      'redis',
      '-LOADING Redis is loading the dataset in memory\r\n',
      'still loading its dataset at *',
    ],
    ['redis', '-MASTERDOWN Link with MASTER is down\r\n', 'answered "-MASTERDOWN Link*" at *'],
    ['redis', 'HTTP/1.1 400 Bad Request\r\n', '* does not speak the Redis protocol'],
    ['memcached', 'VERSION 1.6.18\r\n', 'passed'],
    ['memcached', 'CLIENT_ERROR unauthenticated\r\n', 'passed'],
    ['memcached', 'SERVER_ERROR out of memory\r\n', 'answered "SERVER_ERROR out of memory" at *'],
    ['memcached', '+PONG\r\n', '* does not speak the memcached protocol'],
    ['mysql', packet('\x0a10.11.19-MariaDB\0'), 'passed'],
    ['mysql', packet('\xff\x10\x04Too many connections'), 'passed'],
    [
      'mysql',
      packet('\xff\x1d\x04#08S01Server shutdown in progress'),
      'answered "Server shut*" at *',
    ],
    ['mysql', 'SSH-2.0-OpenSSH_9.2\r\n', '* does not speak the MySQL protocol'],
    ['mysql', packet('\x09old'), '* does not speak the MySQL protocol'],
    ['postgres', Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 5]), 'passed'],
    [
      'postgres',
      failure('57P03', 'the database system is starting up'),
      'answered "the database*" at *',
    ],
    ['postgres', failure('28000', 'role "postgres" does not exist'), 'passed'],
    ['postgres', failure('53300', 'sorry, too many clients already'), 'passed'],
    ['postgres', 'HTTP/1.1 400\r\n', '* does not speak the PostgreSQL protocol'],
    ['fastcgi', page('Content-Type: text/plain\r\n\r\npong'), 'passed'],
    [
      'fastcgi',
      page('Status: 404 Not Found\r\n\r\nFile not found.'),
      'answered 404 to /ping (set *',
    ],
    ['fastcgi', page(''), 'answered nothing to /ping at *'],
    ['fastcgi', 'HTTP/1.1 400\r\n', '* does not speak FastCGI'],
  ])('%s: takes %j as it is meant', async (protocol, answer, expected) => {
    const { endpoint } = await serve((socket) => void socket.write(answer));
    const judged = await ask({ kind: 'protocol', protocol, at: endpoint });
    expect(judged).toMatch(pattern(expected));
  });

  it.each<[Protocol, Buffer]>([
    ['redis', Buffer.from('+PONG\r\n')],
    ['memcached', Buffer.from('VERSION 1.6.18\r\n')],
    ['mysql', packet('\xff\x1d\x04#08S01Server shutdown in progress')],
    ['postgres', failure('57P03', 'the database system is starting up')],
    ['fastcgi', page('Content-Type: text/plain\r\n\r\npong')],
  ])('%s: waits for the rest of an answer that comes byte by byte', (protocol, answer) => {
    for (let length = 0; length < answer.length - 1; length++) {
      expect(dialects[protocol].judge(answer.subarray(0, length))).toBe('incomplete');
    }
    expect(dialects[protocol].judge(answer)).toHaveProperty('passed');
  });

  it('says that a server hung up, and never keeps more than a greeting is long', async () => {
    const hangUp = await serve((socket) => void socket.end());
    expect(await ask({ kind: 'protocol', protocol: 'redis', at: hangUp.endpoint })).toMatch(
      / closed the connection without an answer$/,
    );
    const flood = await serve((socket) => void socket.write(`+${'x'.repeat(1_000_000)}`));
    expect(await ask({ kind: 'protocol', protocol: 'redis', at: flood.endpoint })).toMatch(
      / does not speak the Redis protocol$/,
    );
  });

  it('survives whatever a stranger may send', () => {
    for (const { judge } of Object.values(dialects)) {
      for (let seed = 0; seed < 2_000; seed++) judge(noise(seed));
    }
  });

  it('says goodbye, and closes its end', async () => {
    let heard = '';
    let closed = false;
    const { endpoint } = await serve((socket) => {
      socket.on('data', (bytes) => {
        heard += bytes.toString();
        if (heard === 'version\r\n') socket.write('VERSION 1\r\n');
      });
      socket.on('end', () => {
        closed = true;
      });
    });
    expect(await ask({ kind: 'protocol', protocol: 'memcached', at: endpoint })).toBe('passed');
    await expect.poll(() => closed).toBe(true);
    expect(heard).toBe('version\r\nquit\r\n');
  });
});

function packet(payload: string): Buffer {
  const body = Buffer.from(payload, 'latin1');
  return Buffer.concat([Buffer.from([body.length, 0, 0, 0]), body]);
}

function failure(code: string, message: string): Buffer {
  const body = Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${message}\0\0`);
  const head = Buffer.from([0x45, 0, 0, 0, 4 + body.length]);
  return Buffer.concat([head, body]);
}

function page(content: string): Buffer {
  const output = Buffer.from(content);
  return Buffer.concat([
    Buffer.from([1, 6, 0, 1, 0, output.length, 3, 0]),
    output,
    Buffer.alloc(3),
    Buffer.from([1, 3, 0, 1, 0, 8, 0, 0]),
    Buffer.alloc(8),
  ]);
}

function pattern(expected: string): RegExp {
  const escaped = expected.replace(/[.()[\]/\\^$+?]/g, '\\$&').replaceAll('*', '.*');
  return new RegExp(`^${escaped}$`);
}

/** Always the same bytes for the same seed. */
function noise(seed: number): Buffer {
  let state = seed + 1;
  return Buffer.from(
    Array.from({ length: seed % 40 }, () => {
      state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
      return (state >> 8) % 3 === 0 ? [0x45, 0xff, 1, 0, 0x2d][(state >> 12) % 5] : state & 255;
    }) as number[],
  );
}
