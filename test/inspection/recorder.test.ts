/** What a recorder tells of a tree that runs on the simulated kernel, and of other machines. */
import { afterEach, describe, expect, it } from 'vitest';
import {
  assign,
  createActor,
  createMachine,
  fromCallback,
  fromPromise,
  sendTo,
  setup,
} from 'xstate';
import type {
  EventRecord,
  InspectionRecord,
  StateRecord,
  TimerRecord,
} from '../../src/inspection/index.ts';
import { createRecorder, type Recorder } from '../../src/inspection/index.ts';
import { SimulatedKernel } from '../../src/kernel/simulated/index.ts';
import { group, restart, service } from '../support/specs.ts';
import { boot } from '../support/world.ts';

const all = (recorder: Recorder, after = 0): readonly InspectionRecord[] =>
  recorder.since(after, Number.POSITIVE_INFINITY).records;

function only<K extends InspectionRecord['kind']>(
  records: readonly InspectionRecord[],
  kind: K,
): readonly Extract<InspectionRecord, { kind: K }>[] {
  return records.filter((one): one is Extract<InspectionRecord, { kind: K }> => one.kind === kind);
}

const numberOf = (recorder: Recorder, id: string): number =>
  recorder.baseline().actors.find(({ actor }) => actor.id === id)?.actor.actor ?? -1;

const turn = () => new Promise((resolve) => setImmediate(resolve));

function crashing() {
  const kernel = new SimulatedKernel().script('web', { exitsAfterMs: 3_000, exitCode: 7 }, {});
  const world = boot([service('web', { restart: restart({ delayMs: 500 }) })], { kernel });
  const recorder = createRecorder();
  const detach = recorder.attach(world.root);
  return { kernel, world, recorder, detach };
}

describe('the story of a crash', () => {
  it('is told in order, each record numbered one above the one before it', () => {
    const { world, recorder } = crashing();
    world.start('web');
    world.advance(6_000);
    const records = all(recorder);
    expect(records.map(({ seq }) => seq)).toEqual(records.map((_, i) => i + 1));
    const times = records.map(({ at }) => at);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    const web = numberOf(recorder, 'web');
    const values = only(records, 'state')
      .filter(({ actor }) => actor === web)
      .map(({ tags }) => tags?.[0]);
    expect(values.filter((tag, i) => tag !== values[i - 1])).toEqual([
      'stopped',
      'starting',
      'running',
      'crashed',
      'backoff',
      'stopped',
      'starting',
      'running',
    ]);
  });

  it('leads from the second start back to the exit, over the verdict and the timer', () => {
    const { world, recorder } = crashing();
    world.start('web');
    world.advance(6_000);
    const records = all(recorder);
    const events = new Map(only(records, 'event').map((event) => [event.seq, event]));
    const starts = only(records, 'event').filter(({ event }) => event.type === 'start');
    const chain: string[] = [];
    for (let one = starts[1]; one !== undefined; one = events.get(one.cause ?? -1)) {
      chain.push(one.event.type);
    }
    expect(chain).toEqual([
      'start',
      'xstate.snapshot.web',
      'xstate.after.backoff.service.backoff',
      'restart',
      'xstate.snapshot.web',
      'process.exited',
    ]);
  });

  it('says of each step, action and state which event it was done for', () => {
    const { world, recorder } = crashing();
    world.start('web');
    world.advance(6_000);
    const records = all(recorder);
    const events = new Map(only(records, 'event').map((event) => [event.seq, event]));
    for (const record of records) {
      if (record.kind === 'action')
        expect(events.get(record.handles ?? -1)?.actor).toBe(record.actor);
      if (record.kind === 'state' && record.event !== '' && record.event !== 'xstate.stop') {
        expect(events.get(record.handles ?? -1)?.event.type).toBe(record.event);
      }
      if (record.kind === 'step')
        expect(events.get(record.handles ?? -1)?.actor).toBe(record.actor);
    }
    const exit = only(records, 'step').filter(({ event }) => event === 'process.exited');
    expect(exit.map(({ edges }) => edges)).toEqual([
      ['service.alive.running|process.exited|3'],
      ['service.alive.leaving||1'],
      ['service.ended||0'],
    ]);
    expect(new Set(exit.map(({ handles }) => handles)).size).toBe(1);
  });

  it('names edges that its definition has', () => {
    const { world, recorder } = crashing();
    world.start('web');
    world.advance(6_000);
    world.stop('web');
    world.advance(6_000);
    const known = recorder.definitions().flatMap(({ edges }) => edges.map(({ id }) => id));
    const named = only(all(recorder), 'step').flatMap(({ edges }) => edges);
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((edge) => !known.includes(edge))).toEqual([]);
    expect(new Set(known).size).toBe(known.length);
  });

  it('says that an event was ignored', () => {
    const { recorder } = crashing();
    const web = numberOf(recorder, 'web');
    const before = recorder.seq;
    recorder.actor(web)?.send({ type: 'process.signalled' });
    const [event, step] = all(recorder, before).filter(({ actor }) => actor === web);
    expect(event).toMatchObject({ kind: 'event', event: { type: 'process.signalled' } });
    expect(step).toMatchObject({ kind: 'step', edges: [], handles: event?.seq });
    const states = only(all(recorder, before), 'state');
    expect(states).toEqual([]);
  });

  it('knows that what was sent before a start is handled after it', () => {
    const machine = createMachine({
      initial: 'a',
      states: { a: { on: { early: 'b' } }, b: { entry: () => {} } },
    });
    const recorder = createRecorder();
    const actor = createActor(machine, { inspect: recorder.observe });
    actor.send({ type: 'early' });
    actor.start();
    const records = all(recorder);
    const events = new Map(only(records, 'event').map(({ seq, event }) => [seq, event.type]));
    const handled = records.flatMap((one) =>
      'handles' in one ? [`${one.kind} ${events.get(one.handles ?? -1)}`] : [],
    );
    expect(handled).toEqual(['state xstate.init', 'action early', 'step early', 'state early']);
  });

  it('tells which actor is a service, which a group, and who made whom for what', () => {
    const kernel = new SimulatedKernel();
    const world = boot(
      { ...group('root', [group('back', [service('db')])]), onExceeded: 'isolate' },
      { kernel },
    );
    const recorder = createRecorder();
    recorder.attach(world.root);
    world.start('db');
    world.root.send({ type: 'start' });
    world.advance(5_000);
    const actors = only(all(recorder), 'actor');
    const [root, back, db, process] = actors;
    expect(root).toMatchObject({ group: 'root', service: null, parent: null, logic: 'machine' });
    expect(back).toMatchObject({
      group: 'back',
      parent: root?.actor,
      definition: root?.definition,
    });
    expect(db).toMatchObject({ service: 'db', group: null, parent: back?.actor });
    expect(process).toMatchObject({ id: 'process', logic: 'callback', definition: null });
    const made = all(recorder).find(({ seq }) => seq === process?.cause) as EventRecord;
    expect(made).toMatchObject({ actor: db?.actor, event: { type: 'start' } });
  });
});

