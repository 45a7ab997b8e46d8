/** Chooses an event among those its machine knows of, or takes one as it is written. */
import { useSignal } from '@preact/signals';
import type { NextEvent, PlainEvent } from '../../src/inspection/protocol.ts';
import { eventName } from '../why/words.ts';
import { readEvent } from './payload.ts';
import './event-form.css';

interface FormProps {
  /** What the button says. */
  readonly verb: string;
  readonly known: readonly NextEvent[];
  readonly isBusy: boolean;
  /** Asked at once when one of the known is chosen. */
  readonly isEager: boolean;
  readonly onEvent: (event: PlainEvent) => void;
}

export function EventForm({ verb, known, isBusy, isEager, onEvent }: FormProps) {
  const type = useSignal('');
  const payload = useSignal('');
  const problem = useSignal<string | null>(null);
  const submit = (event: Event) => {
    event.preventDefault();
    const written = readEvent(type.value, payload.value);
    problem.value = written.kind === 'problem' ? written.problem : null;
    if (written.kind === 'event') onEvent(written.event);
  };
  const choose = (one: string) => {
    type.value = one;
    if (isEager && payload.value.trim() === '') onEvent({ type: one });
  };
  return (
    <form class="event-form" onSubmit={submit} aria-label={verb}>
      <Known known={known} chosen={type.value} onChoose={choose} />
      <div class="event-row">
        <input
          name="type"
          aria-label="Name of the event"
          placeholder="event"
          autocomplete="off"
          spellcheck={false}
          value={type.value}
          onInput={(event) => {
            type.value = event.currentTarget.value;
          }}
        />
        <button type="submit" disabled={isBusy}>
          {verb}
        </button>
      </div>
      <textarea
        name="payload"
        aria-label="What it brings, as JSON"
        placeholder="what it brings, as JSON"
        rows={payload.value === '' ? 1 : 3}
        spellcheck={false}
        value={payload.value}
        onInput={(event) => {
          payload.value = event.currentTarget.value;
        }}
      />
      {problem.value === null ? null : (
        <p class="event-problem" role="alert">
          {problem.value}
        </p>
      )}
    </form>
  );
}

interface KnownProps {
  readonly known: readonly NextEvent[];
  readonly chosen: string;
  readonly onChoose: (type: string) => void;
}

/** One button for each event, whatever it may lead to. */
function Known({ known, chosen, onChoose }: KnownProps) {
  const byType = new Map<string, NextEvent[]>();
  for (const edge of known) {
    if (edge.event !== '') byType.set(edge.event, [...(byType.get(edge.event) ?? []), edge]);
  }
  if (byType.size === 0) return null;
  return (
    <fieldset class="event-known">
      <legend class="sr-only">Events that its state knows of</legend>
      {[...byType].map(([type, edges]) => (
        <button
          key={type}
          type="button"
          data-event={type}
          data-possible={String(possible(edges))}
          aria-pressed={chosen === type}
          title={hint(edges)}
          onClick={() => onChoose(type)}
        >
          {eventName(type)}
        </button>
      ))}
    </fieldset>
  );
}

function possible(edges: readonly NextEvent[]): boolean | null {
  if (edges.some((edge) => edge.possible === true)) return true;
  return edges.some((edge) => edge.possible === null) ? null : false;
}

function hint(edges: readonly NextEvent[]): string {
  return edges
    .map(({ guard, target, possible }) => {
      const where =
        target === null ? 'stays' : `to ${target.split('.').slice(1).join('.') || target}`;
      const when = guard === null ? '' : ` if ${guard}`;
      const now = { true: '', false: ' (not now)', null: ' (depends on what it brings)' };
      return `${where}${when}${now[String(possible) as keyof typeof now]}`;
    })
    .join('\n');
}
