/** How things look on a terminal: cut to its width, told apart without colour. */
import { expect, it } from 'vitest';
import { ServiceColours, stateText } from '../../src/cli/render/marks.ts';
import { Screen } from '../../src/cli/render/screen.ts';
import { table } from '../../src/cli/render/table.ts';
import { cut, pad, widthOf } from '../../src/cli/render/text-width.ts';
import { tree } from '../../src/cli/render/tree.ts';
import { age, bytes, clock, percent } from '../../src/cli/render/units.ts';

it('counts columns, not characters', () => {
  expect(widthOf('web')).toBe(3);
  expect(widthOf('\u001b[31mweb\u001b[39m')).toBe(3);
  expect(widthOf('日本')).toBe(4);
  expect(widthOf('e\u0301')).toBe(1);
  expect(widthOf('🚀')).toBe(2);
  expect(pad('日', 4)).toBe('日  ');
});

it('cuts with an ellipsis, and never a wide character in half', () => {
  expect(cut('drover', 6)).toBe('drover');
  expect(cut('drover', 5)).toBe('drov…');
  expect(cut('日本語', 4)).toBe('日…');
  expect(cut('drover', 0)).toBe('');
});

it('says sizes and ages in few characters', () => {
  expect([0, 999, 1_024, 10_240, 52_428_800, 2_000_000_000].map(bytes)).toEqual([
    ...['0 B', '999 B', '1.0 K', '10 K', '50 M', '1.9 G'],
  ]);
  expect([0, 59_999, 60_000, 3_725_000, 90_000_000, 86_400_000].map(age)).toEqual([
    ...['0s', '59s', '1m', '1h2m', '1d1h', '1d'],
  ]);
  expect([0, 3.14, 99.6].map(percent)).toEqual(['0.0 %', '3.1 %', '100 %']);
});

it('tells the day of what was not today', () => {
  const at = new Date(2025, 0, 31, 14, 3, 7).getTime();
  expect(clock(at, at + 1_000)).toBe('14:03:07');
  expect(clock(at, at + 172_800_000)).toBe('2025-01-31 14:03:07');
});

it('gives up columns that can be spared before it cuts the last one', () => {
  const columns = [{ title: 'NAME' }, { title: 'CPU', spare: 2 }, { title: 'PORTS', spare: 1 }];
  const rows = [['web', '1.0 %', '8080', 'it waits for "db" to be ready']];
  const titled = [...columns, { title: 'WHY' }];
  expect(table(titled, rows, Number.POSITIVE_INFINITY)[1]).toBe(
    'web   1.0 %  8080   it waits for "db" to be ready',
  );
  expect(table(titled, rows, 34)).toEqual([
    'NAME  PORTS  WHY',
    'web   8080   it waits for "db" to…',
  ]);
  for (const width of [10, 20, 30, 40, 60]) {
    for (const line of table(titled, rows, width))
      expect(line.length).toBeLessThanOrEqual(Math.max(width, 14));
  }
});

it('leaves out a column that says nothing', () => {
  const columns = [{ title: 'NAME' }, { title: 'PORTS', spare: 1 }, { title: 'WHY' }];
  expect(table(columns, [['web', '', 'x']], 80)).toEqual(['NAME  WHY', 'web   x']);
});

it('draws branches', () => {
  const leaf = (text: string) => ({ text, children: [] });
  expect(
    tree([{ text: 'a', children: [{ text: 'b', children: [leaf('c')] }, leaf('d')] }]),
  ).toEqual(['a', '├─ b', '│  └─ c', '└─ d']);
});

it('has colours only where they are wanted', () => {
  const out = (isTTY: boolean) => ({ write: () => {}, isTTY });
  const hasColour = (isTTY: boolean, env: NodeJS.ProcessEnv, color?: boolean) =>
    new Screen({ out: out(isTTY), env, color }).hasColour;
  expect(hasColour(true, {})).toBe(true);
  expect(hasColour(false, {})).toBe(false);
  expect(hasColour(true, { NO_COLOR: '1' })).toBe(false);
  expect(hasColour(true, { TERM: 'dumb' })).toBe(false);
  expect(hasColour(true, {}, false)).toBe(false);
  expect(hasColour(false, { FORCE_COLOR: '1' })).toBe(true);
});

it('tells states apart by a symbol, and what runs badly from what runs', () => {
  const screen = new Screen({ out: { write: () => {} }, env: {} });
  expect(stateText(screen, { state: 'running', healthy: true })).toBe('● running');
  expect(stateText(screen, { state: 'running', healthy: false })).toBe('● unhealthy');
  expect(stateText(screen, { state: 'stopped', pinned: true })).toBe('○ stopped ⚲');
});

it('keeps the colour of a service', () => {
  const colours = new ServiceColours(['db', 'web']);
  expect(colours.of('db')).not.toBe(colours.of('web'));
  expect(colours.of('db')).toBe(new ServiceColours(['db']).of('db'));
});
