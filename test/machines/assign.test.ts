/** Our `assign` does what XState's does, except for how it copies. */

import { expect, it } from 'vitest';
import { assign as assignOfXState, createActor, setup } from 'xstate';
import { assign } from '../../src/machines/assign.ts';

const machineWith = (assignment: typeof assign) =>
  setup({
    types: {
      context: {} as { count: number; name: string; kept: readonly number[] },
      events: {} as { type: 'add'; by: number } | { type: 'name'; name: string },
    },
  }).createMachine({
    context: { count: 1, name: 'none', kept: [1] },
    initial: 'one',
    entry: assignment({ name: 'entered' }),
    on: {
      add: {
        target: '.two',
        actions: assignment({ count: ({ context, event }) => context.count + event.by }),
      },
      name: { actions: assignment(({ event }) => ({ name: event.name })) },
    },
    states: { one: { tags: 'first' }, two: { tags: 'second' } },
  });

it('changes what it is told to, and nothing else of a snapshot', () => {
  const actors = [assign, assignOfXState].map((one) => createActor(machineWith(one)).start());
  for (const actor of actors) {
    actor.send({ type: 'add', by: 2 });
    actor.send({ type: 'name', name: 'given' });
  }
  const [ours, theirs] = actors.map((actor) => actor.getSnapshot());
  expect(ours?.context).toEqual({ count: 3, name: 'given', kept: [1] });
  expect(JSON.stringify(ours)).toBe(JSON.stringify(theirs));
  expect(Object.keys(ours ?? {})).toEqual(Object.keys(theirs ?? {}));
  expect([...(ours?.tags ?? [])]).toEqual(['second']);
  expect(ours?.matches('two')).toBe(true);
  expect(ours?.can({ type: 'add', by: 1 })).toBe(true);
});
