/**
 * What the ring holds: as little as can be noted while an actor waits. Contexts and
 * snapshots of XState's machines are immutable by contract, so a reference is enough,
 * and they become plain JSON only when somebody reads them.
 */
import type { AnyActorRef, AnyMachineSnapshot, AnyStateMachine } from 'xstate';
import type { Transition } from '../runtime/graph.ts';

export interface AnySnapshot {
  readonly status: 'active' | 'done' | 'error' | 'stopped';
  readonly error?: unknown;
  readonly context?: unknown;
}

export interface AnyEvent {
  readonly type: string;
}

/** One actor, and how far its mailbox has been seen. */
export interface Known {
  readonly number: number;
  readonly ref: AnyActorRef;
  readonly parent: Known | null;
  readonly machine: AnyStateMachine | null;
  /** Sent to it and not yet taken up, in the order of its mailbox. */
  readonly mailbox: EventEntry[];
  handling: EventEntry | null;
  /** It was started. */
  begun: boolean;
  ended: boolean;
  last: AnySnapshot | null;
  /** What it has sent for later, and when it did. */
  readonly delayed: Map<string, Delayed>;
  /** Made by it and not started yet. */
  unborn: Known[];
  /** The event record in whose handling it was made. */
  readonly cause: number | null;
}

export interface Delayed {
  readonly event: AnyEvent;
  readonly cause: number | null;
  /** It will come back to the one who sent it: a timer. */
  readonly isTimer: boolean;
}

interface Base {
  readonly seq: number;
  readonly at: number;
  readonly actor: Known;
}

export interface ActorEntry extends Base {
  readonly kind: 'actor';
}

export interface EventEntry extends Base {
  readonly kind: 'event';
  readonly source: number | null;
  readonly event: AnyEvent;
  readonly cause: number | null;
}

export interface StepEntry extends Base {
  readonly kind: 'step';
  readonly event: AnyEvent;
  readonly transitions: readonly Transition[];
  readonly handles: number | null;
}

export interface ActionEntry extends Base {
  readonly kind: 'action';
  readonly action: string;
  readonly params: unknown;
  readonly handles: number | null;
}

export interface TimerEntry extends Base {
  readonly kind: 'timer';
  readonly timer: string;
  readonly event: string;
  readonly delayMs: number | null;
}

export interface StateEntry extends Base {
  readonly kind: 'state';
  readonly event: string;
  readonly handles: number | null;
  readonly snapshot: AnySnapshot;
  readonly isSameContext: boolean;
}

export type Entry = ActorEntry | EventEntry | StepEntry | ActionEntry | TimerEntry | StateEntry;

type Rest<T> = T extends Entry ? Omit<T, 'seq' | 'at'> : never;

/** An entry before the ring gives it a number and a time. */
export type Note = Rest<Entry>;

/** Files an entry; the same entry comes back, numbered. */
export type Put = <T extends Note>(note: T) => Extract<Entry, { readonly kind: T['kind'] }>;

export function isMachineSnapshot(snapshot: AnySnapshot): snapshot is AnyMachineSnapshot {
  return 'machine' in snapshot && 'value' in snapshot;
}
