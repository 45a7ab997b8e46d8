/**
 * Records what happens in a system of XState actors. It only listens: whatever goes
 * wrong in it is counted and goes no further, and where nobody is attached it costs
 * nothing. What it holds becomes plain JSON when somebody reads it, see `entry.ts`.
 */
import type { AnyActorRef, AnyMachineSnapshot, InspectionEvent } from 'xstate';
import { adoptTimers, livingBelow, rootOf, watchRoot } from './attachment.ts';
import { timeOf } from './clock.ts';
import { Definitions } from './definition.ts';
import { isMachineSnapshot, type Known, type StateEntry } from './entry.ts';
import { nextEvents } from './next.ts';
import { Observer } from './observer.ts';
import type { Baseline, Batch, Definition, NextEvent, WhatIf, WhatIfRequest } from './protocol.ts';
import { Reader } from './record.ts';
import { Ring } from './ring.ts';
import { whatIf } from './what-if.ts';

export interface RecorderOptions {
  /** So many records are kept. Default 65536. */
  readonly capacity?: number;
  /** Milliseconds since 1970. Default: the clock of the first actor that is attached, else the host's. */
  readonly now?: () => number;
  /** Hide what may be a secret: environments, passwords in arguments. Default true. */
  readonly redact?: boolean;
}

export interface Recorder {
  /** So many records are kept. */
  readonly capacity: number;
  /** Of the last record; 0: there was none. */
  readonly seq: number;
  /** So many records are no longer there. */
  readonly dropped: number;
  /** So many times something in the recorder itself went wrong. */
  readonly failures: number;
  /** What is armed, alive and known below this root from now on; the answer detaches it again. */
  attach(root: AnyActorRef): () => void;
  /** For the option `inspect` of `createActor`, to see an actor from its first moment on. */
  readonly observe: (event: InspectionEvent) => void;
  /** How everything stands now. */
  baseline(): Baseline;
  /** How everything stood then, or as early as is known. Milliseconds since 1970. */
  baselineAt(at: number): Baseline;
  /** Records with greater numbers than `after`, at most `limit` of them. Default 1000. */
  since(after: number, limit?: number): Batch;
  /** Called when records came, at most once in a turn of the event loop. */
  onRecords(listener: () => void): () => void;
  definitions(): readonly Definition[];
  definition(number: number): Definition | null;
  /** The living actor; null where it is gone. */
  actor(number: number): AnyActorRef | null;
  /** What its machine could do next; null: it is gone, or no machine. */
  next(number: number): readonly NextEvent[] | null;
  /** What an event would do; null: it is gone, no machine, or that state is not kept any more. */
  whatIf(number: number, request: WhatIfRequest): WhatIf | null;
  /** The number of an actor that is known. */
  numberOf(actor: AnyActorRef): number | null;
  /** Detaches from everything. What was recorded can still be read. */
  close(): void;
}

const defaultCapacity = 65_536;
const defaultLimit = 1_000;

