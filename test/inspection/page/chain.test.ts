/** Why a state is as it is: the way back to the first cause, and its sentences. */
import { describe, expect, it } from 'vitest';
import { chainOf, enteredAt } from '../../../inspector/why/chain.ts';
import { sentenceOf, textOf } from '../../../inspector/why/sentences.ts';
import { brief, eventName, isIn, pathsOf } from '../../../inspector/why/words.ts';
import type { ActorRecord, EventRecord, StateRecord } from '../../../src/inspection/protocol.ts';
import { Story } from './story.ts';

function told(story: Story, state: StateRecord | null): readonly string[] {
  if (state === null) return [];
  const history = story.history();
  return chainOf(history, state).map((link) => {
    const sentence = sentenceOf(link, (n) => history.actor(n));
    return `${sentence.kind}: ${textOf(sentence)}`;
  });
}

/** A root with a service and its process actor, started by a command and running. */
function running(): {
  story: Story;
  root: ActorRecord;
  web: ActorRecord;
  process: ActorRecord;
} {
  const story = new Story();
  const root = story.actor('root', null);
  const web = story.actor('web', root, { service: 'web' });
  story.state(root, 'supervising', null);
  story.state(web, 'stopped', null);
  const want = story.later(50).event(root, 'want', { payload: { names: ['web'] } });
  const start = story.event(web, 'start', { source: root, cause: want });
  const process = story.actor('process', web, { logic: 'callback', cause: start.seq });
  story.state(web, { alive: 'launching' }, start);
  const launch = story.event(process, 'launch', { source: web, cause: start });
  const spawned = story.later(20).event(web, 'process.spawned', {
    source: process,
    cause: launch,
    payload: { identity: { pid: 7 } },
  });
  story.state(web, { alive: 'running' }, spawned);
  return { story, root, web, process };
}

