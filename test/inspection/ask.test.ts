/** What could happen next, and what would: asked of a machine, with nothing touched. */
import { describe, expect, it } from 'vitest';
import {
  type ActorRef,
  type AnyActorRef,
  assign,
  createActor,
  emit,
  enqueueActions,
  fromCallback,
  log,
  raise,
  sendParent,
  sendTo,
  setup,
  spawnChild,
} from 'xstate';
import { createRecorder, nextEvents, whatIf } from '../../src/inspection/index.ts';
import { SimulatedKernel } from '../../src/kernel/simulated/index.ts';
import { guarded } from '../../src/runtime/guarded.ts';
import { restart, service } from '../support/specs.ts';
import { boot } from '../support/world.ts';

function running() {
  const kernel = new SimulatedKernel().script('web', { exitsAfterMs: 5_000, exitCode: 1 }, {});
  const world = boot([service('web', { restart: restart({ delayMs: 500 }) })], { kernel });
  const recorder = createRecorder();
  recorder.attach(world.root);
  world.start('web');
  world.advance(2_000);
  const web = recorder.baseline().actors.find(({ actor }) => actor.service === 'web');
  return { kernel, world, recorder, web: web?.actor.actor ?? -1 };
}

describe('what could come next', () => {
  it('is every event that the present state knows, and whether it would be taken', () => {
    const { recorder, web } = running();
    const next = recorder.next(web) ?? [];
    const of = (event: string) => next.filter((one) => one.event === event);
    expect(of('stop')).toEqual([
      {
        event: 'stop',
        edge: 'service.alive.running|stop|0',
        kind: 'event',
        guard: null,
        possible: true,
        target: 'service.alive.stopping',
      },
    ]);
    expect(of('reload')).toMatchObject([{ possible: false, guard: 'canReload' }]);
    // Its guard looks at how it exited.
    expect(of('process.exited').map(({ possible }) => possible)).toEqual([null, null, null]);
    expect(of('start')).toEqual([]);
  });

  it('does not say that what an inner state keeps from an outer one is possible', () => {
    const machine = setup({}).createMachine({
      initial: 'a',
      on: { go: '.b', other: '.b', 'w.*': '.b' },
      states: { a: { on: { go: {}, stay: 'a' } }, b: {} },
    });
    const next = nextEvents(createActor(machine).start().getSnapshot());
    expect(next.map(({ event, possible }) => `${event} ${possible}`)).toEqual([
      'go true',
      'stay true',
      'go false',
      'other true',
      'w.* true',
    ]);
  });

  it('is nothing where the actor has gone, and null where it is no machine', () => {
    const { recorder, world, web } = running();
    const process = recorder.baseline().actors.find(({ actor }) => actor.id === 'process');
    expect(recorder.next(process?.actor.actor ?? -1)).toBeNull();
    expect(recorder.next(9_999)).toBeNull();
    world.root.stop();
    expect(recorder.next(web)).toBeNull();
  });
});

