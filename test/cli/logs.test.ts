/** `drover logs` and `drover events`. */
import { expect, it } from 'vitest';
import { events } from '../../src/cli/commands/events.ts';
import { logs } from '../../src/cli/commands/logs.ts';
import { sinceFlag } from '../../src/cli/since.ts';
import type { Client, LogLineInfo } from '../../src/control/client.ts';
import { timeIn } from '../../src/runtime/log-time.ts';
import { now, type Setting, serviceOf, sessionOf, stateEvent, statusOf, streamOf } from './fake.ts';

const line = (service: string, text: string): LogLineInfo => ({
  ...{ service, text, at: now, truncated: false, skippedBytes: 0, offset: 0, log: '-' },
});

async function print(lines: readonly LogLineInfo[], setting: Setting = {}) {
  const requests: unknown[] = [];
  const names = [...new Set(lines.map(({ service }) => service))];
  const client: Partial<Client> = {
    status: async () => statusOf(names.map((name) => serviceOf({ name }))),
    logs: (request) => {
      requests.push(request);
      return streamOf(lines);
    },
  };
  const { session, out } = sessionOf(client, setting);
  expect(await logs(session)).toBe(0);
  return { out: out(), requests };
}

const evil = 'a\u001b]0;title\u0007\u001b[2J\u001b[31mred';

it('says whose line it is, where there are several', async () => {
  const both = await print([line('db', 'one'), line('queue', 'two')]);
  expect(both.out).toBe('db    │ one\nqueue │ two\n');
  expect((await print([line('db', 'one')])).out).toBe('one\n');
});

it('lets nothing but colours into a terminal, and everything into a pipe', async () => {
  expect((await print([line('db', evil)], { columns: 80, colour: true })).out).toBe(
    'a\u001b[31mred\u001b[0m\n',
  );
  expect((await print([line('db', evil)], { columns: 80 })).out).toBe('ared\n');
  expect((await print([line('db', evil)])).out).toBe(`${evil}\n`);
  expect((await print([line('db', evil)], { columns: 80, options: { raw: true } })).out).toBe(
    `${evil}\n`,
  );
});

it('asks for as many lines as are wanted, and for many where it picks from them', async () => {
  const plain = await print([line('db', 'one')], { words: ['db'], options: { lines: '5' } });
  expect(plain.requests).toEqual([{ follow: false, lines: 5, services: ['db'] }]);
  const picked = await print([line('db', 'one'), line('db', 'two'), line('db', 'tow')], {
    options: { grep: '^t', lines: '1' },
  });
  expect(picked.requests).toEqual([{ follow: false, lines: 10_000 }]);
  expect(picked.out).toBe('tow\n');
  await expect(print([], { options: { grep: '(' } })).rejects.toMatchObject({ code: 'usage' });
  await expect(print([], { options: { lines: 'x' } })).rejects.toMatchObject({ code: 'usage' });
});

it('orders the lines of several services by the times they begin with', async () => {
  const { out } = await print([
    line('db', '2025-01-31T10:00:02Z three'),
    line('db', '  of three'),
    line('web', '2025/01/31 10:00:01 +0000 two'),
    line('web', '{"level":30,"time":1738317603000,"msg":"four"}'),
  ]);
  const words = out.match(/two|of three|three|four/g);
  expect(words).toEqual(['two', 'three', 'of three', 'four']);
});

it('leaves out what says that it is older, and nothing else', async () => {
  const lines = [
    line('db', 'no time'),
    line('db', '2025-01-31T10:00:00Z old'),
    line('db', 'at old'),
    line('db', '2125-01-31T10:00:00Z new'),
  ];
  expect((await print(lines, { options: { since: '10m' } })).out).toBe(
    'no time\n2125-01-31T10:00:00Z new\n',
  );
});

it('reads the times that logs begin with', () => {
  const at = Date.UTC(2025, 0, 31, 10, 0, 1, 500);
  expect(timeIn('2025-01-31T10:00:01.500Z x')).toBe(at);
  expect(timeIn('2025-01-31 10:00:01.500 UTC [12] LOG: x')).toBe(at);
  expect(timeIn('[2025-01-31T11:00:01,500+01:00] x')).toBe(at);
  expect(timeIn('{"ts":1738317601.5}')).toBe(at);
  expect(timeIn('2025-13-99 99:00:00 x')).toBeNull();
  expect(timeIn('hello 12')).toBeNull();
});

it('understands how long ago, and when', () => {
  const noon = new Date(2025, 0, 31, 12).getTime();
  expect(sinceFlag({ since: '10m' }, noon)).toBe(noon - 600_000);
  expect(sinceFlag({ since: '11:30' }, noon)).toBe(noon - 1_800_000);
  expect(sinceFlag({ since: '13:00' }, noon)).toBe(noon - 82_800_000);
  expect(sinceFlag({ since: '2025-01-31T11:00' }, noon)).toBe(noon - 3_600_000);
  expect(sinceFlag({}, noon)).toBeUndefined();
  expect(() => sinceFlag({ since: 'tomorrowish' }, noon)).toThrow('cannot understand --since');
});

it('tells what happened, then what happens, without a gap', async () => {
  const requests: unknown[] = [];
  const client: Partial<Client> = {
    history: async (request) => {
      requests.push(request);
      return [stateEvent(7, 'web', 'starting')];
    },
    events: (request) => {
      requests.push(request);
      return streamOf([stateEvent(8, 'web', 'running')]);
    },
  };
  const { session, lines } = sessionOf(client, {
    ...{ words: ['web'], options: { follow: true } },
  });
  expect(await events(session)).toBe(0);
  expect(requests).toEqual([
    { services: ['web'], limit: 100 },
    { services: ['web'], after: 7 },
  ]);
  expect(lines().map((text) => text.replace(/^[\d:]+/, ''))).toEqual([
    '  web     ◌ starting: somebody asked',
    '  web     ● running: somebody asked, pid 4711',
  ]);
});

it('is one object a line for a program', async () => {
  const event = stateEvent(7, 'web', 'starting');
  const { session, out } = sessionOf({ history: async () => [event] }, { options: { json: true } });
  await events(session);
  expect(out()).toBe(`${JSON.stringify(event)}\n`);
});
