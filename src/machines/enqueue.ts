/**
 * XState's `enqueueActions`, for a machine that mostly has nothing to enqueue: at each step
 * XState makes a dozen functions before it asks. Here they are methods, of those actions that
 * our charts enqueue. `test/machines/enqueue.test.ts` holds what is relied on.
 */
import {
  assign,
  enqueueActions as enqueueActionsOfXState,
  sendTo,
  spawnChild,
  stopChild,
} from 'xstate';

interface Scope {
  readonly self: unknown;
  readonly system: unknown;
}
interface Arguments {
  readonly context: unknown;
  readonly event: unknown;
}
interface EnqueueAction {
  readonly collect: (args: object, params: unknown) => void;
  resolve: (
    scope: Scope,
    snapshot: unknown,
    args: Arguments,
    params: unknown,
    action: Pick<EnqueueAction, 'collect'>,
  ) => readonly [snapshot: unknown, params: undefined, actions: readonly unknown[] | undefined];
}
class Queue {
  readonly actions: unknown[] = [];

  assign(assignment: never): void {
    this.actions.push(assign(assignment));
  }

  sendTo(to: string, event: never, options?: never): void {
    this.actions.push(sendTo(to, event, options));
  }

  spawnChild(logic: string, options: never): void {
    this.actions.push(spawnChild(logic, options));
  }

  stopChild(child: string): void {
    this.actions.push(stopChild(child));
  }
}

export const enqueueActions = ((collect: never) => {
  const action = enqueueActionsOfXState(collect) as unknown as EnqueueAction;
  action.resolve = resolve;
  return action;
}) as unknown as typeof enqueueActionsOfXState;

const resolve: EnqueueAction['resolve'] = (scope, snapshot, args, params, { collect }) => {
  const enqueue = new Queue();
  const { context, event } = args;
  collect({ context, event, enqueue, self: scope.self, system: scope.system }, params);
  const { actions } = enqueue;
  return [snapshot, undefined, actions.length === 0 ? undefined : actions];
};