describe('timers', () => {
  it('are told when they are armed and when they are disarmed, with their edges', () => {
    const { world, recorder } = crashing();
    world.start('web');
    world.advance(3_100);
    const web = numberOf(recorder, 'web');
    const armed = recorder.baseline().actors.find(({ actor }) => actor.actor === web)?.timers;
    expect(armed).toMatchObject([{ timer: 'xstate.after.backoff.service.backoff', delayMs: 500 }]);
    expect(armed?.[0]?.edges).toEqual(['service.backoff|xstate.after.backoff.service.backoff|4']);
    world.stop('web');
    const last = only(all(recorder), 'timer').at(-1) as TimerRecord;
    expect(last).toMatchObject({ timer: 'xstate.after.backoff.service.backoff', delayMs: null });
    const after = recorder.baseline().actors.find(({ actor }) => actor.actor === web)?.timers;
    expect(after).toEqual([]);
  });

  it('are over when they were due, without being disarmed', () => {
    const { world, recorder } = crashing();
    world.start('web');
    world.advance(2_000);
    expect(recorder.baseline().actors.flatMap(({ timers }) => timers)).toEqual([]);
    const timers = only(all(recorder), 'timer');
    expect(timers.map(({ delayMs }) => delayMs)).toEqual([1_000]);
  });

  it('that were armed before anybody listened are found', () => {
    const { world } = crashing();
    world.start('web');
    world.advance(100);
    const late = createRecorder();
    late.attach(world.root);
    const [timer] = late.baseline().actors.flatMap(({ timers }) => timers);
    expect(timer?.timer).toContain('xstate.after.settle');
    expect(timer?.delayMs).toBeGreaterThan(0);
    world.advance(2_000);
    expect(late.baseline().actors.flatMap(({ timers }) => timers)).toEqual([]);
  });
});

