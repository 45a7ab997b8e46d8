/**
 * One event, tried on a snapshot with nothing behind it: the actor that XState asks for
 * is not the living one, is never started and knows nobody, and actions are noted
 * instead of executed. Guards, assigns and inputs do run; they are pure by contract.
 */
import {
  type AnyActorRef,
  type AnyEventObject,
  type AnyMachineSnapshot,
  createActor,
  type InspectionEvent,
} from 'xstate';
import type { Transition } from '../runtime/graph.ts';

export interface Trial {
  readonly after: AnyMachineSnapshot;
  readonly transitions: readonly Transition[];
  readonly actions: readonly { readonly type: string; readonly params: unknown }[];
  /** What it threw, in a list that is empty when it did not. */
  readonly errors: readonly unknown[];
}

export function tryEvent(before: AnyMachineSnapshot, event: AnyEventObject): Trial {
  const transitions: Transition[] = [];
  const actions: { type: string; params: unknown }[] = [];
  const self = stuntman(before, (inspected) => {
    if (inspected.type !== '@xstate.microstep' || inspected.actorRef !== self) return;
    transitions.push(...(inspected._transitions as readonly Transition[]));
  });
  const scope = {
    self,
    system: self.system,
    id: self.id,
    sessionId: self.sessionId,
    logger: () => {},
    defer: () => {},
    emit: () => {},
    stopChild: () => {},
    actionExecutor: (action: { readonly type: string; readonly params: unknown }) => {
      actions.push({ type: action.type, params: action.params });
    },
  };
  try {
    const after = before.machine.transition(before, event, scope as never) as AnyMachineSnapshot;
    return { after, transitions, actions, errors: after.status === 'error' ? [after.error] : [] };
  } catch (error) {
    return { after: before, transitions, actions, errors: [error] };
  }
}

/** It looks like the actor and has a parent, as the actor may have, but is nobody. */
function stuntman(snapshot: AnyMachineSnapshot, inspect: (event: InspectionEvent) => void) {
  const still = (state: unknown) => ({
    transition: () => state,
    getInitialSnapshot: () => state,
    getPersistedSnapshot: () => state,
  });
  const nobody = { status: 'active', output: undefined, error: undefined };
  const parent = createActor(
    still(nobody) as never,
    { inspect } as never,
  ) as unknown as AnyActorRef;
  const options = { parent } as never;
  return createActor(still(snapshot) as never, options) as unknown as AnyActorRef;
}
