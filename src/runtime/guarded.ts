/**
 * Mends four things in XState 5.33 that a supervisor cannot live with. They touch
 * parts of it that are half public, so its version is pinned and
 * `test/runtime/guarded.test.ts` holds what is relied on.
 */
import type { AnyActor, AnyActorRef, AnyMachineSnapshot, AnyStateMachine } from 'xstate';

interface Scope {
  readonly self: { readonly _deferred: unknown[] };
  readonly system: { _unregister(actor: AnyActorRef): void };
  stopChild(actor: AnyActorRef): void;
}
type Transition = (snapshot: AnyMachineSnapshot, event: { type: string }, scope: Scope) => unknown;

/**
 * A machine that throws leaves its children running, where nobody reaches them any
 * more (statelyai/xstate#5153); here they are stopped first. And a machine that is
 * stopped copies the list of its children once for each of them; here it does not.
 * The list is kept: what a machine and those below it knew is read off it afterwards.
 */
export function guarded<T extends AnyStateMachine>(machine: T): T {
  const guard = machine as unknown as { transition: Transition };
  const original = guard.transition.bind(machine);
  guard.transition = (snapshot, event, scope) => {
    if (event.type === 'xstate.stop') {
      stopChildren(snapshot, scope);
      return { ...snapshot, status: 'stopped' };
    }
    try {
      return original(snapshot, event, scope);
    } catch (error) {
      scope.self._deferred.length = 0;
      stopChildren(snapshot, scope);
      return { ...snapshot, status: 'error', error };
    }
  };
  return machine;
}

function stopChildren(snapshot: AnyMachineSnapshot, scope: Scope): void {
  for (const child of Object.values(snapshot.children) as (AnyActorRef | undefined)[]) {
    if (child === undefined) continue;
    scope.system._unregister(child);
    scope.stopChild(child);
  }
}

/**
 * The machine with these implementations besides its own. XState's own `provide` makes
 * every state of the chart anew, and with them all that it had found out about each;
 * states hold nothing of implementations, so here they are shared.
 */
export function provided<T extends AnyStateMachine>(
  machine: T,
  { actors = {}, actions = {} }: Parameters<T['provide']>[0],
): T {
  const { implementations } = machine;
  const copy = Object.assign(Object.create(Object.getPrototypeOf(machine) as object), machine) as T;
  copy.implementations = {
    ...implementations,
    actors: { ...implementations.actors, ...actors },
    actions: { ...implementations.actions, ...actions },
  };
  // Bound to the machine that they were made with.
  for (const name of boundMethods) Object.assign(copy, { [name]: boundTo(copy, name) });
  return copy;
}

const boundMethods = [
  ...(['transition', 'getInitialSnapshot', 'getPersistedSnapshot'] as const),
  ...(['restoreSnapshot', 'start'] as const),
];

function boundTo(machine: AnyStateMachine, name: (typeof boundMethods)[number]): unknown {
  const prototype = Object.getPrototypeOf(machine) as Record<string, (...args: never[]) => unknown>;
  return prototype[name]?.bind(machine);
}

interface Scheduler {
  schedule(
    source: AnyActorRef,
    target: AnyActorRef,
    event: { type: string },
    delay: number,
    id?: string,
  ): void;
  cancel(source: AnyActorRef, id: string): void;
  cancelAll(source: AnyActorRef): void;
}

/** An actor that stops looks through the timers of all others; with this through its own. */
export function indexTimers<T extends AnyActor>(actor: T): T {
  const scheduler = actor.system.scheduler as Scheduler;
  const { schedule, cancel } = scheduler;
  const idsOf = new Map<AnyActorRef, Set<string>>();
  let count = 0;
  scheduler.schedule = (source, target, event, delay, id = `timer-${count++}`) => {
    const ids = idsOf.get(source) ?? new Set();
    idsOf.set(source, ids.add(id));
    schedule(source, target, event, delay, id);
  };
  scheduler.cancel = (source, id) => {
    const ids = idsOf.get(source);
    if (ids?.delete(id) === true && ids.size === 0) idsOf.delete(source);
    cancel(source, id);
  };
  scheduler.cancelAll = (source) => {
    const ids = idsOf.get(source) ?? [];
    idsOf.delete(source);
    for (const id of ids) cancel(source, id);
  };
  return actor;
}
