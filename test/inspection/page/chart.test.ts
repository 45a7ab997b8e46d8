/** What the chart lights, counts and says, before anything of it is drawn. */
import { describe, expect, it } from 'vitest';
import { createMachine } from 'xstate';
import { EdgeCounts } from '../../../inspector/chart/counts.ts';
import {
  activeLeaves,
  activeNodes,
  countText,
  edgesFrom,
  edgeTitle,
  firedBefore,
  heatOf,
  litFamilies,
  remainingText,
} from '../../../inspector/chart/facts.ts';
import { headPath, roundPath } from '../../../inspector/chart/path.ts';
import { definitionOf } from '../../../src/inspection/definition.ts';
import type { StateRecord, StateValue } from '../../../src/inspection/protocol.ts';
import { serviceMachine } from '../../../src/machines/service.ts';
import { Story } from './story.ts';

const service = definitionOf(serviceMachine);
const player = definitionOf(
  createMachine({
    id: 'player',
    type: 'parallel',
    states: {
      sound: { initial: 'on', states: { on: {}, off: {} } },
      picture: { initial: 'loading', states: { loading: {}, failed: {} } },
    },
  }),
);

function inState(value: StateValue): StateRecord {
  const story = new Story();
  return story.state(story.actor('a', null), value, null);
}

describe('the active states', () => {
  it('are the innermost and all around them', () => {
    const active = activeNodes(service, inState({ alive: { running: 'healthy' } }));
    expect([...active]).toEqual([
      'service',
      'service.alive',
      'service.alive.running',
      'service.alive.running.healthy',
    ]);
    expect(activeLeaves(service, active)).toEqual(['service.alive.running.healthy']);
  });

  it('are several where they are parallel, each with its colour', () => {
    const active = activeNodes(player, inState({ sound: 'off', picture: 'failed' }));
    expect(activeLeaves(player, active)).toEqual(['player.sound.off', 'player.picture.failed']);
    expect(Object.fromEntries(litFamilies(player, active))).toEqual({
      player: 'plain',
      'player.sound': 'plain',
      'player.sound.off': 'plain',
      'player.picture': 'bad',
      'player.picture.failed': 'bad',
    });
  });

  it('light their whole path in one colour', () => {
    const active = activeNodes(service, inState({ alive: { stopping: 'asking' } }));
    expect([...new Set(litFamilies(service, active).values())]).toEqual(['busy']);
  });

  it('are none where there is no state, or the chart does not know it', () => {
    expect(activeNodes(service, null).size).toBe(0);
    expect([...activeNodes(service, inState('dreaming'))]).toEqual(['service']);
  });

  it('say which transitions may come', () => {
    const from = edgesFrom(service, activeNodes(service, inState('crashed')));
    const sources = new Set(from.map((edge) => edge.split('|')[0]));
    expect([...sources]).toEqual(['service', 'service.crashed']);
  });
});

describe('the edges that were just taken', () => {
  it('are those of the last macrostep, in their order', () => {
    const story = new Story();
    const web = story.actor('web', null);
    const start = story.event(web, 'start');
    story.step(web, start, ['one']);
    story.state(web, 'a', start);
    const stop = story.later(10).event(web, 'stop');
    story.step(web, stop, ['two']);
    story.step(web, stop, ['three']);
    const state = story.state(web, 'b', stop);
    const kill = story.event(web, 'kill');
    story.step(web, kill, ['later']);
    expect(firedBefore(story.records, state)).toEqual(['two', 'three']);
    expect(firedBefore(story.records, null)).toEqual([]);
  });
});

describe('how often edges were taken', () => {
  function told() {
    const story = new Story();
    const web = story.actor('web', null);
    const db = story.actor('db', null);
    const go = () => story.later(10).event(web, 'go');
    story.step(web, go(), ['a', 'b']);
    story.step(db, go(), ['a']);
    story.step(web, go(), ['a']);
    return { story, web, db };
  }

  it('is counted for one, and for all', () => {
    const { story, web } = told();
    const history = story.history();
    const one = new EdgeCounts().of(history, 'one', null, (n) => n === web.actor);
    expect(Object.fromEntries(one)).toEqual({ a: 2, b: 1 });
    const all = new EdgeCounts().of(history, 'all', null, () => true);
    expect(Object.fromEntries(all)).toEqual({ a: 3, b: 1 });
  });

  it('is counted on as records come, and is the same map where nothing came of them', () => {
    const { story, web, db } = told();
    const history = story.history();
    const counts = new EdgeCounts();
    const mine = (n: number) => n === web.actor;
    const before = counts.of(history, 'one', null, mine);
    const add = () =>
      history.add({ next: story.records.length + 1, lost: 0, records: story.records });
    story.step(db, story.event(db, 'go'), ['a']);
    add();
    expect(counts.of(history, 'one', null, mine)).toBe(before);
    story.step(web, story.event(web, 'go'), ['b']);
    add();
    expect(Object.fromEntries(counts.of(history, 'one', null, mine))).toEqual({ a: 2, b: 2 });
  });

  it('goes back with the time', () => {
    const { story, web } = told();
    const history = story.history();
    const counts = new EdgeCounts();
    const mine = (n: number) => n === web.actor;
    counts.of(history, 'one', null, mine);
    expect(Object.fromEntries(counts.of(history, 'one', 1_015, mine))).toEqual({ a: 1, b: 1 });
    expect(Object.fromEntries(counts.of(history, 'one', null, mine))).toEqual({ a: 2, b: 1 });
  });

  it('is hotter the more, and cold where never', () => {
    const levels = [0, 1, 5, 30, 170, 1000].map((count) => heatOf(count, 1000));
    expect(levels).toEqual([0, 1, 2, 3, 4, 5]);
    expect(heatOf(1, 1)).toBe(1);
  });
});

describe('the words of the chart', () => {
  it('are short for counts and for what is left', () => {
    expect([7, 1234, 5_600_000].map(countText)).toEqual(['7', '1k', '5M']);
    const left = [-5, 3_210, 42_000, 600_000, 7_200_000].map(remainingText);
    expect(left).toEqual(['0.0s', '3.2s', '42s', '10m', '2h']);
  });

  it('say all of an edge to those who cannot see it', () => {
    const names = new Map(service.nodes.map(({ id, name }) => [id, name]));
    const found = service.edges.find(({ id }) =>
      id.startsWith('service.alive.running.healthy|reload'),
    );
    expect(found === undefined ? '' : edgeTitle(found, names)).toBe(
      'reload from healthy to reloading, if canReload',
    );
  });
});

describe('a path', () => {
  const route = [
    { x: 0, y: 0 },
    { x: 0, y: 50 },
    { x: 4, y: 50 },
  ];

  it('has round corners, no wider than there is room', () => {
    expect(roundPath(route)).toBe('M0 0L0 48Q0 50 2 50L4 50');
    expect(roundPath([])).toBe('');
  });

  it('has its head where it ends', () => {
    expect(headPath(route, 4, 2)).toBe('M4 50L0 52L0 48Z');
  });
});