describe('the ring', () => {
  const counter = createMachine({
    context: { count: 0 },
    on: { tick: { actions: assign({ count: ({ context }) => context.count + 1 }) } },
  });

  it('drops exactly what it has no room for, and says so', () => {
    const recorder = createRecorder({ capacity: 100 });
    const actor = createActor(counter, { inspect: recorder.observe });
    actor.start();
    for (let n = 0; n < 1_000; n += 1) actor.send({ type: 'tick' });
    // The actor, its init and its first state; then an event, a step and a state for each.
    expect(recorder.seq).toBe(3 + 3 * 1_000);
    expect(recorder.dropped).toBe(recorder.seq - 100);
    const { lost, records, next } = recorder.since(0, 30);
    expect(lost).toBe(recorder.dropped);
    expect(records.map(({ seq }) => seq)).toEqual(
      Array.from({ length: 30 }, (_, i) => recorder.dropped + 1 + i),
    );
    expect(next).toBe(recorder.dropped + 30);
    expect(recorder.since(next, 1_000)).toMatchObject({ lost: 0, next: recorder.seq });
    expect(recorder.since(recorder.seq)).toEqual({ next: recorder.seq, lost: 0, records: [] });
  });

  it('knows how things stood at any time that it still has', () => {
    let now = 1_000;
    const recorder = createRecorder({ capacity: 50, now: () => now });
    const actor = createActor(counter, { inspect: recorder.observe });
    actor.start();
    for (let n = 1; n <= 100; n += 1) {
      now += 10;
      actor.send({ type: 'tick' });
    }
    const context = (at: number) => recorder.baselineAt(at).actors[0]?.state?.context;
    expect(context(now + 1)).toEqual({ count: 100 });
    expect(context(now - 50)).toEqual({ count: 94 });
    // Older than the ring: as early as is known.
    const oldest = recorder.since(0, 1).records[0] as EventRecord;
    const earliest = context(0) as { readonly count: number };
    expect(earliest.count).toBe(100 - Math.ceil((recorder.seq - oldest.seq) / 3));
  });

  it('tells a context once, and again to whoever begins later', () => {
    const recorder = createRecorder();
    const machine = createMachine({
      context: { color: 'blue' },
      initial: 'a',
      states: { a: { on: { go: 'b' } }, b: {} },
    });
    const actor = createActor(machine, { inspect: recorder.observe }).start();
    actor.send({ type: 'go' });
    const states = only(all(recorder), 'state');
    expect(states.map((state) => 'context' in state)).toEqual([true, false]);
    expect(recorder.baseline().actors[0]?.state).toMatchObject({
      value: 'b',
      context: { color: 'blue' },
    });
  });

  it('calls a listener once for all that a turn brings', async () => {
    const recorder = createRecorder();
    const actor = createActor(counter, { inspect: recorder.observe }).start();
    await turn();
    let calls = 0;
    const stop = recorder.onRecords(() => {
      calls += 1;
    });
    for (let n = 0; n < 50; n += 1) actor.send({ type: 'tick' });
    await turn();
    expect(calls).toBe(1);
    actor.send({ type: 'tick' });
    await turn();
    expect(calls).toBe(2);
    stop();
    actor.send({ type: 'tick' });
    await turn();
    expect(calls).toBe(2);
  });
});

