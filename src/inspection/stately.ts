/**
 * What a recorder holds in the words of `@statelyai/inspect`, for those who use its hosted
 * page. The package's own observer would send contexts and events as they are; here
 * they went through our redaction, and an actor is told of in the state it had then.
 */
import { SupervisorError } from '../services/errors.ts';
import type { ActorRecord, ActorState, InspectionRecord } from './protocol.ts';
import type { Recorder } from './recorder.ts';
import { eventOf } from './what-if.ts';

/** One message of its protocol; each is sent as one JSON text. */
export interface StatelyMessage {
  readonly type: '@xstate.actor' | '@xstate.event' | '@xstate.snapshot';
  readonly sessionId: string;
  readonly rootId: string;
  /** Milliseconds since 1970. */
  readonly createdAt: string;
  readonly id: string;
  readonly _version: string;
  readonly [field: string]: unknown;
}

/** Of the package whose words these are. */
const statelyVersion = '0.7.2';

/** Sends how everything stands and then whatever happens; the answer ends it. */
export function statelyExport(
  recorder: Recorder,
  send: (message: StatelyMessage) => void,
): () => void {
  const words = new Words(recorder);
  const { seq, actors } = recorder.baseline();
  let cursor = seq;
  const flush = (): void => {
    const { next, records } = recorder.since(cursor, Number.POSITIVE_INFINITY);
    cursor = next;
    for (const message of records.flatMap((record) => words.of(record))) send(message);
  };
  for (const message of actors.flatMap((actor) => words.standing(actor))) send(message);
  return recorder.onRecords(flush);
}

/**
 * The same, over a WebSocket to a relay of `@statelyai/inspect/server`.
 * Rejects: `missing-library`.
 */
export async function connectStately(
  recorder: Recorder,
  { url = 'ws://localhost:8080' }: { readonly url?: string } = {},
): Promise<() => void> {
  const { createWebSocketInspector } = await loadLibrary();
  const inspector = createWebSocketInspector({ url });
  const stop = statelyExport(recorder, (message) => inspector.adapter.send(message as never));
  return () => {
    stop();
    inspector.stop();
  };
}

/** It is optional: everything else works without. */
async function loadLibrary(): Promise<typeof import('@statelyai/inspect')> {
  try {
    return await import('@statelyai/inspect');
  } catch (error) {
    throw new SupervisorError(
      'missing-library',
      'cannot send to the Stately inspector: the library @statelyai/inspect is not installed',
      'npm install @statelyai/inspect beside drover, or use the page of `drover inspect`',
      error,
    );
  }
}

class Words {
  readonly #recorder: Recorder;
  readonly #roots = new Map<number, number>();
  readonly #contexts = new Map<number, unknown>();

  constructor(recorder: Recorder) {
    this.#recorder = recorder;
  }

  standing({ actor, state }: ActorState): readonly StatelyMessage[] {
    return [...this.of(actor), ...(state === null ? [] : this.of(state))];
  }

  of(record: InspectionRecord): readonly StatelyMessage[] {
    switch (record.kind) {
      case 'actor':
        return [this.#actor(record)];
      case 'event': {
        const { source, event } = record;
        const sourceId = source === null ? undefined : sessionOf(source);
        return [{ type: '@xstate.event', ...this.#base(record), event: eventOf(event), sourceId }];
      }
      case 'state': {
        if (record.context !== undefined) this.#contexts.set(record.actor, record.context);
        const { value, status, error } = record;
        const context = this.#contexts.get(record.actor);
        const snapshot = { status, value, context, ...(error === undefined ? {} : { error }) };
        if (status !== 'active') this.#contexts.delete(record.actor);
        const event = { type: record.event };
        return [{ type: '@xstate.snapshot', ...this.#base(record), event, snapshot }];
      }
      // It has no words for steps, actions and timers.
      default:
        return [];
    }
  }

  #actor(record: ActorRecord): StatelyMessage {
    const { actor, parent, id } = record;
    this.#roots.set(actor, parent === null ? actor : (this.#roots.get(parent) ?? parent));
    return {
      type: '@xstate.actor',
      ...this.#base(record),
      name: id,
      parentId: parent === null ? undefined : sessionOf(parent),
      definition: this.#definition(actor, id),
      snapshot: { status: 'active' },
    };
  }

  /** The machine as it was written, as a text; without its context, which nobody has redacted. */
  #definition(actor: number, id: string): string {
    const ref = this.#recorder.actor(actor) as { readonly logic?: { readonly config?: unknown } };
    const config = ref?.logic?.config;
    if (typeof config !== 'object' || config === null) return JSON.stringify({ id });
    try {
      return JSON.stringify({ ...config, context: undefined }, nameFunctions);
    } catch {
      return JSON.stringify({ id });
    }
  }

  #base({ seq, at, actor }: InspectionRecord) {
    const rootId = sessionOf(this.#roots.get(actor) ?? actor);
    const createdAt = String(Math.round(at));
    return {
      sessionId: sessionOf(actor),
      rootId,
      createdAt,
      id: `${seq}`,
      _version: statelyVersion,
    };
  }
}

const sessionOf = (actor: number): string => `drover:${actor}`;

function nameFunctions(_: string, value: unknown): unknown {
  return typeof value === 'function' ? { type: value.name } : value;
}
