/** Our `enqueueActions` does what XState's does, for the actions that our charts enqueue. */

import { expect, it } from 'vitest';
import { createActor, enqueueActions as enqueueActionsOfXState, fromCallback, setup } from 'xstate';
import { enqueueActions } from '../../src/machines/enqueue.ts';

interface Heard {
  readonly type: string;
  readonly by?: number;
}

const machineWith = (enqueuing: typeof enqueueActions, heard: Heard[]) =>
  setup({
    types: { context: {} as { count: number }, events: {} as { type: 'add'; by: number } },
    actors: {
      child: fromCallback<Heard, undefined, Heard>(({ receive }) => {
        receive((event) => heard.push(event));
        return () => heard.push({ type: 'left' });
      }),
    },
  }).createMachine({
    context: { count: 0 },
    entry: enqueuing(({ enqueue }) => {
      enqueue.spawnChild('child', { id: 'first' });
      enqueue.spawnChild('child', { id: 'second' });
    }),
    on: {
      add: {
        actions: enqueuing(({ context, event, enqueue, self }) => {
          if (event.by === 0) return;
          enqueue.assign({ count: context.count + event.by });
          enqueue.sendTo('first', { type: 'told', by: event.by });
          enqueue.sendTo(({ context }) => (context.count > 2 ? 'second' : 'first'), event);
          if (event.by > 2) enqueue.stopChild('second');
          heard.push({ type: `at ${self.getSnapshot().context.count}` });
        }),
      },
    },
  });

it('enqueues the same in the same order, and nothing where there is nothing', () => {
  const stories = [enqueueActions, enqueueActionsOfXState].map((one) => {
    const heard: Heard[] = [];
    const actor = createActor(machineWith(one, heard)).start();
    for (const by of [1, 0, 3]) actor.send({ type: 'add', by });
    const { context, children } = actor.getSnapshot();
    return { heard, context, children: Object.keys(children) };
  });
  const [ours, theirs] = stories;
  expect(ours).toEqual(theirs);
  expect(ours?.context).toEqual({ count: 4 });
  expect(ours?.children).toEqual(['first']);
  expect(ours?.heard).toEqual([
    { type: 'at 0' },
    { type: 'told', by: 1 },
    { type: 'add', by: 1 },
    { type: 'at 1' },
    { type: 'told', by: 3 },
    { type: 'add', by: 3 },
    { type: 'left' },
  ]);
});

it('makes no new snapshot where nothing is enqueued', () => {
  const actor = createActor(machineWith(enqueueActions, [])).start();
  const before = actor.getSnapshot().context;
  actor.send({ type: 'add', by: 0 });
  expect(actor.getSnapshot().context).toBe(before);
});