describe('attaching', () => {
  it('takes in what lives already, each actor once', () => {
    const count = 1_000;
    const kernel = new SimulatedKernel({ pids: { first: 300, last: 100_000 } });
    const names = Array.from({ length: count }, (_, n) => `s${n}`);
    const world = boot(
      names.map((name) => service(name)),
      { kernel },
    );
    world.start('s7');
    const recorder = createRecorder();
    recorder.attach(world.root);
    // The root, each service and the one process: an actor and a state of each, and a timer.
    expect(recorder.seq).toBe(2 * (2 + count) + 1);
    expect(recorder.definitions().length).toBe(2);
    expect(recorder.baseline().actors.length).toBe(2 + count);
    const before = recorder.seq;
    world.stop('s7');
    const touched = new Set(all(recorder, before).map(({ actor }) => actor));
    expect(touched.size).toBe(3);
  }, 60_000);

  it('finds all of that at one moment, however long it takes', () => {
    const child = createMachine({ initial: 'a', states: { a: { after: { 60000: 'a' } } } });
    const children = ['one', 'two'].map((id) => ({ id, src: child }));
    const actor = createActor(createMachine({ invoke: children })).start();
    const recorder = createRecorder();
    recorder.attach(actor);
    const found = all(recorder);
    expect(found.length).toBe(8);
    expect(new Set(found.map(({ at }) => at)).size).toBe(1);
    actor.stop();
  });

  it('leaves nothing behind when it is undone', () => {
    const { world, recorder, detach } = crashing();
    const observers = (world.root as unknown as { observers: ReadonlySet<unknown> }).observers;
    const { size } = observers;
    detach();
    detach();
    expect(observers.size).toBe(size - 1);
    const before = recorder.seq;
    world.start('web');
    world.advance(10_000);
    expect(recorder.seq).toBe(before);
    expect(recorder.baseline().actors).toEqual([]);
  });

  it('can be done again, and finds everything as it is then', () => {
    const { world, recorder, detach } = crashing();
    const web = numberOf(recorder, 'web');
    detach();
    world.start('web');
    world.advance(2_000);
    recorder.attach(world.root);
    const again = recorder.baseline().actors.find(({ actor }) => actor.id === 'web');
    expect(again?.actor.actor).toBe(web);
    expect(again?.state?.tags).toEqual(['running']);
    const before = recorder.seq;
    world.stop('web');
    const event = only(all(recorder, before), 'event').find(({ actor }) => actor === web);
    expect(event?.event.type).toBe('stop');
  });

  it('hears nothing twice, also where it was there from the first moment on', () => {
    const machine = createMachine({ on: { tick: {} } });
    const recorder = createRecorder();
    const actor = createActor(machine, { inspect: recorder.observe }).start();
    recorder.attach(actor);
    const before = recorder.seq;
    actor.send({ type: 'tick' });
    expect(all(recorder, before).map(({ kind }) => kind)).toEqual(['event', 'step']);
  });

  it('forgets an actor that was made and stopped in one step', () => {
    const machine = createMachine({
      initial: 'idle',
      states: {
        idle: { on: { go: 'passing' } },
        passing: { invoke: { id: 'brief', src: fromCallback(() => {}) }, always: 'idle' },
      },
    });
    const recorder = createRecorder();
    const actor = createActor(machine, { inspect: recorder.observe }).start();
    for (let n = 0; n < 20; n += 1) actor.send({ type: 'go' });
    expect(recorder.baseline().actors.map(({ actor: { id } }) => id)).toEqual([actor.id]);
    const made = only(all(recorder), 'actor').filter(({ id }) => id === 'brief');
    expect(made.length).toBe(20);
  });
});

describe('an actor that throws', () => {
  const unhandled: unknown[] = [];
  const catching = (error: unknown) => unhandled.push(error);
  const others = process.listeners('uncaughtException');
  const listen = () => {
    unhandled.length = 0;
    process.removeAllListeners('uncaughtException');
    process.on('uncaughtException', catching);
  };
  afterEach(() => {
    process.removeAllListeners('uncaughtException');
    for (const other of others) process.on('uncaughtException', other);
  });

  const bomb = createMachine({
    on: {
      boom: {
        actions: () => {
          throw new Error('kaboom, token=abc');
        },
      },
    },
  });
  const house = setup({ actors: { bomb } }).createMachine({
    invoke: { id: 'bomb', src: 'bomb', onError: '.calm' },
    initial: 'tense',
    on: { boom: { actions: sendTo('bomb', { type: 'boom' }) } },
    states: { tense: {}, calm: {} },
  });

  it('is seen to, also one that XState says nothing of', () => {
    const recorder = createRecorder();
    const actor = createActor(house, { inspect: recorder.observe }).start();
    actor.send({ type: 'boom' });
    const records = all(recorder);
    const failed = only(records, 'state').filter(({ status }) => status === 'error');
    expect(failed).toMatchObject([{ error: 'Error: kaboom, token=(hidden)', event: 'boom' }]);
    const told = only(records, 'event').find(({ event }) => event.type.startsWith('xstate.error'));
    expect(told).toMatchObject({ source: failed[0]?.actor, cause: failed[0]?.handles });
    expect(recorder.baseline().actors.map(({ state }) => state?.value)).toEqual(['calm']);
  });

  it('is told of once, where it is guarded', () => {
    const throwing = () => {
      throw new Error('no process today');
    };
    const world = boot([service('web')], {
      actors: () => ({ process: fromCallback(throwing) as never }),
    });
    const recorder = createRecorder();
    recorder.attach(world.root);
    world.start('web');
    const failed = only(all(recorder), 'state').filter(({ status }) => status === 'error');
    const webs = only(all(recorder), 'actor').filter(({ service: name }) => name === 'web');
    expect(failed.filter(({ actor }) => actor === webs[0]?.actor)).toHaveLength(1);
  });

  it('is told of when it is the root, and is reported as if nobody had listened', async () => {
    listen();
    const recorder = createRecorder();
    const actor = createActor(bomb, { inspect: recorder.observe }).start();
    actor.send({ type: 'boom' });
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(unhandled.map(String)).toEqual(['Error: kaboom, token=abc']);
    const [state] = recorder.baseline().actors.map((one) => one.state as StateRecord);
    expect(state).toMatchObject({ status: 'error', error: 'Error: kaboom, token=(hidden)' });
    expect(recorder.actor(0)).toBeNull();
    expect(recorder.next(0)?.every(({ possible }) => possible === false)).toBe(true);
  });

  it('is not reported where somebody handles it', async () => {
    listen();
    const recorder = createRecorder();
    const errors: unknown[] = [];
    const actor = createActor(bomb).start();
    actor.subscribe({ error: (error) => errors.push(error) });
    recorder.attach(actor);
    actor.send({ type: 'boom' });
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(unhandled).toEqual([]);
    expect(errors).toHaveLength(1);
    expect(recorder.baseline().actors[0]?.state?.status).toBe('error');
  });
});

