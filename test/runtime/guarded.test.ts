/** What `guarded.ts` relies on in XState, whose version is pinned for that. */
import { describe, expect, it } from 'vitest';
import { type AnyActorRef, createActor, fromCallback, setup, stopChild } from 'xstate';
import { VirtualClock } from '../../src/kernel/simulated/index.ts';
import { guarded, indexTimers, provided } from '../../src/runtime/guarded.ts';

function family(count: number, disposed: string[]) {
  const member = fromCallback<{ type: string }, { id: string }>(
    ({ input }) =>
      () =>
        void disposed.push(input.id),
  );
  return setup({
    types: { events: {} as { type: 'break' } | { type: 'end'; id: string } },
    actors: { member },
    actions: {
      blowUp: () => {
        throw new Error('a defect');
      },
    },
  }).createMachine({
    initial: 'alive',
    states: {
      alive: {
        invoke: Array.from({ length: count }, (_, n) => ({
          id: `m${n}`,
          src: 'member' as const,
          input: { id: `m${n}` },
        })),
        on: { break: { actions: 'blowUp' }, end: { actions: stopChild(({ event }) => event.id) } },
      },
    },
  });
}

describe('a machine that is provided with more', () => {
  const machine = setup({ actions: { tell: () => {}, keep: () => {} } }).createMachine({
    initial: 'here',
    states: { here: { on: { go: { target: 'there', actions: ['tell', 'keep'] } } }, there: {} },
  });

  it('shares the states of its chart, and does what it was given and what it had', () => {
    const told: string[] = [];
    const one = provided(machine, { actions: { tell: () => told.push('one') } });
    const other = provided(one, { actions: { keep: () => told.push('other') } });
    expect(other.root).toBe(machine.root);
    for (const each of [machine, one, other]) {
      const actor = createActor(each).start();
      actor.send({ type: 'go' });
      expect(actor.getSnapshot().value).toBe('there');
      actor.stop();
    }
    expect(told).toEqual(['one', 'one', 'other']);
  });
});

describe('a guarded machine', () => {
  it('that throws stops its children, and shows the error', () => {
    const disposed: string[] = [];
    const actor = createActor(guarded(family(3, disposed)));
    const errors: unknown[] = [];
    actor.subscribe({ error: (error) => errors.push(error) });
    actor.start();
    actor.send({ type: 'break' });
    expect(disposed).toEqual(['m0', 'm1', 'm2']);
    expect(errors).toEqual([new Error('a defect')]);
    expect(actor.getSnapshot()).toMatchObject({ status: 'error' });
  });

  it('still shows the children that it had, for their knowledge to be read off', () => {
    const actor = createActor(guarded(family(2, [])));
    actor.subscribe({ error: () => {} });
    actor.start();
    actor.send({ type: 'break' });
    expect(Object.keys(actor.getSnapshot().children)).toEqual(['m0', 'm1']);
  });

  it('does what any machine does, as long as it does not throw', () => {
    const disposed: string[] = [];
    const actor = createActor(guarded(family(2, disposed))).start();
    actor.send({ type: 'end', id: 'm0' });
    expect(disposed).toEqual(['m0']);
    expect(Object.keys(actor.getSnapshot().children)).toEqual(['m1']);
  });

  it('is needed: an unguarded one leaves them running, where no stop reaches them', () => {
    const disposed: string[] = [];
    const actor = createActor(family(3, disposed));
    actor.subscribe({ error: () => {} });
    actor.start();
    actor.send({ type: 'break' });
    actor.stop();
    expect(disposed).toEqual([]);
  });

  it('that is stopped stops each of a thousand children once, and copies no list of them', () => {
    const disposed: string[] = [];
    const actor = createActor(guarded(family(1_000, disposed))).start();
    const { children } = actor.getSnapshot();
    actor.stop();
    expect(new Set(disposed).size).toBe(1_000);
    expect(disposed).toHaveLength(1_000);
    expect(actor.getSnapshot().children).toBe(children);
    expect(actor.getSnapshot().status).toBe('stopped');
  });
});

describe('indexed timers', () => {
  const sleeper = setup({}).createMachine({ after: { 1000: {} } });
  const dormitory = (count: number) => {
    const clock = new VirtualClock();
    const machine = setup({
      types: { events: {} as { type: 'end'; id: string } },
      actors: { sleeper },
    }).createMachine({
      invoke: Array.from({ length: count }, (_, n) => ({ id: `s${n}`, src: 'sleeper' as const })),
      on: { end: { actions: stopChild(({ event }) => event.id) } },
    });
    return { clock, actor: indexTimers(createActor(machine, { clock })).start() };
  };

  it('are cancelled with the actor that set them, and no others', () => {
    const { clock, actor } = dormitory(10);
    expect(clock.pending()).toBe(10);
    actor.send({ type: 'end', id: 's3' });
    expect(clock.pending()).toBe(9);
    actor.stop();
    expect(clock.pending()).toBe(0);
  });

  it('are looked at only as far as the actor that stops has any', () => {
    const { actor } = dormitory(100);
    const scheduler = actor.system.scheduler as unknown as {
      cancel: (source: AnyActorRef, id: string) => void;
    };
    let looked = 0;
    const { cancel } = scheduler;
    scheduler.cancel = (source, id) => {
      looked += 1;
      cancel(source, id);
    };
    actor.send({ type: 'end', id: 's3' });
    expect(looked).toBeLessThanOrEqual(1);
  });
});
