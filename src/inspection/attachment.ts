/**
 * A recorder's hold on one actor system: what lives already is taken in, what happens
 * is heard, and letting go leaves nothing behind.
 */
import type { AnyActorRef } from 'xstate';
import type { AnyEvent, Known } from './entry.ts';
import type { Observer } from './observer.ts';

interface Scheduled {
  readonly source: AnyActorRef;
  readonly target: AnyActorRef;
  readonly event: AnyEvent;
  readonly delay: number;
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

/** The root first, then level by level. */
export function* livingBelow(root: AnyActorRef): Generator<AnyActorRef> {
  const waiting = [root];
  for (let actor = waiting.shift(); actor !== undefined; actor = waiting.shift()) {
    yield actor;
    const { children } = actor.getSnapshot() as {
      readonly children?: Readonly<Record<string, AnyActorRef | undefined>>;
    };
    for (const child of Object.values(children ?? {})) {
      if (child !== undefined && isLiving(child)) waiting.push(child);
    }
  }
}

export function rootOf(actor: AnyActorRef): AnyActorRef {
  const { _parent } = actor as { readonly _parent?: AnyActorRef };
  return _parent === undefined ? actor : rootOf(_parent);
}

/** Timers are the system's; there is one question for all of them. */
export function adoptTimers(root: AnyActorRef, observer: Observer): void {
  const { _scheduledEvents } = root.system.getSnapshot() as unknown as {
    readonly _scheduledEvents: Readonly<Record<string, Scheduled>>;
  };
  for (const { source, target, event, delay, id, startedAt } of Object.values(_scheduledEvents)) {
    if (source !== target) continue;
    const left = Math.max(0, delay - Math.max(0, Date.now() - startedAt));
    observer.adoptDelayed(observer.know(source), id, event, left);
  }
}

/**
 * The error of a root is told to its subscribers alone. Whoever is the only one of them
 * must not be taken for somebody who handles it: then it is thrown on, and XState
 * reports it just as if nobody had listened.
 */
export function watchRoot(actor: Known, failed: (actor: Known) => void): () => void {
  const { ref } = actor;
  const subscription = ref.subscribe({
    error: (error: unknown) => {
      failed(actor);
      const { observers } = ref as unknown as { readonly observers?: ReadonlySet<unknown> };
      if (observers?.size === 1) throw error;
    },
  });
  return () => subscription.unsubscribe();
}

function isLiving(actor: AnyActorRef): boolean {
  return (actor.getSnapshot() as { readonly status: string } | undefined)?.status === 'active';
}