describe('why', () => {
  it('leads from a running service back to the command that started it', () => {
    const { story, web } = running();
    expect(told(story, enteredAt(story.history(), web.actor, null))).toEqual([
      'state: web went from alive.launching to alive.running on process.spawned',
      'reported: web ▸ process reported process.spawned (pid 7), 20 ms after it was told launch',
      'sent: web told web ▸ process to launch when it was told start',
      'sent: root told web to start when it was told want (web)',
      'command: a command reached root: want (web)',
    ]);
  });

  it('ends at an exit that nobody asked for', () => {
    const { story, web, process } = running();
    const exited = story.later(500).event(web, 'process.exited', {
      source: process,
      payload: { exit: { code: 1, signal: null } },
    });
    const crashed = story.state(web, 'crashed', exited);
    expect(told(story, crashed)).toEqual([
      'state: web went from alive.running to crashed on process.exited',
      'exit: web ▸ process reported process.exited (exited with code 1), and nobody had asked it to leave',
    ]);
  });

  it('leads from an exit that was asked for to whoever asked', () => {
    const { story, root, web, process } = running();
    const unwant = story.later(100).event(root, 'unwant', { payload: { names: ['web'] } });
    const stop = story.event(web, 'stop', { source: root, cause: unwant });
    story.state(web, { alive: 'stopping' }, stop);
    story.event(process, 'ask', { source: web, cause: stop });
    const exited = story.later(312).event(web, 'process.exited', {
      source: process,
      payload: { exit: { code: null, signal: 'SIGTERM' } },
    });
    const stopped = story.state(web, 'stopped', exited);
    expect(told(story, stopped)).toEqual([
      'state: web went from alive.stopping to stopped on process.exited',
      'reported: web ▸ process reported process.exited (was ended by SIGTERM), 312 ms after it was told ask',
      'sent: web told web ▸ process to ask when it was told stop',
      'sent: root told web to stop when it was told unwant (web)',
      'command: a command reached root: unwant (web)',
    ]);
  });

  it('leads from a delay to what began it, and through what a supervisor saw', () => {
    const { story, root, web, process } = running();
    const exited = story.later(500).event(web, 'process.exited', {
      source: process,
      payload: { exit: { code: 1, signal: null } },
    });
    const saw = story.event(root, 'xstate.snapshot.web', { source: web, cause: exited });
    story.state(web, 'crashed', exited);
    const restart = story.event(web, 'restart', {
      source: root,
      cause: saw,
      payload: { delayMs: 1_000 },
    });
    story.state(root, 'supervising', saw);
    story.timer(web, 'xstate.after.backoff.service.backoff', 1_000);
    story.state(web, 'backoff', restart);
    const after = story
      .later(1_000)
      .event(web, 'xstate.after.backoff.service.backoff', { source: web });
    const stopped = story.state(web, 'stopped', after);
    expect(told(story, stopped)).toEqual([
      'state: web went from backoff to stopped on after backoff',
      'timer: the delay backoff of web ran out, 1 s after it began',
      'state: web went from crashed to backoff on restart',
      'sent: root told web to restart (in 1 s) because of what it saw of web',
      'state: web went from alive.running to crashed on process.exited',
      'exit: web ▸ process reported process.exited (exited with code 1), and nobody had asked it to leave',
    ]);
  });

  it('goes no further back than to a timer that was found armed', () => {
    const story = new Story();
    const town = story.actor('town', null);
    const light = story.actor('light', town);
    story.state(town, 'busy', null, { event: '' });
    story.state(light, 'green', null, { event: '' });
    story.timer(town, 'xstate.after.someTime.town.busy', 500);
    story.timer(light, 'xstate.after.green.light.green', 900);
    const ranOut = story
      .later(500)
      .event(town, 'xstate.after.someTime.town.busy', { source: town });
    const pressed = story.event(light, 'pressed', { source: town, cause: ranOut });
    story.state(light, 'green', pressed, { context: { waiting: 1 } });
    const after = story
      .later(400)
      .event(light, 'xstate.after.green.light.green', { source: light });
    const yellow = story.state(light, 'yellow', after);
    // What came later is the cause of nothing.
    story.state(town, 'shaken', story.later(10).event(town, 'bang'));
    expect(told(story, yellow)).toEqual([
      'state: light went from green to yellow on after green',
      'timer: the delay green of light ran out, 900 ms after it began',
      'state: light was in green when the recording began',
      'lost: what came before is not kept here any more',
    ]);
    const waiting = story.history().state(light.actor, 1_500)?.state ?? null;
    expect(told(story, waiting)).toEqual([
      'state: light stayed green on pressed',
      'sent: town told light to pressed when it was told after someTime',
      'timer: the delay someTime of town ran out, 500 ms after it began',
      'state: town was in busy when the recording began',
      'lost: what came before is not kept here any more',
    ]);
  });

  it('says that a probe was made for it, and by what', () => {
    const { story, web } = running();
    const spawned = story.records.findLast((one) => one.kind === 'event');
    const probe = story.actor('readiness', web, { logic: 'callback', cause: spawned?.seq ?? null });
    const passed = story.later(30).event(web, 'probe.passed', { source: probe });
    const state = story.state(web, { alive: 'ready' }, passed);
    expect(told(story, state)[1]).toBe(
      'reported: web ▸ readiness reported probe.passed, which it was made for when web was told process.spawned (pid 7)',
    );
    expect(told(story, state).at(-1)).toBe('command: a command reached root: want (web)');
  });

  it('passes over the birth of an actor to what it was made for', () => {
    const { story, web } = running();
    const spawned = story.records.findLast((one) => one.kind === 'event');
    const probe = story.actor('readiness', web, { logic: 'callback', cause: spawned?.seq ?? null });
    const init = story.event(probe, 'xstate.init', { source: web, cause: spawned as EventRecord });
    const passed = story.event(web, 'probe.passed', { source: probe, cause: init });
    const state = story.state(web, { alive: 'ready' }, passed);
    expect(told(story, state)[1]).toBe(
      'reported: web ▸ readiness reported probe.passed, which it was made for when web was told process.spawned (pid 7)',
    );
  });

  it('finds the step at which a state began, whatever happened in it since', () => {
    const { story, web, process } = running();
    const entered = story.records.at(-1);
    story.state(
      web,
      { alive: 'running' },
      story.later(5).event(web, 'probe.failed', { source: process }),
    );
    const history = story.history();
    expect(enteredAt(history, web.actor, null)).toBe(entered);
    expect(enteredAt(history, web.actor, null, 'alive')?.value).toEqual({ alive: 'launching' });
    expect(enteredAt(history, web.actor, null, 'alive.stopping')).toBeNull();
    expect(enteredAt(history, web.actor, null, 'alive.launching')?.value).toEqual({
      alive: 'launching',
    });
    expect(enteredAt(history, web.actor, 1_049)?.value).toBe('stopped');
  });

  it('leads from an actor that was stopped to the step of its parent', () => {
    const { story, web, process } = running();
    const exited = story.later(500).event(web, 'process.exited', { source: process });
    const gone = story.state(process, null, null, { event: 'xstate.stop', status: 'stopped' });
    story.state(web, 'crashed', exited);
    expect(told(story, gone)).toEqual([
      'state: web ▸ process was stopped',
      'state: web went from alive.running to crashed on process.exited',
      'exit: web ▸ process reported process.exited, and nobody had asked it to leave',
    ]);
  });

  it('takes the state with which the records begin, where there was none since', () => {
    const { story, web } = running();
    const old = story.history().state(web.actor, null);
    const later = story.history();
    later.begin({ seq: 100, at: 9_000, actors: old === null ? [] : [old] });
    expect(enteredAt(later, web.actor, null)?.value).toEqual({ alive: 'running' });
    expect(enteredAt(later, web.actor, 9_500)?.value).toEqual({ alive: 'running' });
  });

  it('says where the records end instead of guessing', () => {
    const story = new Story();
    const web = story.actor('web', null, { service: 'web' });
    const state = story.state(web, 'running', null);
    expect(told(story, state)).toEqual([
      'state: web began in running',
      'lost: what came before is not kept here any more',
    ]);
  });

  it('says what was found so, and did not begin so', () => {
    const story = new Story();
    const web = story.actor('web', null, { service: 'web' });
    const found = story.state(web, 'running', null, { event: '' });
    expect(told(story, found)[0]).toBe('state: web was in running when the recording began');
  });

  it('reads a journal, which knows who asked and not who sent', () => {
    const story = new Story();
    const root = story.actor('root', null);
    const web = story.actor('web', root, { service: 'web' });
    story.state(web, 'stopped', null);
    const start = story.event(web, 'start', { payload: { by: 'ops' } });
    story.state(web, 'starting', start);
    const spawned = story.event(web, 'process.spawned', { cause: start, payload: { pid: 7 } });
    expect(told(story, story.state(web, 'running', spawned))).toEqual([
      'state: web went from starting to running on process.spawned',
      'sent: web was told process.spawned (pid 7) after it was told start (ops)',
      'command: a command reached web: start (ops)',
    ]);
  });

  it('calls an event from nobody to another system just that', () => {
    const story = new Story();
    const light = story.actor('light', null);
    story.state(light, 'red', null);
    const state = story.state(light, 'green', story.event(light, 'GO'));
    expect(told(story, state)).toEqual([
      'state: light went from red to green on GO',
      'outside: from outside, light was sent GO',
    ]);
  });

  it('ends, also where two events name each other as their cause', () => {
    const story = new Story();
    const a = story.actor('a', null);
    const first = story.put({ kind: 'event', actor: 1, source: 1, event: { type: 'x' }, cause: 3 });
    const second = story.event(a, 'y', { source: a, cause: first as never });
    const state = story.state(a, 'on', second);
    expect(told(story, state).length).toBeLessThan(4);
  });
});

