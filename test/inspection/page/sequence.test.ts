/** The rows and columns of the sequence diagram. */
import { describe, expect, it } from 'vitest';
import { History } from '../../../inspector/model/history.ts';
import { columnsOf, type Place, Places } from '../../../inspector/sequence/columns.ts';
import { Filtered, type RowFilter } from '../../../inspector/sequence/filter.ts';
import { type Row, Rows, rowsUntil } from '../../../inspector/sequence/rows.ts';
import { Story } from './story.ts';

const everything: RowFilter = { about: null, withCauses: true, isQuiet: false, text: '' };

function rowsOf(story: Story): Rows {
  const rows = new Rows();
  rows.follow(story.history());
  return rows;
}

const types = (rows: Rows, filter: Partial<RowFilter> = {}) =>
  new Filtered(rows).show({ ...everything, ...filter }).map(({ record }) => record.event.type);

describe('the rows of a sequence', () => {
  it('tells of each event what became of it', () => {
    const story = new Story();
    const light = story.actor('light', null);
    const go = story.event(light, 'GO');
    story.step(light, go);
    story.state(light, 'green', go);
    const what = story.event(light, 'WHAT');
    story.step(light, what, []);
    story.state(light, 'green', what);
    const boom = story.event(light, 'BOOM');
    story.state(light, 'green', boom, { status: 'error', error: 'it threw' });
    story.event(light, 'LATE');
    expect(rowsOf(story).all.map(({ outcome, after }) => [outcome, after])).toEqual([
      ['taken', 'green'],
      ['ignored', 'green'],
      ['broke', 'green'],
      ['waiting', null],
    ]);
  });

  it('does not call ignored what led to an `always`', () => {
    const story = new Story();
    const light = story.actor('light', null);
    const go = story.event(light, 'GO');
    story.step(light, go, ['edge']);
    story.step(light, go, []);
    story.state(light, 'green', go);
    expect(rowsOf(story).all[0]?.outcome).toBe('taken');
  });

  it('learns what became of an event from records that come later', () => {
    const story = new Story();
    const light = story.actor('light', null);
    const go = story.event(light, 'GO');
    const history = story.history();
    const rows = new Rows();
    rows.follow(history);
    expect(rows.all[0]?.outcome).toBe('waiting');
    story.step(light, go);
    history.add({ next: 99, lost: 0, records: story.records });
    rows.follow(history);
    expect(rows.all.map(({ outcome }) => outcome)).toEqual(['taken']);
  });

  it('begins anew where the history did', () => {
    const story = new Story();
    const light = story.actor('light', null);
    story.event(light, 'ONE');
    const history = story.history();
    const rows = new Rows();
    rows.follow(history);
    history.begin({ seq: 10, at: 2_000, actors: [] });
    rows.follow(history);
    expect(rows.all).toEqual([]);
    history.add({
      next: 12,
      lost: 0,
      records: [
        {
          seq: 11,
          at: 2_001,
          kind: 'event',
          actor: 1,
          source: null,
          event: { type: 'TWO' },
          cause: null,
        },
      ],
    });
    rows.follow(history);
    expect(types(rows)).toEqual(['TWO']);
  });

  it('forgets what the history forgot', () => {
    const history = new History({ capacity: 100 });
    const story = new Story();
    const light = story.actor('light', null);
    for (let i = 0; i < 500; i += 1) story.later(1).event(light, `E${i}`);
    const rows = new Rows();
    history.begin({ seq: 0, at: 0, actors: [] });
    for (const record of story.records) {
      history.add({ next: record.seq + 1, lost: 0, records: [record] });
      rows.follow(history);
    }
    expect(rows.all.length).toBeLessThan(120);
    expect(rows.all.at(-1)?.record.event.type).toBe('E499');
  });

  it('shows one actor with what led to it, and leaves out the rest', () => {
    const story = new Story();
    const root = story.actor('root', null);
    const web = story.actor('web', root);
    const db = story.actor('db', root);
    const want = story.event(root, 'want');
    const startDb = story.event(db, 'start-db', { source: root, cause: want });
    const ready = story.event(root, 'ready', { source: db, cause: startDb });
    story.event(web, 'start-web', { source: root, cause: ready });
    story.event(db, 'other', { source: root });
    const rows = rowsOf(story);
    const about = (n: number) => n === web.actor;
    expect(types(rows, { about })).toEqual(['want', 'start-db', 'ready', 'start-web']);
    expect(types(rows, { about, withCauses: false })).toEqual(['start-web']);
    expect(types(rows, { text: 'START' })).toEqual(['start-db', 'start-web']);
  });

  it('takes what is no machine for having got what it was sent', () => {
    const story = new Story();
    const process = story.actor('process', null, { logic: 'callback' });
    story.event(process, 'launch');
    expect(rowsOf(story).all[0]?.outcome).toBe('taken');
  });

  it('finds the causes behind routine that it leaves out', () => {
    const story = new Story();
    const root = story.actor('root', null);
    const web = story.actor('web', root);
    const want = story.event(root, 'want');
    const born = story.event(web, 'xstate.init', { source: root, cause: want });
    story.event(root, 'ready', { source: web, cause: born });
    const about = (n: number) => n === web.actor;
    expect(types(rowsOf(story), { about, isQuiet: true })).toEqual(['want', 'ready']);
  });

  it('is quiet about what happens to everybody, but not about what changed something', () => {
    const story = new Story();
    const root = story.actor('root', null);
    story.event(root, 'xstate.init');
    const idle = story.event(root, 'xstate.snapshot.web');
    story.step(root, idle, []);
    const news = story.event(root, 'xstate.snapshot.web');
    story.step(root, news);
    const ignored = story.event(root, 'stop');
    story.step(root, ignored, []);
    expect(types(rowsOf(story), { isQuiet: true })).toEqual(['xstate.snapshot.web', 'stop']);
  });

  it('knows how many rows a moment leaves behind it', () => {
    const story = new Story();
    const root = story.actor('root', null);
    story.event(root, 'a');
    story.later(10).event(root, 'b');
    const shown = new Filtered(rowsOf(story)).show(everything);
    expect([999, 1_000, 1_009, 1_010].map((at) => rowsUntil(shown, at))).toEqual([0, 1, 1, 2]);
  });
});

