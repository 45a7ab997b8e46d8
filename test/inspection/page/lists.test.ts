/** Long lists, the tree, ranges of time, and logs: the arithmetic of what is in sight. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { found, LogBuffer, matcher } from '../../../inspector/model/log-buffer.ts';
import { panned, ticksOf, within, zoomed } from '../../../inspector/model/range.ts';
import { treeRows, type Wishes } from '../../../inspector/model/tree-rows.ts';
import { scrollTo, seenRows } from '../../../inspector/model/window.ts';
import type { ServiceRow } from '../../../src/inspection/protocol.ts';
import { Story } from './story.ts';

describe('a long list', () => {
  it('has every row that is in sight, and few more', () => {
    fc.assert(
      fc.property(
        fc.record({
          count: fc.nat(100_000),
          top: fc.integer({ min: -50, max: 2_000_000 }),
          height: fc.integer({ min: 1, max: 2_000 }),
        }),
        ({ count, top, height }) => {
          const { from, until } = seenRows(count, 20, top, height, 0);
          expect(from).toBeGreaterThanOrEqual(0);
          expect(until).toBeLessThanOrEqual(count);
          expect(until - from).toBeLessThanOrEqual(height / 20 + 2);
          const inSight = (i: number) =>
            i >= 0 && i < count && (i + 1) * 20 > top && i * 20 < top + height;
          for (const i of [Math.floor(top / 20), Math.ceil((top + height) / 20) - 1]) {
            if (inSight(i)) expect(i >= from && i < until).toBe(true);
          }
        },
      ),
    );
  });

  it('scrolls no farther than it must', () => {
    expect(scrollTo(10, 20, 0, 400)).toBe(0);
    expect(scrollTo(30, 20, 0, 400)).toBe(220);
    expect(scrollTo(2, 20, 300, 400)).toBe(40);
  });
});

describe('the tree', () => {
  const story = new Story();
  const root = story.actor('root', null, { group: 'root' });
  const group = story.actor('back', root, { group: 'back' });
  const names = ['db', 'cache', 'web'];
  for (const name of names) {
    const one = story.actor(name, name === 'web' ? root : group, { service: name });
    story.state(one, name === 'cache' ? 'failed' : 'running', null, {
      tags: [name === 'cache' ? 'failed' : 'running'],
    });
    story.actor('process', one, { logic: 'callback' });
  }
  const row = (name: string, restarts: number) => [name, { name, restarts } as ServiceRow] as const;
  const given = {
    states: story.history().at(null),
    services: new Map([row('db', 2), row('cache', 9), row('web', 0)]),
    since: () => 0,
  };
  const plain: Wishes = {
    filter: '',
    sort: 'order',
    descending: false,
    toggled: new Set(),
    isSupervisor: true,
  };
  const rows = (wishes: Partial<Wishes>) =>
    treeRows(given, { ...plain, ...wishes }).map(
      ({ name, depth }) => `${' '.repeat(depth)}${name}`,
    );

  it('shows groups open and services closed', () => {
    expect(rows({})).toEqual(['root', ' back', '  db', '  cache', ' web']);
  });

  it('opens and closes what is toggled', () => {
    const web = [...given.states.values()].find(({ actor }) => actor.service === 'web');
    const toggled = new Set([group.actor, web?.actor.actor ?? 0]);
    expect(rows({ toggled })).toEqual(['root', ' back', ' web', '  process']);
  });

  it('narrows to a name or to how it stands, with whatever is above', () => {
    expect(rows({ filter: 'CACH' })).toEqual(['root', ' back', '  cache']);
    expect(rows({ filter: 'bad' })).toEqual(['root', ' back', '  cache']);
    expect(rows({ filter: 'nothing' })).toEqual([]);
    expect(rows({ filter: 'cache', toggled: new Set([group.actor]) })).toEqual([
      'root',
      ' back',
      '  cache',
    ]);
  });

  it('sorts services by a column, and shows nothing else then', () => {
    expect(rows({ sort: 'restarts', descending: true })).toEqual(['cache', 'db', 'web']);
    expect(rows({ sort: 'name' })).toEqual(['cache', 'db', 'web']);
    expect(rows({ sort: 'state' })).toEqual(['cache', 'db', 'web']);
  });

  it('shows every actor of what is no supervisor', () => {
    expect(rows({ isSupervisor: false }).length).toBe(5);
    expect(rows({ isSupervisor: false, sort: 'name' })).toEqual([
      'back',
      'cache',
      'db',
      'root',
      'web',
    ]);
  });
});

describe('a stretch of time', () => {
  const bounds = { from: 0, until: 10_000 };

  it('is zoomed about a moment that stays where it is', () => {
    const near = zoomed({ from: 2_000, until: 6_000 }, 0.5, 3_000, bounds);
    expect(near).toEqual({ from: 2_500, until: 4_500 });
  });

  it('never leaves its bounds, however it is moved', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 50, noNaN: true }),
        fc.nat(10_000),
        fc.integer(),
        (factor, about, by) => {
          const moved = panned(
            zoomed({ from: 4_000, until: 5_000 }, factor, about, bounds),
            by,
            bounds,
          );
          expect(moved.from).toBeGreaterThanOrEqual(-1e-6);
          expect(moved.until).toBeLessThanOrEqual(10_000 + 1e-6);
          expect(moved.until).toBeGreaterThan(moved.from);
        },
      ),
    );
    expect(within({ from: -5, until: 20_000 }, bounds)).toEqual(bounds);
  });

  it('has its marks at round moments, far enough apart', () => {
    for (const span of [20, 900, 45_000, 3_600_000, 40 * 86_400_000]) {
      const { at, stepMs } = ticksOf(
        { from: 1_795_626_103_723, until: 1_795_626_103_723 + span },
        900,
      );
      expect(at.length).toBeGreaterThan(1);
      expect((stepMs / span) * 900).toBeGreaterThanOrEqual(90);
    }
  });
});

describe('a log', () => {
  const line = (at: number, text: string) => ({ service: 'a', at, text });
  const state = (at: number) =>
    ({ from: at, seq: at, word: 'running', detail: '', family: 'up' }) as const;
  const texts = (buffer: LogBuffer) =>
    buffer.shown.map((one) => (one.kind === 'line' ? one.text : one.segment.word));

  it('has changes of state between its lines, whenever they come', () => {
    const buffer = new LogBuffer();
    buffer.addLines([line(10, 'a'), line(30, 'c')]);
    buffer.addStates([state(20), state(40)]);
    buffer.addLines([line(50, 'd')]);
    expect(texts(buffer)).toEqual(['a', 'running', 'c', 'running', 'd']);
    expect([5, 10, 25, 99].map((at) => buffer.indexAt(at))).toEqual([-1, 0, 1, 4]);
  });

  it('searches what one reads, also in lines that come later', () => {
    const buffer = new LogBuffer();
    buffer.addLines([line(1, '\x1b[31mer\x1b[0mror one'), line(2, 'fine')]);
    buffer.addStates([state(3)]);
    buffer.search(matcher('error', false) as (text: string) => boolean);
    buffer.addLines([line(4, 'ERROR two'), line(5, 'fine')]);
    expect(texts(buffer)).toEqual(['error one', 'running', 'ERROR two']);
    buffer.search(null);
    expect(buffer.shown.length).toBe(5);
  });

  it('is bounded, and lets the oldest go', () => {
    const buffer = new LogBuffer(100);
    for (let i = 0; i < 1_000; i += 1) buffer.addLines([line(i, `line ${i}`)]);
    expect(buffer.lines).toBeLessThanOrEqual(100);
    expect(buffer.lines + buffer.forgotten).toBe(1_000);
    expect(texts(buffer).at(-1)).toBe('line 999');
    expect(texts(buffer).length).toBe(buffer.lines);
  });

  it('minds case only where somebody wrote a capital', () => {
    const matches = (written: string, isRegex: boolean, text: string) => {
      const match = matcher(written, isRegex);
      return typeof match === 'function' && match(text);
    };
    expect(matches('oom', false, 'OOM killer')).toBe(true);
    expect(matches('OOm', false, 'oom')).toBe(false);
    expect(matches('^o+m', true, 'OOM')).toBe(true);
    expect(matches('a.c', false, 'abc')).toBe(false);
  });

  it('says what is wrong with an expression', () => {
    expect(matcher('(', true)).toMatch(/unterminated/i);
    expect(found('a(b(', '(', false)).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(found('aaa', 'b*', true)).toEqual([]);
  });
});
