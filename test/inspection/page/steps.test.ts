/** Moving through time: by record, by macrostep, by what stands out. */
import { describe, expect, it } from 'vitest';
import { contextAfter, stepAt, stepsOf } from '../../../inspector/context/steps.ts';
import { Marks, placeMarks } from '../../../inspector/travel/marks.ts';
import { stepByRecord, stepByState } from '../../../inspector/travel/steps.ts';
import { Story } from './story.ts';

function scene() {
  const story = new Story();
  const root = story.actor('root', null);
  const web = story.actor('web', root, { service: 'web' });
  story.state(web, 'stopped', null, { context: { n: 0 } });
  story.later(10);
  const start = story.event(web, 'start', { source: root });
  story.state(web, 'running', start, { context: { n: 1 } });
  story.state(web, 'running', start);
  const exit = story.later(10).event(web, 'process.exited');
  story.state(web, 'crashed', exit, { context: { n: 2 }, tags: ['crashed'] });
  story.later(10).event(root, 'want');
  return { story, history: story.history(), root, web };
}

describe('a step through time', () => {
  it('goes to the next moment at which anything happened', () => {
    const { history } = scene();
    expect(stepByRecord(history, null, 'back')).toBe(1_020);
    expect(stepByRecord(history, 1_020, 'back')).toBe(1_010);
    expect(stepByRecord(history, 1_015, 'back')).toBe(1_010);
    expect(stepByRecord(history, 1_010, 'forward')).toBe(1_020);
    expect(stepByRecord(history, 1_030, 'forward')).toBeNull();
    expect(stepByRecord(history, 1_000, 'back')).toBeNull();
  });

  it('goes to the next macrostep of one actor, past what others did', () => {
    const { history, web } = scene();
    expect(stepByState(history, web.actor, null, 'back')).toBe(1_010);
    expect(stepByState(history, web.actor, 1_029, 'back')).toBe(1_010);
    expect(stepByState(history, web.actor, 1_010, 'back')).toBe(1_000);
    expect(stepByState(history, web.actor, 1_000, 'back')).toBeNull();
    expect(stepByState(history, web.actor, 1_000, 'forward')).toBe(1_010);
    expect(stepByState(history, web.actor, null, 'forward')).toBeNull();
  });
});

describe('the steps of an actor', () => {
  it('have the context of the step before where they say none', () => {
    const { history, web } = scene();
    const steps = stepsOf(history, web.actor);
    expect(steps.states.map((_, i) => contextAfter(steps, i))).toEqual([
      { n: 0 },
      { n: 1 },
      { n: 1 },
      { n: 2 },
    ]);
  });

  it('are found by the moment, and one of several in the same moment by its number', () => {
    const { history, web } = scene();
    const steps = stepsOf(history, web.actor);
    expect([null, 999, 1_005, 1_010, 5_000].map((at) => stepAt(steps, at))).toEqual([
      3, -1, 0, 2, 3,
    ]);
    const first = steps.states[1]?.seq ?? 0;
    expect(stepAt(steps, 1_010, first)).toBe(1);
    expect(stepAt(steps, 1_011, first)).toBe(2);
  });

  it('begin with how it stood when the records began', () => {
    const { story, history, web } = scene();
    const old = history.state(web.actor, null);
    const later = story.history();
    if (old === null) throw new Error('nobody there');
    later.begin({ seq: 100, at: 2_000, actors: [old] });
    const steps = stepsOf(later, web.actor);
    expect(steps.states).toHaveLength(1);
    expect(contextAfter(steps, 0)).toEqual({ n: 2 });
  });
});

describe('the marks', () => {
  it('are the crashes and the commands, each once', () => {
    const { story, history, web } = scene();
    const marks = new Marks();
    marks.follow(history);
    expect(marks.all.map(({ kind, at }) => `${kind} ${at}`)).toEqual(['bad 1020', 'command 1030']);
    const again = story.later(5).event(web, 'probe.failed');
    story.state(web, 'crashed', again, { tags: ['crashed'] });
    history.add({ next: 99, lost: 0, records: story.records });
    marks.follow(history);
    expect(marks.all).toHaveLength(2);
  });

  it('are also the commands of a journal, which reach a service and say who asked', () => {
    const story = new Story();
    const web = story.actor('web', story.actor('root', null));
    story.event(web, 'stop', { payload: { by: 'ops' } });
    story.event(web, 'process.signalled', { payload: { by: 'SIGTERM' } });
    const marks = new Marks();
    marks.follow(story.history());
    expect(marks.all.map(({ kind }) => kind)).toEqual(['command']);
  });

  it('share a place where they are many, and a crash is the one that is seen', () => {
    const marks = [
      { seq: 1, at: 0, kind: 'command' },
      { seq: 2, at: 1, kind: 'bad' },
      { seq: 3, at: 2, kind: 'command' },
      { seq: 4, at: 100, kind: 'command' },
    ] as const;
    expect([...placeMarks(marks, 0, 100, 10)]).toEqual([
      [0, 'bad'],
      [9, 'command'],
    ]);
  });
});
