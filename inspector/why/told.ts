/**
 * What the supervisor says of the selected service. It comes with the rows of all services,
 * which are told a little later than states are; until then it is asked for by itself.
 */
import { computed, effect, signal } from '@preact/signals';
import type { ServiceRow } from '../../src/inspection/protocol.ts';
import { connection, history, moment, selected, services, source } from '../model/session.ts';

interface Answer {
  readonly question: string;
  readonly why: string;
}

/** Which state of which service the rows are too old for; null: they are not. */
const question = computed<string | null>(() => {
  const n = selected.value;
  if (n === null || moment.value !== null || connection.value.kind !== 'live') return null;
  const { actor, state } = history.value.at(null).get(n) ?? {};
  if (actor?.service == null || state == null) return null;
  return state.at <= (services.value?.at ?? 0) ? null : `${state.seq} ${actor.service}`;
});

let stop: (() => void) | null = null;
let isAsking = false;

/** Asks only while somebody reads it. */
const answer = signal<Answer | null>(null, {
  watched() {
    stop = effect(() => {
      if (question.value !== null) void ask();
    });
  },
  unwatched() {
    stop?.();
    stop = null;
  },
});

/** One question at a time, however fast a service steps; the last one is always answered. */
async function ask(): Promise<void> {
  if (isAsking) return;
  isAsking = true;
  let asked = answer.peek()?.question ?? null;
  for (let next = question.peek(); next !== null && next !== asked; next = question.peek()) {
    asked = next;
    const name = encodeURIComponent(next.slice(next.indexOf(' ') + 1));
    const told = await source
      .peek()
      ?.get<{ readonly why: string }>(`/why/${name}`)
      .catch(() => null);
    if (told != null) answer.value = { question: next, why: told.why };
  }
  isAsking = false;
}

/** The newest sentence that is known. */
export function told(row: ServiceRow): string {
  const { question: asked, why } = answer.value ?? {};
  return why !== undefined && asked === question.value ? why : row.why;
}
