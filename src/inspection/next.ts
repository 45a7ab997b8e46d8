/** What an actor could do next, by its machine's own word. Pure: nothing is sent to anybody. */
import { type AnyEventObject, type AnyMachineSnapshot, getNextTransitions } from 'xstate';
import { graphOf, type Transition } from '../runtime/graph.ts';
import type { NextEvent } from './protocol.ts';

/** Innermost state first, then outwards, as XState looks for them. */
export function nextEvents(snapshot: AnyMachineSnapshot): readonly NextEvent[] {
  const { edges, edgesOf } = graphOf(snapshot.machine);
  const byId = new Map(edges.map((edge) => [edge.id, edge]));
  return (getNextTransitions(snapshot) as readonly Transition[]).flatMap((transition) => {
    const possible = isPossible(snapshot, transition);
    return (edgesOf.get(transition) ?? []).flatMap((id) => {
      const edge = byId.get(id);
      if (edge === undefined) return [];
      const { event, kind, guard, target } = edge;
      return [{ event, edge: id, kind, guard, possible, target }];
    });
  });
}

/** Null: whatever decides looks at more of the event than its type, or breaks without it. */
function isPossible(snapshot: AnyMachineSnapshot, transition: Transition): boolean | null {
  if (snapshot.status !== 'active') return false;
  const { eventType } = transition;
  if (eventType.includes('*')) return transition.guard === undefined ? true : null;
  const event = watched(eventType);
  try {
    const taken = snapshot.machine.getTransitionData(snapshot, event.it as never);
    return event.wasRead() ? null : (taken as readonly unknown[]).includes(transition);
  } catch {
    return null;
  }
}

/** An event that is nothing but its type, and notes whether somebody looks for more. */
function watched(type: string): { readonly it: AnyEventObject; readonly wasRead: () => boolean } {
  let wasRead = false;
  const read = (key: string | symbol) => {
    if (key !== 'type') wasRead = true;
  };
  const it = new Proxy({ type } as AnyEventObject, {
    get: (event, key) => {
      read(key);
      return Reflect.get(event, key);
    },
    has: (event, key) => {
      read(key);
      return Reflect.has(event, key);
    },
    ownKeys: (event) => {
      wasRead = true;
      return Reflect.ownKeys(event);
    },
  });
  return { it, wasRead: () => wasRead };
}