describe('what would be', () => {
  it('is told without being done', () => {
    const { recorder, web, kernel, world } = running();
    const before = recorder.seq;
    const signals = kernel.history.signals.length;
    const answer = recorder.whatIf(web, { event: { type: 'stop' } });
    expect(answer).toMatchObject({
      possible: true,
      before: { alive: { running: 'healthy' } },
      after: { alive: { stopping: 'asking' } },
      edges: ['service.alive.running|stop|0'],
      actions: [
        'send ask to process',
        'raise xstate.after.stopWait.service.alive.stopping.asking in 5000 ms',
      ],
      error: null,
    });
    expect(answer?.contextAfter).toMatchObject({ stopStep: 0 });
    expect(recorder.seq).toBe(before);
    expect(kernel.history.signals.length).toBe(signals);
    expect(world.status('web')).toBe('running');
    world.advance(1_000);
    expect(world.status('web')).toBe('running');
  });

  it('can be asked of the root, whose step would start actors', () => {
    const { recorder, kernel, world } = running();
    const spawns = kernel.history.spawns.length;
    const answer = recorder.whatIf(0, { event: { type: 'unwant', payload: { names: ['web'] } } });
    expect(answer).toMatchObject({ possible: true, error: null, before: 'supervising' });
    expect(answer?.actions).toContain('send stop to web');
    expect(kernel.history.spawns.length).toBe(spawns);
    expect(world.status('web')).toBe('running');
  });

  it('carries the payload to guards and assigns', () => {
    const { recorder, web } = running();
    const exit = { exit: { code: 3, signal: null }, survivors: false, at: 9, chance: 0.5 };
    const answer = recorder.whatIf(web, { event: { type: 'process.exited', payload: exit } });
    expect(answer?.after).toBe('crashed');
    expect(answer?.contextAfter).toMatchObject({ failure: { kind: 'exited', exit: { code: 3 } } });
  });

  it('can be asked of a state of the past, for as long as that is kept', () => {
    const { recorder, world, web } = running();
    const past = recorder.baseline().actors.find(({ actor }) => actor.actor === web)?.state?.seq;
    world.stop('web');
    world.advance(10_000);
    const event = { type: 'kill' };
    expect(recorder.whatIf(web, { event })?.before).toBe('stopped');
    expect(recorder.whatIf(web, { event, from: past ?? -1 })).toMatchObject({
      before: { alive: { running: 'healthy' } },
      after: { alive: 'killing' },
    });
    expect(recorder.whatIf(web, { event, from: 1 })).toBeNull();
    expect(recorder.whatIf(0, { event, from: past ?? -1 })).toBeNull();
  });

  it('says that an event would be ignored', () => {
    const { recorder, web } = running();
    expect(recorder.whatIf(web, { event: { type: 'nonsense' } })).toMatchObject({
      possible: false,
      edges: [],
      actions: [],
      before: { alive: { running: 'healthy' } },
      after: { alive: { running: 'healthy' } },
    });
  });

  it('says what a machine would throw, guarded or not, and stops nobody’s children', () => {
    const calls: string[] = [];
    const config = setup({
      actors: {
        child: fromCallback(() => () => {
          calls.push('disposed');
        }),
      },
    }).createMachine({
      invoke: { id: 'child', src: 'child' },
      on: {
        boom: {
          actions: assign(() => {
            throw new Error('kaboom');
          }),
        },
      },
    });
    for (const machine of [config, guarded(config.provide({}))]) {
      const actor = createActor(machine).start();
      const answer = whatIf(actor.getSnapshot(), { type: 'boom' });
      expect(answer.error).toBe('Error: kaboom');
      expect(actor.getSnapshot().status).toBe('active');
      expect(actor.getSnapshot().children['child']?.getSnapshot().status).toBe('active');
      expect(calls).toEqual([]);
      actor.stop();
      calls.length = 0;
    }
  });

  it('executes no action, of whatever kind, and reaches nobody', () => {
    const calls: string[] = [];
    const child = setup({
      types: { input: {} as { readonly boss: AnyActorRef } },
      actors: {
        inner: fromCallback(() => {
          calls.push('inner started');
        }),
      },
      actions: {
        work: () => {
          calls.push('worked');
        },
      },
    }).createMachine({
      context: ({ input }) => ({ boss: input.boss, ref: null as ActorRef<never, never> | null }),
      initial: 'a',
      states: {
        a: { exit: 'work', on: { go: 'b' } },
        b: {
          entry: [
            'work',
            () => calls.push('inline'),
            sendParent({ type: 'told' }),
            sendTo(({ context }) => context['boss'] as AnyActorRef, { type: 'told' }),
            raise({ type: 'later' }, { delay: 1 }),
            log('logged'),
            emit({ type: 'emitted' } as never),
            spawnChild('inner', { id: 'one' }),
            assign(({ spawn }) => ({ ref: spawn('inner', { id: 'two' }) as never })),
            enqueueActions(({ enqueue, self }) => {
              self.send({ type: 'go' });
              enqueue(() => calls.push('enqueued'));
            }),
          ],
          invoke: { src: 'inner', id: 'three', systemId: 'three' },
        },
      },
    });
    const boss = setup({ actors: { child } }).createMachine({
      invoke: { id: 'child', src: 'child', input: ({ self }) => ({ boss: self }) },
      on: {
        told: {
          actions: () => {
            calls.push('told');
          },
        },
      },
    });
    const actor = createActor(boss, { logger: () => calls.push('logged') }).start();
    const recorder = createRecorder();
    recorder.attach(actor);
    const before = recorder.seq;
    const number = recorder.numberOf(actor.getSnapshot().children['child'] as AnyActorRef) ?? -1;
    const answer = recorder.whatIf(number, { event: { type: 'go' } });
    expect(answer?.error).toBeNull();
    expect(answer?.after).toBe('b');
    expect(answer?.actions).toEqual(expect.arrayContaining(['work', 'start one', 'emit emitted']));
    expect(calls).toEqual([]);
    expect(recorder.seq).toBe(before);
    expect(actor.system.get('three')).toBeUndefined();
    actor.stop();
  });
});
