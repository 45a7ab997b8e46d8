/** What is not as it should be, of the connection or of the daemon itself, or not as it seems. */
import { connection, info, now, services } from '../model/session.ts';
import type { Connection } from '../model/source.ts';

export function Banner() {
  const state = connection.value;
  const degraded = services.value?.degraded ?? [];
  const text = textOf(state) ?? (degraded.length === 0 ? null : degraded.join(' · '));
  if (text === null) return info.value?.source === 'journal' ? <Retold /> : null;
  return (
    <div
      class={`banner ${state.kind === 'live' || state.kind === 'recorded' ? 'busy' : 'bad'}`}
      role="alert"
    >
      {text}
      {state.kind === 'broken' ? <Retry at={state.retryAt} /> : null}
    </div>
  );
}

/** A journal holds what was decided, not each step on the way there. */
function Retold() {
  return (
    <div class="banner plain" role="note">
      As the journal tells it: what lies between its records is inferred.
    </div>
  );
}

function textOf(state: Connection): string | null {
  if (state.kind === 'broken')
    return `${state.why}; what is shown stood so when it was heard last.`;
  if (state.kind !== 'refused') return null;
  return `${state.why}. Open the page again with the address that "drover inspect" says.`;
}

function Retry({ at }: { readonly at: number }) {
  now.value;
  const seconds = Math.max(0, Math.ceil((at - Date.now()) / 1_000));
  return (
    <span aria-hidden="true"> {seconds === 0 ? 'Trying…' : `Trying again in ${seconds} s.`}</span>
  );
}
