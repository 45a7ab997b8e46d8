/** What an event would do, without doing it. */
import type { AnyEventObject, AnyMachineSnapshot } from 'xstate';
import { graphOf } from '../runtime/graph.ts';
import { toPlain } from './plain.ts';
import { errorText } from './plain-words.ts';
import type { Plain, PlainEvent, StateValue, WhatIf } from './protocol.ts';
import { tryEvent } from './simulate.ts';

export interface WhatIfOptions {
  readonly redact?: boolean;
}

export function whatIf(
  snapshot: AnyMachineSnapshot,
  event: PlainEvent,
  options: WhatIfOptions = {},
): WhatIf {
  const { after, transitions, actions, errors } = tryEvent(snapshot, eventOf(event));
  const { edgesOf } = graphOf(snapshot.machine);
  const plain = (context: unknown): Plain => toPlain(context, { ...options, values: 300 });
  return {
    possible: transitions.some(
      ({ target, actions: some }) => target !== undefined || some.length > 0,
    ),
    before: snapshot.value as StateValue,
    after: after.value as StateValue,
    edges: transitions.flatMap((transition) => edgesOf.get(transition) ?? []),
    actions: actions.filter(isDone).map(wordsOf),
    contextBefore: plain(snapshot.context),
    contextAfter: plain(after.context),
    error: errors.length === 0 ? null : String(toPlain(errorText(errors[0]), options)),
  };
}

/** The event itself, of what a page has sent. */
export function eventOf({ type, payload }: PlainEvent): AnyEventObject {
  const isFields = typeof payload === 'object' && payload !== null && !Array.isArray(payload);
  return { ...(isFields ? payload : {}), type };
}

interface Params {
  readonly id?: string;
  readonly sendId?: string;
  readonly targetId?: string;
  readonly to?: { readonly id?: string };
  readonly delay?: number;
  readonly event?: { readonly type?: string };
}

/** Leaving a state stops its children by name, whether or not they are there. */
function isDone({ type, params }: { readonly type: string; readonly params: unknown }): boolean {
  return type !== 'xstate.stopChild' || params !== undefined;
}

/** XState's own actions all have a name of XState's; what they do says more. */
function wordsOf(action: { readonly type: string; readonly params: unknown }): string {
  const { id, sendId, targetId, to, delay, event } = (action.params ?? {}) as Params;
  const later = delay === undefined ? '' : ` in ${delay} ms`;
  switch (action.type) {
    case 'xstate.sendTo':
      return `send ${event?.type} to ${to?.id ?? targetId ?? 'nobody'}${later}`;
    case 'xstate.raise':
      return `raise ${event?.type}${later}`;
    case 'xstate.cancel':
      return `cancel ${sendId}`;
    case 'xstate.spawnChild':
      return `start ${id}`;
    case 'xstate.stopChild':
      return `stop ${id}`;
    case 'xstate.emit':
      return `emit ${event?.type}`;
    default:
      return action.type;
  }
}
