/** Lanes, marks, and where the time of a start-up went. */
import { describe, expect, it } from 'vitest';
import { countMarks, Lanes, segmentAt, sinceWhen } from '../../../inspector/model/lanes.ts';
import { wavesOf } from '../../../inspector/model/runs.ts';
import type {
  ActorRecord,
  EventRecord,
  InspectionRecord,
} from '../../../src/inspection/protocol.ts';
import { Story } from './story.ts';

function lanesOf(records: readonly InspectionRecord[]): Lanes {
  const lanes = new Lanes();
  lanes.begin([], 1_000);
  lanes.add(records);
  return lanes;
}

const shown = (lanes: Lanes, name: string) =>
  lanes.all.get(name)?.segments.map(({ from, word }) => [from, word]);

/** A service goes to a state that has its name for a tag. */
const becomes = (story: Story, who: ActorRecord, word: string, because: EventRecord | null) =>
  story.state(who, word, because, { tags: [word] });

describe('a lane', () => {
  it('has a stretch for each state, and none for what changes nothing', () => {
    const story = new Story();
    const a = story.actor('a', null, { service: 'a' });
    becomes(story, a, 'stopped', null);
    becomes(story.later(10), a, 'starting', null);
    becomes(story.later(10), a, 'running', null);
    becomes(story.later(10), a, 'running', null);
    const lanes = lanesOf(story.records);
    expect(shown(lanes, 'a')).toEqual([
      [1_000, 'stopped'],
      [1_010, 'starting'],
      [1_020, 'running'],
    ]);
    const lane = lanes.all.get('a');
    if (lane === undefined) throw new Error('no lane');
    expect(segmentAt(lane, 1_015)?.word).toBe('starting');
    expect(segmentAt(lane, 999)).toBeNull();
    expect(sinceWhen(lane, 1_029)).toBe(1_020);
  });

  it('goes on with the machine that takes the place of a broken one', () => {
    const story = new Story();
    const root = story.actor('root', null);
    const a = story.actor('a', root, { service: 'a' });
    becomes(story, a, 'running', null);
    story.later(10).state(a, 'running', null, { status: 'error', error: 'boom' });
    const again = story.later(10).actor('a', root, { service: 'a' });
    becomes(story, again, 'adopting', null);
    const lanes = lanesOf(story.records);
    expect(shown(lanes, 'a')).toEqual([
      [1_000, 'running'],
      [1_010, 'broken'],
      [1_020, 'adopting'],
    ]);
    expect(lanes.all.get('a')?.marks.map(({ kind }) => kind)).toEqual(['defect']);
    expect(lanes.all.get('a')?.actor).toBe(again.actor);
  });

  it('marks crashes, what ended the process, restarts and kills', () => {
    const story = new Story();
    const a = story.actor('a', null, { service: 'a' });
    becomes(story, a, 'running', null);
    const exit = story
      .later(10)
      .event(a, 'process.exited', { payload: { exit: { code: 3, signal: null } } });
    becomes(story, a, 'crashed', exit);
    for (const word of ['backoff', 'stopped', 'starting', 'running'])
      becomes(story.later(10), a, word, null);
    const sent = story.later(10).event(a, 'process.signalled', { payload: { by: 'SIGTERM' } });
    becomes(story, a, 'killing', sent);
    for (const word of ['stopped', 'starting']) becomes(story.later(10), a, word, null);
    const lane = lanesOf(story.records).all.get('a');
    expect(lane?.marks.map(({ kind, label }) => `${kind} ${label}`)).toEqual([
      'exit exit 3',
      'crash crashed',
      'restart starting',
      'signal SIGTERM',
      'kill killing',
    ]);
    expect(lane === undefined ? null : countMarks(lane, 'restart', 1_020)).toBe(1);
    expect(lane === undefined ? null : countMarks(lane, 'restart', 1_040)).toBe(0);
  });

  it('forgets what is over, and keeps what was so at that moment', () => {
    const story = new Story();
    const a = story.actor('a', null, { service: 'a' });
    for (const word of ['stopped', 'starting', 'running', 'crashed'])
      becomes(story.later(10), a, word, null);
    const lanes = lanesOf(story.records);
    lanes.forget(1_035);
    expect(shown(lanes, 'a')).toEqual([
      [1_030, 'running'],
      [1_040, 'crashed'],
    ]);
  });

  it('names all states of one that is in several at once', () => {
    const story = new Story();
    const ped = story.actor('ped', null);
    story.state(ped, { walk: 'walking', sound: { on: {} } }, null);
    const [lane] = lanesOf(story.records).all.values();
    expect(lane?.segments[0]?.word).toBe('walking · on');
  });

  it('is there for any machine, by the innermost of its states', () => {
    const story = new Story();
    const door = story.actor('door', null);
    story.state(door, { open: { wide: 'ajar' } }, null);
    const [lane] = lanesOf(story.records).all.values();
    expect(lane?.segments[0]).toMatchObject({
      word: 'ajar',
      detail: 'open.wide.ajar',
      family: 'plain',
    });
  });
});

