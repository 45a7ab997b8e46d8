/**
 * Listens to XState's inspection and notes what it hears, in the order in which it
 * happened. It pairs each event with its handling: a mailbox is first in, first out,
 * and whatever an actor does between two snapshots it does for one event.
 */
import type { AnyActorRef, AnyStateMachine, InspectionEvent } from 'xstate';
import type { Transition } from '../runtime/graph.ts';
import type { AnyEvent, AnySnapshot, EventEntry, Known } from './entry.ts';
import type { Ring } from './ring.ts';

/** The half of an actor that its reference does not show. */
interface Inner {
  readonly logic?: { readonly root?: unknown };
  readonly _parent?: AnyActorRef;
}

export class Observer {
  readonly #ring: Ring;
  readonly #known = new WeakMap<object, Known>();
  readonly #made: (actor: Known) => void;
  #count = 0;
  #heard: unknown = null;

  /** `made` is told of each actor that turns up. */
  constructor(ring: Ring, made: (actor: Known) => void) {
    this.#ring = ring;
    this.#made = made;
  }

  /** An event that is heard twice, through two subscriptions, counts once. */
  hear(event: InspectionEvent): void {
    if (event === this.#heard) return;
    this.#heard = event;
    const actor = this.know(event.actorRef as AnyActorRef);
    switch (event.type) {
      case '@xstate.event':
        return this.#sent(actor, (event.sourceRef as AnyActorRef | undefined) ?? null, event.event);
      case '@xstate.microstep':
        return this.#stepped(actor, event.event, event._transitions as readonly Transition[]);
      case '@xstate.action':
        return this.#acted(actor, event.action.type, event.action.params);
      case '@xstate.snapshot':
        return this.#moved(actor, event.event, event.snapshot as AnySnapshot);
    }
  }

  numberOf(ref: AnyActorRef): number | null {
    return this.#known.get(ref)?.number ?? null;
  }

  know(ref: AnyActorRef): Known {
    const known = this.#known.get(ref);
    if (known !== undefined) return known;
    const { logic, _parent } = ref as unknown as Inner;
    const parent = _parent === undefined ? null : this.know(_parent);
    const actor: Known = {
      number: this.#count++,
      ref,
      parent,
      machine: logic?.root === undefined ? null : (logic as AnyStateMachine),
      mailbox: [],
      handling: null,
      begun: false,
      ended: false,
      last: null,
      delayed: new Map(),
      unborn: [],
      cause:
        parent === null ? null : parent.begun ? (handlingOf(parent)?.seq ?? null) : parent.cause,
    };
    this.#known.set(ref, actor);
    parent?.unborn.push(actor);
    this.#ring.put({ kind: 'actor', actor });
    this.#made(actor);
    return actor;
  }

  /** An actor that lives already, as it stands; also one that was known and let go. */
  adopt(ref: AnyActorRef): Known {
    const isKnown = this.#known.has(ref);
    const actor = this.know(ref);
    if (isKnown) this.#ring.put({ kind: 'actor', actor });
    actor.mailbox.length = 0;
    actor.handling = null;
    actor.delayed.clear();
    actor.begun = true;
    actor.ended = false;
    actor.last = null;
    if (actor.parent !== null) {
      actor.parent.unborn = actor.parent.unborn.filter((one) => one !== actor);
    }
    this.#state(actor, '', ref.getSnapshot() as AnySnapshot, null);
    return actor;
  }

  /** A delayed event that was sent before anybody listened. */
  adoptDelayed(actor: Known, id: string, event: AnyEvent, delayMs: number): void {
    actor.delayed.set(id, { event, cause: null, isTimer: true });
    this.#ring.put({ kind: 'timer', actor, timer: id, event: event.type, delayMs });
  }

  /** XState says nothing of an actor that throws, except to its parent. */
  failed(actor: Known): void {
    if (actor.ended) return;
    const handling = handlingOf(actor);
    const snapshot = actor.ref.getSnapshot() as AnySnapshot;
    this.#state(actor, handling?.event.type ?? '', snapshot, handling?.seq ?? null);
  }

  #sent(actor: Known, ref: AnyActorRef | null, event: AnyEvent): void {
    const source = ref === null ? null : this.know(ref);
    const cause = source === null ? null : (takeDelayed(source, event) ?? causeOf(source));
    if (source !== null && isErrorOf(source, event)) this.failed(source);
    const number = source?.number ?? null;
    const entry = this.#ring.put({ kind: 'event', actor, source: number, event, cause });
    if (event.type === 'xstate.init') {
      actor.begun = true;
      actor.ended = false;
      actor.mailbox.unshift(entry);
    } else if (!actor.ended) {
      actor.mailbox.push(entry);
    }
  }

