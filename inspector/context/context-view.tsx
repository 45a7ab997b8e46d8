/** The context of the selected actor at the moment, and what its last step changed in it. */
import { useSignal } from '@preact/signals';
import { history, moment, navigate, selected } from '../model/session.ts';
import { stateName } from '../model/words.ts';
import { clockTime } from '../shell/time.ts';
import { nameOf } from '../why/sentences.ts';
import { eventName } from '../why/words.ts';
import { changedLeaves } from './diff.ts';
import { PlainTree } from './plain-tree.tsx';
import { contextAfter, type Steps, stepAt, stepsOf } from './steps.ts';
import './context-view.css';

export function ContextView() {
  const isTerse = useSignal(false);
  const pinned = useSignal<number | null>(null);
  const n = selected.value;
  if (n === null) return <p class="empty">Select an actor in the tree to see its context.</p>;

  const past = history.value;
  const steps = stepsOf(past, n);
  const index = stepAt(steps, moment.value, pinned.value);
  const name = nameOf(n, (one) => past.actor(one));
  if (index < 0) return <p class="empty">{name} did not exist at this moment.</p>;

  const go = (to: number) => {
    const state = steps.states[to];
    if (state === undefined) return;
    pinned.value = state.seq;
    navigate({ moment: state.at });
  };
  const after = contextAfter(steps, index);
  const before = index === 0 ? after : contextAfter(steps, index - 1);
  return (
    <section class="context" aria-label={`Context of ${name}`} data-actor={n}>
      <Bar steps={steps} index={index} name={name} go={go} />
      <div class="context-tools">
        <Count before={before} after={after} isFirst={index === 0} />
        <label>
          <input
            type="checkbox"
            checked={isTerse.value}
            onChange={(event) => {
              isTerse.value = event.currentTarget.checked;
            }}
          />
          only what changed
        </label>
      </div>
      <div class="context-tree" data-step={steps.states[index]?.seq}>
        {after === undefined ? (
          <p class="empty">It has no context.</p>
        ) : (
          <PlainTree
            key={n}
            label={`Context of ${name}`}
            before={before}
            after={after}
            isTerse={isTerse.value}
          />
        )}
      </div>
    </section>
  );
}

interface BarProps {
  readonly steps: Steps;
  readonly index: number;
  readonly name: string;
  readonly go: (index: number) => void;
}

function Bar({ steps, index, name, go }: BarProps) {
  const state = steps.states[index];
  const last = steps.states.length - 1;
  return (
    <div class="context-bar" role="toolbar" aria-label="Steps of this actor">
      <button
        type="button"
        data-action="step-back"
        aria-label="The step before"
        disabled={index <= 0}
        onClick={() => go(index - 1)}
      >
        ◀
      </button>
      <button
        type="button"
        data-action="step-forward"
        aria-label="The step after"
        disabled={index >= last}
        onClick={() => go(index + 1)}
      >
        ▶
      </button>
      <b>{name}</b>
      <span class="context-step">
        step {index + 1} of {last + 1}
      </span>
      {state === undefined ? null : (
        <>
          {state.event === '' ? null : <code class="context-event">{eventName(state.event)}</code>}
          {state.value === null ? null : <code>{stateName(state.value)}</code>}
          <time>{clockTime(state.at)}</time>
        </>
      )}
    </div>
  );
}

interface CountProps {
  readonly before: Parameters<typeof changedLeaves>[0];
  readonly after: Parameters<typeof changedLeaves>[1];
  readonly isFirst: boolean;
}

function Count({ before, after, isFirst }: CountProps) {
  if (isFirst) return <output>This is the first step that is known.</output>;
  const count = changedLeaves(before, after).length;
  if (count === 0) return <output>This step changed nothing in it.</output>;
  return (
    <output>
      This step changed {count}
      {count >= 200 ? ' or more' : ''} {count === 1 ? 'value' : 'values'}.
    </output>
  );
}
