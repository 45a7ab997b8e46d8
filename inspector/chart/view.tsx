/** The statechart of the selected actor, as it stood at the moment that is shown. */
import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { ActorState, Definition, InspectionRecord } from '../../src/inspection/protocol.ts';
import { nameOf } from '../model/actors.ts';
import { history, moment, selected, selectedState, shownTime } from '../model/session.ts';
import { lookOf } from '../model/words.ts';
import { pathOf } from '../what-if/from-definition.ts';
import { next } from '../what-if/next.ts';
import { ask } from '../why/asked.ts';
import { Chart } from './chart.tsx';
import { EdgeCounts } from './counts.ts';
import { activeNodes, edgesFrom, firedBefore } from './facts.ts';
import { askAgain, drawn } from './layouts.ts';
import './view.css';

type Heat = 'off' | 'one' | 'all';

const nothing: readonly InspectionRecord[] = [];

export function ChartView() {
  const n = selected.value;
  const one = selectedState();
  if (n === null) return <p class="empty">Select an actor in the tree to see its statechart.</p>;
  if (one === null) return <p class="empty">It did not exist at this moment.</p>;
  const number = one.actor.definition;
  const definition = number === null ? undefined : history.value.definitions.get(number);
  if (number === null) {
    const { id, logic } = one.actor;
    return (
      <p class="empty">
        <code>{id}</code> is a {logic === 'other' ? 'thing of its own' : logic}: it has no states to
        draw.
      </p>
    );
  }
  const chart = definition === undefined ? null : drawn(definition);
  if (definition === undefined || chart === null || chart.kind === 'asked') {
    return (
      <p class="empty" role="status">
        Its statechart is being laid out…
      </p>
    );
  }
  if (chart.kind === 'failed') {
    return (
      <p class="empty" role="status">
        There is no picture of its statechart: {chart.why}{' '}
        <button type="button" onClick={() => askAgain(definition)}>
          Try again
        </button>
      </p>
    );
  }
  return <ActorChart one={one} definition={chart.definition} />;
}

function ActorChart({ one, definition }: { one: ActorState; definition: Definition }) {
  const heat = useSignal<Heat>('off');
  const { actor, state, timers } = one;
  const counting = useMemo(() => new EdgeCounts(), []);
  const past = history.value;

  const records = state === null ? nothing : past.recordsOf(actor.actor, state.at - 1000, state.at);
  // A step is drawn once, however often the page is.
  const fired = useMemo(() => firedBefore(records, state), [actor.actor, state?.seq]);
  const asked = moment.value === null && next.value?.actor === actor.actor ? next.value : null;
  const possible = useMemo(() => {
    if (state?.status !== 'active') return [];
    const from = edgesFrom(definition, activeNodes(definition, state));
    const refused = new Set(
      asked?.events.filter((event) => event.possible === false).map(({ edge }) => edge),
    );
    return from.filter((edge) => !refused.has(edge));
  }, [definition, state, asked]);
  const isAll = heat.value === 'all';
  const counts = counting.of(
    past,
    isAll ? `all ${definition.definition}` : `one ${actor.actor}`,
    moment.value,
    (n) => (isAll ? past.actor(n)?.definition === definition.definition : n === actor.actor),
  );
  const look = lookOf(one);
  return (
    <section
      class="chart-view"
      aria-label={`Statechart of ${nameOf(actor)}`}
      data-actor={actor.actor}
    >
      <header class="chart-bar">
        <strong>{nameOf(actor)}</strong>
        <span class={`chip ${look.family}`}>{look.detail || look.word || 'unknown'}</span>
        <label>
          Heat map
          <select
            value={heat.value}
            onChange={(event) => {
              heat.value = event.currentTarget.value as Heat;
            }}
          >
            <option value="off">off</option>
            <option value="one">of {nameOf(actor)}</option>
            <option value="all">of all with this chart</option>
          </select>
        </label>
      </header>
      <Chart
        definition={definition}
        state={state}
        fired={fired}
        possible={possible}
        timers={timers}
        counts={counts}
        isHeatMap={heat.value !== 'off'}
        // The clock ticks only while somebody looks at it.
        now={timers.length === 0 ? 0 : shownTime()}
        onSelect={(chosen) => {
          // Whoever looks at a state may want to know why it is, or was, active.
          if (chosen?.kind === 'node') ask(actor.actor, pathOf(definition, chosen.node.id));
        }}
      />
    </section>
  );
}