describe('a filter that is kept up', () => {
  /** Records that come one after the other, sorted out each time: as all at once. */
  function compare(story: Story, filter: RowFilter): void {
    const history = new History();
    history.begin({ seq: 0, at: 0, actors: [] });
    const rows = new Rows();
    const filtered = new Filtered(rows);
    for (const record of story.records) {
      history.add({ next: record.seq, lost: 0, records: [record] });
      rows.follow(history);
      const fresh = new Rows();
      fresh.follow(history);
      const anew = new Filtered(fresh).show(filter);
      const kept = filtered.show(filter);
      expect(kept.map(({ record: { seq } }) => seq)).toEqual(
        anew.map(({ record: { seq } }) => seq),
      );
    }
    expect(filtered.round).toBe(1);
  }

  function busy(): { story: Story; web: number } {
    const story = new Story();
    const root = story.actor('root', null);
    const web = story.actor('web', root);
    const db = story.actor('db', root);
    for (let i = 0; i < 30; i += 1) {
      const want = story.later(1).event(root, `want ${i}`);
      const saw = story.event(root, 'xstate.snapshot.db', { source: db, cause: want });
      // Sometimes news, which is known only later; and a cause that lies further back.
      const other = story.event(db, 'noise', { source: root });
      story.step(root, saw, i % 3 === 0 ? ['edge'] : []);
      story.state(root, 'on', saw);
      if (i % 2 === 0) story.event(web, 'go', { source: root, cause: i % 4 === 0 ? saw : want });
      story.state(db, 'on', other);
    }
    return { story, web: web.actor };
  }

  it('shows what it would show if it were asked for the first time', () => {
    const { story, web } = busy();
    compare(story, everything);
    compare(story, { ...everything, isQuiet: true });
    compare(story, { ...everything, about: (n) => n === web, isQuiet: true });
    compare(story, { ...everything, about: (n) => n === web, withCauses: false });
    compare(story, { ...everything, text: 'go' });
  });
});

const actorsOf = (rows: readonly Row[]): readonly (number | null)[] =>
  rows.flatMap(({ record }) => [record.source, record.actor]);

describe('the columns of a sequence', () => {
  function scene() {
    const story = new Story();
    const root = story.actor('root', null);
    const web = story.actor('web', root, { service: 'web' });
    const db = story.actor('db', root, { service: 'db' });
    const first = story.actor('process', web);
    const second = story.actor('process', web);
    story.event(root, 'want');
    story.event(db, 'start', { source: root });
    story.event(web, 'start', { source: root });
    story.event(first, 'launch', { source: web });
    story.event(second, 'launch', { source: web });
    const history = story.history();
    const rows = actorsOf(rowsOf(story).all);
    const places = new Places((n) => history.actor(n));
    return { rows, places, root, web, db, first, second };
  }
  const never = () => false;

  it('puts parents before children, and whoever came first before the others', () => {
    const { rows, places } = scene();
    const { list } = columnsOf(rows, places, never);
    expect(list.map(({ name }) => name)).toEqual(['outside', 'root', 'web', 'process', 'db']);
  });

  it('draws an actor that was made anew where the one before it was', () => {
    const { rows, places, first, second } = scene();
    const columns = columnsOf(rows, places, never);
    expect(columns.at(first.actor)).toBe(columns.at(second.actor));
    expect(columns.list[columns.at(second.actor)]?.actor).toBe(second.actor);
  });

  it('draws what is in a collapsed one at its place', () => {
    const { rows, places, web, first, db } = scene();
    const columns = columnsOf(rows, places, (place: Place) => place.isService);
    expect(columns.list.map(({ name }) => name)).toEqual(['outside', 'root', 'web', 'db']);
    expect(columns.at(first.actor)).toBe(columns.at(web.actor));
    const [webColumn, dbColumn] = [web, db].map(({ actor }) => columns.list[columns.at(actor)]);
    expect([webColumn?.hasBelow, dbColumn?.hasBelow]).toEqual([true, false]);
  });

  it('has no column for outside where nothing came from there', () => {
    const { rows, places } = scene();
    const { list } = columnsOf(
      rows.filter((n) => n !== null),
      places,
      never,
    );
    expect(list[0]?.name).toBe('root');
  });
});
