/** What the machine of the selected actor knows of in its present state, asked anew with each state. */
import { computed, effect, signal } from '@preact/signals';
import type { NextEvent } from '../../src/inspection/protocol.ts';
import { can, history, selected, source } from '../model/session.ts';

/** Not oftener than this, however fast an actor steps. */
const pauseMs = 400;

export interface Next {
  readonly actor: number;
  readonly events: readonly NextEvent[];
}

/** The actor and its state, as one value that changes only when either does. */
const question = computed<string | null>(() => {
  const n = selected.value;
  if (n === null || !can('what-if').allowed) return null;
  const all = history.value.at(null).get(n);
  const { logic } = all?.actor ?? {};
  if (logic !== 'machine' || all?.state?.status !== 'active') return null;
  return `${n} ${all.state.seq}`;
});

let stop: (() => void) | null = null;

/** Null: it is not known, or there is nobody to ask. Asks only while somebody reads it. */
export const next = signal<Next | null>(null, {
  watched() {
    stop = effect(follow);
  },
  unwatched() {
    stop?.();
    stop = null;
  },
});

function follow(): () => void {
  const asked = question.value;
  const actor = Number(asked?.split(' ')[0]);
  if (asked === null) {
    next.value = null;
    return () => {};
  }
  if (next.peek()?.actor !== actor) next.value = null;
  let isStale = false;
  const isFirst = next.peek() === null;
  const timer = setTimeout(
    async () => {
      const events = await source
        .peek()
        ?.get<readonly NextEvent[]>(`/actors/${actor}/next`)
        .catch(() => null);
      if (!isStale && events != null) next.value = { actor, events };
    },
    isFirst ? 0 : pauseMs,
  );
  return () => {
    isStale = true;
    clearTimeout(timer);
  };
}