/** `web` needs `db`; both are wanted at once, and stopped the other way round. */
function shop(): Story {
  const story = new Story();
  const root = story.actor('root', null, { group: 'root' });
  const db = story.actor('db', root, { service: 'db' });
  const web = story.actor('web', root, { service: 'web' });
  becomes(story, db, 'stopped', null);
  becomes(story, web, 'stopped', null);
  const want = story.later(10).event(root, 'want', { payload: { names: ['db', 'web'] } });
  const startDb = story.event(db, 'start', { source: root, cause: want });
  becomes(story, db, 'starting', startDb);
  const passed = story.later(300).event(db, 'probe.passed');
  becomes(story, db, 'running', passed);
  const seen = story.event(root, 'xstate.snapshot.db', { source: db, cause: passed });
  const startWeb = story.event(web, 'start', { source: root, cause: seen });
  becomes(story, web, 'starting', startWeb);
  becomes(story.later(100), web, 'running', story.event(web, 'probe.passed'));
  const unwant = story.later(5_000).event(root, 'unwant', { payload: { names: ['db', 'web'] } });
  const stopWeb = story.event(web, 'stop', { source: root, cause: unwant });
  becomes(story, web, 'stopping', stopWeb);
  const gone = story.later(40).event(web, 'process.exited');
  becomes(story, web, 'stopped', gone);
  const seenGone = story.event(root, 'xstate.snapshot.web', { source: web, cause: gone });
  becomes(story, db, 'stopping', story.event(db, 'stop', { source: root, cause: seenGone }));
  becomes(story.later(60), db, 'stopped', null);
  return story;
}

describe('where the time went', () => {
  const told = (story: Story) =>
    wavesOf(story.history(), lanesOf(story.records)).map(({ verb, from, until, runs, path }) => ({
      verb,
      tookMs: until - from,
      runs: runs.map(({ service, wanted, began, over, heldBy }) => [
        service,
        began - wanted,
        (over ?? 0) - began,
        heldBy,
      ]),
      path: path.map(({ service }) => service),
    }));

  it('says of a start-up and of a shutdown who waited for whom, and who decided', () => {
    expect(told(shop())).toEqual([
      {
        verb: 'start',
        tookMs: 400,
        runs: [
          ['db', 0, 300, null],
          ['web', 300, 100, 'db'],
        ],
        path: ['web', 'db'],
      },
      {
        verb: 'stop',
        tookMs: 100,
        runs: [
          ['web', 0, 40, null],
          ['db', 40, 60, 'web'],
        ],
        path: ['db', 'web'],
      },
    ]);
  });

  it('counts the wait from its holder where the command is not on record', () => {
    const story = shop();
    const names = (one: InspectionRecord) => one.kind === 'event' && /want$/.test(one.event.type);
    for (const [i, one] of story.records.entries()) {
      if (names(one)) story.records[i] = { ...one, event: { type: 'something' } } as EventRecord;
    }
    expect(told(story)[0]?.runs).toEqual([
      ['db', 0, 300, null],
      ['web', 300, 100, 'db'],
    ]);
  });

  it('holds nobody responsible for a restart after a crash', () => {
    const story = new Story();
    const root = story.actor('root', null, { group: 'root' });
    const a = story.actor('a', root, { service: 'a' });
    becomes(story, a, 'running', null);
    const due = story.later(500).event(a, 'xstate.after.backoff.a', { source: a });
    becomes(story, a, 'stopped', due);
    const seen = story.event(root, 'xstate.snapshot.a', { source: a, cause: due });
    becomes(story, a, 'starting', story.event(a, 'start', { source: root, cause: seen }));
    becomes(story.later(80), a, 'running', null);
    expect(told(story)).toMatchObject([{ verb: 'start', tookMs: 80, runs: [['a', 0, 80, null]] }]);
  });
});