describe('trouble in the recorder', () => {
  it('never reaches an actor', () => {
    const hostile = new Proxy(
      { type: 'tick' },
      {
        get(target, key) {
          if (key === 'type') return Reflect.get(target, key);
          throw new Error('do not touch');
        },
        ownKeys() {
          throw new Error('do not look');
        },
      },
    );
    const recorder = createRecorder();
    const machine = createMachine({
      context: { count: 0 },
      on: { tick: { actions: assign({ count: ({ context }) => context.count + 1 }) } },
    });
    const actor = createActor(machine, { inspect: recorder.observe }).start();
    actor.send(hostile);
    actor.send({ type: 'tick' });
    expect(actor.getSnapshot().context.count).toBe(2);
    const records = all(recorder);
    expect(records.map(({ seq }) => seq)).toEqual(records.map((_, i) => i + 1));
    expect(recorder.failures).toBe(1);
  });

  it('is counted, where a clock or a listener throws', async () => {
    let isBroken = false;
    const recorder = createRecorder({
      now: () => {
        if (isBroken) throw new Error('no time');
        return 1;
      },
    });
    const actor = createActor(createMachine({ on: { tick: {} } }), { inspect: recorder.observe });
    actor.start();
    await turn();
    recorder.onRecords(() => {
      throw new Error('not today');
    });
    const before = recorder.seq;
    isBroken = true;
    actor.send({ type: 'tick' });
    actor.send({ type: 'tick' });
    isBroken = false;
    expect(recorder.seq).toBe(before);
    expect(recorder.failures).toBe(4);
    await turn();
    expect(recorder.failures).toBe(5);
    expect(actor.getSnapshot().status).toBe('active');
  });
});

describe('other machines than ours', () => {
  it('are told of with their kinds of logic, and parallel states', async () => {
    const machine = setup({
      actors: { load: fromPromise(() => Promise.resolve(42)), tick: fromCallback(() => {}) },
    }).createMachine({
      id: 'app',
      type: 'parallel',
      states: {
        data: {
          initial: 'loading',
          states: { loading: { invoke: { id: 'load', src: 'load', onDone: 'ready' } }, ready: {} },
        },
        clock: { invoke: { id: 'tick', src: 'tick' } },
      },
    });
    const recorder = createRecorder();
    createActor(machine, { id: 'app', inspect: recorder.observe }).start();
    await turn();
    const actors = only(all(recorder), 'actor');
    expect(actors.map(({ id, logic }) => `${id} ${logic}`)).toEqual([
      'app machine',
      'load promise',
      'tick callback',
    ]);
    const state = recorder.baseline().actors[0]?.state;
    expect(state?.value).toEqual({ data: 'ready', clock: {} });
    const [definition] = recorder.definitions();
    expect(definition?.nodes.map(({ id, kind }) => `${id} ${kind}`)).toEqual([
      'app parallel',
      'app.data compound',
      'app.data.loading atomic',
      'app.data.ready atomic',
      'app.clock atomic',
    ]);
    expect(definition?.edges).toMatchObject([{ kind: 'done', label: 'done load' }]);
    recorder.close();
  });
});
