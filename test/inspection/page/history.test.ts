/** What the page remembers: any moment, within bounds, and what came of what. */
import { describe, expect, it } from 'vitest';
import { History } from '../../../inspector/model/history.ts';
import { Standing } from '../../../inspector/model/standing.ts';
import { stateName } from '../../../inspector/model/words.ts';
import type { ActorState, InspectionRecord } from '../../../src/inspection/protocol.ts';
import { Story } from './story.ts';

const words = ['stopped', 'starting', 'running', 'stopping'];

/** Three machines that take turns, each ten milliseconds one of them; now and then a timer. */
function busyStory(turns: number): Story {
  const story = new Story();
  const root = story.actor('root', null);
  const actors = [root, story.actor('a', root, { service: 'a' }), story.actor('b', root)];
  for (let i = 0; i < turns; i += 1) {
    const actor = actors[i % 3] ?? root;
    const told = story.later(10).event(actor, `tell ${i}`);
    if (i % 7 === 0) story.timer(actor, `xstate.after.${i}`, 50);
    story.state(actor, words[i % 4] ?? '', told, i % 5 === 0 ? { context: { i, same: 'x' } } : {});
  }
  return story;
}

/** As one would without any cleverness: from the start, record by record. */
function plainly(
  records: readonly InspectionRecord[],
  moment: number,
): ReadonlyMap<number, ActorState> {
  const standing = new Standing();
  for (const record of records) if (record.at <= moment) standing.apply(record);
  return standing.actors;
}

const feed = (history: History, records: readonly InspectionRecord[]): void => {
  history.begin({ seq: 0, at: 1_000, actors: [] });
  for (let i = 0; i < records.length; i += 7) {
    const some = records.slice(i, i + 7);
    history.add({ next: some.at(-1)?.seq ?? 0, lost: 0, records: some });
  }
};

describe('a history', () => {
  it('shows every moment as one who began at the start would see it', () => {
    const { records } = busyStory(200);
    const history = new History({ checkpointEvery: 16 });
    feed(history, records);
    for (let moment = 1_000; moment < history.last; moment += 37) {
      expect([...history.at(moment)]).toEqual([...plainly(records, moment)]);
    }
  });

  it('shows the present for no moment, and for one that has not come', () => {
    const history = busyStory(20).history();
    expect(history.at(history.last + 1_000)).toBe(history.at(null));
    expect(stateName(history.state(2, null)?.state?.value ?? null)).toBe(words[19 % 4]);
  });

  it('forgets the oldest beyond its capacity, and still shows what they led to', () => {
    const { records } = busyStory(400);
    const history = new History({ capacity: 200, checkpointEvery: 16 });
    feed(history, records);
    expect(history.records.length).toBeLessThanOrEqual(200);
    expect(history.forgotten).toBe(records.length - history.records.length);
    for (let moment = history.first; moment < history.last; moment += 37) {
      expect([...history.at(moment)]).toEqual([...plainly(records, moment)]);
    }
    expect(history.recordsOf(2).every(({ at }) => at >= history.first)).toBe(true);
    expect(history.recordsOf(2)).toEqual(history.records.filter(({ actor }) => actor === 2));
  });

  it('forgets actors that are gone, and no others', () => {
    const story = new Story();
    const root = story.actor('root', null);
    for (let i = 0; i < 500; i += 1) {
      const probe = story.later(1).actor('probe', root);
      story.state(probe, null, null, { status: 'done' });
    }
    const history = new History({ capacity: 100 });
    feed(history, story.records);
    expect(history.actor(root.actor)).toEqual(root);
    expect(history.actor(3)).toBeNull();
    expect(history.actor(501)).not.toBeNull();
    // Each took the place of the one before.
    expect(history.at(null).size).toBe(2);
  });

  it('keeps the context where a record says that it is as it was, and shares what is the same', () => {
    const story = new Story();
    const a = story.actor('a', null);
    story.state(a, 'one', null, { context: { big: { list: [1, 2, 3] }, n: 1 } });
    story.later(10).state(a, 'two', null);
    story.later(10).state(a, 'three', null, { context: { big: { list: [1, 2, 3] }, n: 2 } });
    const history = story.history();
    const [one, two, three] = [1_000, 1_010, 1_020].map(
      (at) => history.state(1, at)?.state?.context as { readonly big: object; readonly n: number },
    );
    expect(two).toEqual({ big: { list: [1, 2, 3] }, n: 1 });
    expect(three?.n).toBe(2);
    expect(three?.big).toBe(one?.big);
  });

  it('shows delays as armed until they run out, are disarmed or their actor ends', () => {
    const story = new Story();
    const a = story.actor('a', null);
    story.state(a, 'on', null);
    story.timer(a, 'xstate.after.x', 100);
    story.later(10).timer(a, 'xstate.after.y', 100);
    story.later(10).timer(a, 'xstate.after.y', null);
    story.later(80).event(a, 'xstate.after.x');
    story.later(10).timer(a, 'xstate.after.z', 100);
    story.later(10).state(a, 'off', null, { status: 'done' });
    const history = story.history();
    const armed = (at: number) => history.state(1, at)?.timers.map(({ timer }) => timer.at(-1));
    expect([1_005, 1_015, 1_025, 1_105, 1_115, 1_125].map(armed)).toEqual([
      ['x'],
      ['x', 'y'],
      ['x'],
      [],
      ['z'],
      [],
    ]);
  });

  it('takes what it knows already for nothing, and counts what was lost', () => {
    const { records } = busyStory(10);
    const history = new History();
    feed(history, records);
    const before = history.records.length;
    expect(history.add({ next: 9, lost: 4, records })).toEqual([]);
    expect([history.records.length, history.dropped, history.cursor]).toEqual([before, 4, 9]);
  });

  it('begins anew from another baseline', () => {
    const history = busyStory(10).history();
    history.begin({ seq: 900, at: 5_000, actors: [] });
    expect([history.records.length, history.at(null).size, history.first]).toEqual([0, 0, 5_000]);
    expect(history.cursor).toBe(900);
  });

  it('gives the records of one actor, of a stretch with both its ends', () => {
    const history = busyStory(30).history();
    const own = history.recordsOf(2, 1_050, 1_140);
    expect(own.map(({ at }) => at)).toEqual(
      history.records
        .filter(({ actor, at }) => actor === 2 && at >= 1_050 && at <= 1_140)
        .map(({ at }) => at),
    );
    expect(own.length).toBeGreaterThan(2);
  });

  it('follows causes back, also through a delay to where it was armed', () => {
    const story = new Story();
    const root = story.actor('root', null);
    const a = story.actor('a', root);
    const command = story.event(root, 'want');
    const start = story.event(a, 'start', { source: root, cause: command });
    story.timer(a, 'xstate.after.wait.a', 500);
    story.state(a, 'waiting', start);
    const due = story.later(500).event(a, 'xstate.after.wait.a', { source: a });
    const state = story.state(a, 'over', due);
    const kinds = story.history().causesOf(state.seq);
    expect(kinds.map((one) => (one.kind === 'event' ? one.event.type : one.kind))).toEqual([
      'state',
      'xstate.after.wait.a',
      'timer',
      'start',
      'want',
    ]);
  });

  it('ends a chain of causes where one is no longer known', () => {
    const story = new Story();
    const a = story.actor('a', null);
    const event = { ...story.event(a, 'x'), cause: 1_000_000 };
    story.records[1] = event;
    expect(story.history().causesOf(event.seq)).toEqual([event]);
  });
});