describe('the words', () => {
  it('keeps what is worth telling of a payload, and no more of it than a line holds', () => {
    expect(brief({ type: 'x' })).toBe('');
    const exit = { exit: { code: 1, signal: null }, reason: 'exited with code 1' };
    expect(brief({ type: 'x', payload: exit })).toBe('exited with code 1');
    expect(brief({ type: 'ask', payload: { step: { signal: 'SIGTERM', waitMs: 5 } } })).toBe(
      'SIGTERM',
    );
    expect(brief({ type: 'x', payload: { reason: 'a'.repeat(100) } })).toHaveLength(60);
    expect(brief({ type: 'x', payload: { names: ['a', 'b', 'c', 'd', 'e', 'f'] } })).toBe(
      'a, b, c, d and 2 more',
    );
  });

  it('shortens the names that XState gives', () => {
    expect(eventName('xstate.after.graceMs.service.stopping')).toBe('after graceMs');
    expect(eventName('xstate.after.1500.light.red')).toBe('after 1.5 s');
    expect(eventName('xstate.snapshot.web')).toBe('snapshot web');
    expect(eventName('probe.passed')).toBe('probe.passed');
  });

  it('knows which states a value holds', () => {
    expect(pathsOf({ alive: { running: 'healthy' } })).toEqual([
      'alive',
      'alive.running',
      'alive.running.healthy',
    ]);
    expect(pathsOf({ a: 'x', b: 'y' })).toEqual(['a', 'a.x', 'b', 'b.y']);
    expect(isIn({ alive: { running: 'healthy' } }, 'alive.running')).toBe(true);
    expect(isIn({ alive: { running: 'healthy' } }, 'alive.run')).toBe(false);
    expect(isIn({ a: 'x', b: { c: 'y' } }, 'b.c.y')).toBe(true);
    expect(isIn('constructor', 'toString')).toBe(false);
  });
});
