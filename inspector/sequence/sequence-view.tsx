/** Who sent what to whom: the filters, the diagram, and what is behind the arrow one chose. */
import type { Signal } from '@preact/signals';
import { history, moment, selected } from '../model/session.ts';
import { nameOf } from '../why/sentences.ts';
import { Details } from './details.tsx';
import { Diagram } from './diagram.tsx';
import { chosen, isNarrow, isPaused, isQuiet, sequence, text, withCauses } from './state.ts';
import './sequence-view.css';

export function SequenceView() {
  const { rows, columns } = sequence.value;
  const n = selected.value;
  const name = n === null ? null : nameOf(n, (one) => history.peek().actor(one));
  return (
    <section class="sequence" aria-label="Sequence">
      <div class="sequence-bar" role="toolbar" aria-label="What is shown">
        <Check of={isNarrow} name="narrow">
          {name === null ? 'only the selected actor' : <>only {name}</>}
        </Check>
        {isNarrow.value ? (
          <Check of={withCauses} name="causes">
            with its causes
          </Check>
        ) : null}
        <Check of={isQuiet} name="quiet">
          without routine
        </Check>
        <input
          type="search"
          aria-label="Name of the event"
          placeholder="event"
          value={text.value}
          onInput={(event) => {
            text.value = event.currentTarget.value;
          }}
        />
        <span class="sequence-gap" />
        <output data-count={rows.length}>{rows.length.toLocaleString('en')} events</output>
        <button
          type="button"
          data-action="pause"
          aria-pressed={isPaused.value}
          onClick={() => {
            isPaused.value = !isPaused.value;
          }}
        >
          {isPaused.value ? 'go on' : 'pause'}
        </button>
      </div>
      {rows.length === 0 ? (
        <p class="empty">
          {name !== null && isNarrow.value
            ? `Nothing was sent by or to ${name} in what is known, or the filter leaves it out.`
            : 'Nothing was sent in what is known, or the filter leaves it out.'}
        </p>
      ) : (
        <Diagram
          rows={rows}
          columns={columns}
          moment={moment.value}
          chosen={chosen.value}
          selected={n}
          isFollowing={moment.value === null && !isPaused.value}
        />
      )}
      <Details />
    </section>
  );
}

interface CheckProps {
  readonly of: Signal<boolean>;
  readonly name: string;
  readonly children: preact.ComponentChildren;
}

function Check({ of, name, children }: CheckProps) {
  return (
    <label>
      <input
        type="checkbox"
        name={name}
        checked={of.value}
        onChange={(event) => {
          of.value = event.currentTarget.checked;
        }}
      />
      <span>{children}</span>
    </label>
  );
}
