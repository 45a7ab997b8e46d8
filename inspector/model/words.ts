/** What a state is called and which family it belongs to: the same everywhere on the page. */
import type { ActorState, ServiceRow, StateValue } from '../../src/inspection/protocol.ts';

/** Each has one colour. `plain`: a machine that is not drover's, about whose states nothing is known. */
export type Family = 'up' | 'busy' | 'bad' | 'down' | 'plain';

const families: Readonly<Record<string, Family>> = {
  running: 'up',
  completed: 'down',
  stopped: 'down',
  held: 'down',
  adopting: 'busy',
  starting: 'busy',
  stopping: 'busy',
  backoff: 'busy',
  killing: 'bad',
  stuck: 'bad',
  crashed: 'bad',
  failed: 'bad',
  unhealthy: 'bad',
  broken: 'bad',
  up: 'up',
  busy: 'busy',
  bad: 'bad',
  down: 'down',
  done: 'down',
  error: 'bad',
};

export function familyOf(word: string): Family {
  return families[word] ?? 'plain';
}

/** The innermost states, dotted; parallel ones beside each other. */
export function stateName(value: StateValue | null): string {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  return Object.entries(value)
    .map(([key, inner]) => {
      const rest = stateName(inner);
      return rest === '' ? key : `${key}.${rest}`;
    })
    .join(' · ');
}

function leavesOf(value: StateValue | null): readonly string[] {
  if (value === null) return [];
  if (typeof value === 'string') return [value];
  return Object.entries(value).flatMap(([key, inner]) => {
    const below = leavesOf(inner);
    return below.length === 0 ? [key] : below;
  });
}

export interface Look {
  /** One word, as the status of a service is. */
  readonly word: string;
  readonly family: Family;
  /** All of it: `alive.starting.awaitingReady`. */
  readonly detail: string;
}

const unknown: Look = { word: '', family: 'plain', detail: '' };

/** Of any actor: by its tags where they are words that we know, else by its state. */
export function lookOf(one: ActorState | null | undefined): Look {
  const state = one?.state ?? null;
  if (state === null) return unknown;
  const detail = stateName(state.value);
  if (state.status === 'error') return { word: 'broken', family: 'bad', detail };
  const tag = state.tags?.find((word) => word in families);
  if (tag !== undefined) return withHealth(tag, detail);
  if (state.status !== 'active') return { word: detail || state.status, family: 'down', detail };
  const leaves = leavesOf(state.value).join(' · ');
  return { word: leaves || 'active', family: familyOf(leaves), detail };
}

function withHealth(tag: string, detail: string): Look {
  const word = tag === 'running' && detail.endsWith('.unhealthy') ? 'unhealthy' : tag;
  return { word, family: familyOf(word), detail };
}

/** Of a row of the status. */
export function lookOfRow({ state, detail, healthy }: ServiceRow): Look {
  const word = state === 'running' && !healthy ? 'unhealthy' : state;
  return { word, family: familyOf(word), detail };
}