export function createRecorder(options: RecorderOptions = {}): Recorder {
  const { capacity = defaultCapacity, redact = true } = options;
  const definitions = new Definitions();
  let failures = 0;
  let now = options.now ?? null;
  const detaching = new Set<() => void>();
  const listeners = new Set<() => void>();
  let isTold = false;

  const ring = new Ring(capacity, () => {
    now ??= timeOf(null);
    return now();
  });
  const reader = new Reader(definitions, redact, () => {
    failures += 1;
  });
  const roots = new Map<Known, () => void>();
  const observer = new Observer(ring, (actor) => {
    if (actor.machine !== null) definitions.of(actor.machine);
    if (actor.parent === null) watch(actor);
  });

  /** No trouble of ours is any of the actors' business. */
  const harmlessly = (work: () => void): void => {
    try {
      work();
    } catch {
      failures += 1;
    }
  };
  const watch = (root: Known): void => {
    if (roots.has(root)) return;
    roots.set(
      root,
      watchRoot(root, (actor) => harmlessly(() => observer.failed(actor))),
    );
  };
  const unwatch = (root: Known): void => {
    roots.get(root)?.();
    roots.delete(root);
  };
  const tell = (): void => {
    if (listeners.size === 0 || isTold) return;
    isTold = true;
    setImmediate(() => {
      isTold = false;
      for (const listener of listeners) harmlessly(listener);
    });
  };
  const observe = (event: InspectionEvent): void => {
    harmlessly(() => observer.hear(event));
    tell();
  };
  const snapshotOf = (number: number): AnyMachineSnapshot | null => {
    const state = ring.now.get(number)?.state;
    return state !== undefined && state !== null && isMachineSnapshot(state.snapshot)
      ? state.snapshot
      : null;
  };
  const pastOf = (number: number, seq: number): AnyMachineSnapshot | null => {
    const entry = ring.get(seq) ?? startOf(number, seq);
    if (entry?.kind !== 'state' || entry.actor.number !== number) return null;
    return isMachineSnapshot(entry.snapshot) ? entry.snapshot : null;
  };
  /** A state that has lasted since before the ring begins. */
  const startOf = (number: number, seq: number): StateEntry | null => {
    const state = ring.standingAt(ring.dropped).get(number)?.state ?? ring.now.get(number)?.state;
    return state?.seq === seq ? state : null;
  };

  return {
    capacity,
    get seq() {
      return ring.seq;
    },
    get dropped() {
      return ring.dropped;
    },
    get failures() {
      return failures;
    },
    observe,

    attach(actor) {
      const root = rootOf(actor);
      now ??= timeOf(root);
      const adopted: Known[] = [];
      const subscription = root.system.inspect({ next: observe });
      const takeIn = (): void => {
        for (const ref of livingBelow(root)) adopted.push(observer.adopt(ref));
        adoptTimers(root, observer);
        const [first] = adopted;
        if (first !== undefined) watch(first);
      };
      harmlessly(() => ring.atOnce(takeIn));
      tell();
      const detach = (): void => {
        if (!detaching.delete(detach)) return;
        subscription.unsubscribe();
        const known = observer.know(root);
        unwatch(known);
        for (const { actor: one } of ring.now.all()) {
          if (rootOf(one.actor.ref) === root) ring.forget(one.actor.number);
        }
      };
      detaching.add(detach);
      return detach;
    },

    baseline: () => ({
      seq: ring.seq,
      at: ring.time(),
      actors: ring.now.all().map((stand) => reader.standing(stand)),
    }),

    baselineAt(at) {
      const seq = ring.seqAt(at);
      const standing = ring.standingAt(seq);
      return { seq, at, actors: standing.all().map((stand) => reader.standing(stand)) };
    },

    since(after, limit = defaultLimit) {
      const { lost, entries } = ring.since(after, limit);
      const next = entries.at(-1)?.seq ?? Math.max(after, ring.dropped);
      return { next, lost, records: entries.map((entry) => reader.of(entry)) };
    },

    onRecords(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },

    definitions: () => definitions.all(),
    definition: (number) => definitions.get(number),
    actor: (number) => {
      const stand = ring.now.get(number);
      return stand === null || stand.actor.actor.ended ? null : stand.actor.actor.ref;
    },
    numberOf: (actor) => observer.numberOf(actor),

    next(number) {
      const snapshot = snapshotOf(number);
      return snapshot === null ? null : nextEvents(snapshot);
    },

    whatIf(number, { event, from }) {
      const snapshot = from === undefined ? snapshotOf(number) : pastOf(number, from);
      return snapshot === null ? null : whatIf(snapshot, event, { redact });
    },

    close() {
      for (const detach of detaching) detach();
      for (const root of [...roots.keys()]) unwatch(root);
      listeners.clear();
    },
  };
}