  #stepped(actor: Known, event: AnyEvent, transitions: readonly Transition[]): void {
    if (event.type === 'xstate.stop') return;
    const handles = handlingOf(actor)?.seq ?? null;
    this.#ring.put({ kind: 'step', actor, event, transitions, handles });
  }

  #acted(actor: Known, action: string, params: unknown): void {
    const handles = handlingOf(actor)?.seq ?? null;
    const later = (params ?? {}) as Partial<Later>;
    if (action === 'xstate.cancel') return this.#disarm(actor, String(later.sendId));
    // Leaving a state stops its children by name, whether or not they are there.
    if (action === 'xstate.stopChild' && params === undefined) return;
    if (later.event !== undefined && later.delay !== undefined) {
      const isTimer = action === 'xstate.raise';
      const id = later.id ?? later.event.type;
      if (isTimer || action === 'xstate.sendTo') {
        actor.delayed.set(id, { event: later.event, cause: handles, isTimer });
      }
      if (isTimer) {
        const { event, delay: delayMs } = later;
        this.#ring.put({ kind: 'timer', actor, timer: id, event: event.type, delayMs });
        return;
      }
    }
    this.#ring.put({ kind: 'action', actor, action, params, handles });
  }

  #disarm(actor: Known, id: string): void {
    const delayed = actor.delayed.get(id);
    actor.delayed.delete(id);
    if (delayed?.isTimer !== true) return;
    const { type } = delayed.event;
    this.#ring.put({ kind: 'timer', actor, timer: id, event: type, delayMs: null });
  }

  #moved(actor: Known, event: AnyEvent, told: AnySnapshot): void {
    const handling = event.type === 'xstate.stop' ? null : settle(actor, event);
    // An entry action of the initial state that throws is told with the snapshot before it.
    const now = actor.ref.getSnapshot() as AnySnapshot;
    const snapshot = now.status === 'error' ? now : told;
    const isNew = snapshot !== actor.last || snapshot.status !== 'active';
    if (!actor.ended && isNew) this.#state(actor, event.type, snapshot, handling?.seq ?? null);
    actor.handling = null;
    if (actor.unborn.length > 0) this.#look(actor);
  }

  #state(actor: Known, event: string, snapshot: AnySnapshot, handles: number | null): void {
    const isSameContext =
      actor.last !== null && 'context' in snapshot && actor.last.context === snapshot.context;
    actor.last = snapshot;
    if (snapshot.status !== 'active') {
      for (const id of actor.delayed.keys()) this.#disarm(actor, id);
      actor.ended = true;
      actor.mailbox.length = 0;
    }
    this.#ring.put({ kind: 'state', actor, event, handles, snapshot, isSameContext });
  }

  /** Made and stopped again in one step, an actor is never started, and says nothing. */
  #look(parent: Known): void {
    const children = (parent.ref.getSnapshot() as { children?: Record<string, unknown> }).children;
    for (const child of parent.unborn) {
      if (child.begun || children?.[child.ref.id] === child.ref) continue;
      this.#state(child, '', { ...child.ref.getSnapshot(), status: 'stopped' }, null);
    }
    parent.unborn = [];
  }
}

interface Later {
  readonly event: AnyEvent;
  readonly id: string | undefined;
  readonly delay: number;
  readonly sendId: string;
}

/** What an actor does now it does for the next in its mailbox, unless it is still at one. */
function handlingOf(actor: Known): EventEntry | null {
  if (!actor.begun) return null;
  actor.handling ??= actor.mailbox.shift() ?? null;
  return actor.handling;
}

/** A snapshot names the very event, so a mailbox that was misread is set right here. */
function settle(actor: Known, event: AnyEvent): EventEntry | null {
  const handling = handlingOf(actor);
  if (handling === null || handling.event === event) return handling;
  const place = actor.mailbox.findIndex((entry) => entry.event === event);
  return place < 0 ? null : (actor.mailbox.splice(0, place + 1).at(-1) ?? null);
}

function causeOf(source: Known): number | null {
  return source.begun ? (handlingOf(source)?.seq ?? null) : source.cause;
}

/** What was sent for later was caused when it was sent. */
function takeDelayed(source: Known, event: AnyEvent): number | null | undefined {
  for (const [id, delayed] of source.delayed) {
    if (delayed.event !== event) continue;
    source.delayed.delete(id);
    return delayed.cause ?? undefined;
  }
  return undefined;
}

function isErrorOf(source: Known, event: AnyEvent): boolean {
  if (source.ended || !event.type.startsWith('xstate.error.actor.')) return false;
  return (source.ref.getSnapshot() as AnySnapshot).status === 'error';
}
