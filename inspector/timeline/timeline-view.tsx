/** What everybody did when: as lanes, as who waited for whom, or as a table. */
import { useMemo } from 'preact/hooks';
import { type Lane, laneKey } from '../model/lanes.ts';
import { filter, history, info, lanes, services, states } from '../model/session.ts';
import { treeRows } from '../model/tree-rows.ts';
import { LanesView } from './lanes-view.tsx';
import { Overview } from './overview.tsx';
import { mode, range, showAll, shownRange, zoom } from './range-state.ts';
import { TransitionsTable } from './table.tsx';
import './timeline.css';
import { Waterfall } from './waterfall.tsx';

const modes = [
  ['lanes', 'Lanes'],
  ['waterfall', 'Who waited for whom'],
  ['table', 'Table'],
] as const;

export function TimelineView() {
  const { shown, depths } = shownLanes();
  return (
    <div class="timeline">
      <div class="timeline-bar" role="toolbar" aria-label="Timeline">
        <fieldset class="choice">
          <legend class="sr-only">Show as</legend>
          {modes.filter(isOfUse).map(([one, title]) => (
            <button
              key={one}
              type="button"
              aria-pressed={mode.value === one}
              onClick={() => {
                mode.value = one;
              }}
            >
              {title}
            </button>
          ))}
        </fieldset>
        {mode.value === 'lanes' ? <Zoom /> : null}
        <Legend />
      </div>
      {mode.value === 'lanes' ? (
        <>
          <Overview shown={shown} />
          <LanesView shown={shown} depths={depths} />
        </>
      ) : mode.value === 'waterfall' ? (
        <Waterfall />
      ) : (
        <TransitionsTable shown={shown} />
      )}
    </div>
  );
}

/** Only services wait for each other. */
const isOfUse = ([one]: (typeof modes)[number]): boolean =>
  one !== 'waterfall' || info.value?.subject !== 'system';

function Zoom() {
  const middle = (): number => {
    const { from, until } = shownRange();
    return (from + until) / 2;
  };
  return (
    <span class="timeline-zoom">
      <button type="button" aria-label="Farther" onClick={() => zoom(1.6, middle())}>
        −
      </button>
      <button type="button" aria-label="Nearer" onClick={() => zoom(0.6, middle())}>
        +
      </button>
      <button type="button" disabled={range.value === null} onClick={showAll}>
        All
      </button>
    </span>
  );
}

const legend = [
  ['✕', 'crashed', 'bad'],
  ['■', 'killed', 'bad'],
  ['↻', 'restarted', 'busy'],
  ['↯', 'signalled', 'busy'],
  ['◦', 'exited', 'down'],
] as const;

function Legend() {
  if (mode.value !== 'lanes' || info.value?.subject === 'system') return null;
  return (
    <span class="timeline-legend" aria-hidden="true">
      {legend.map(([glyph, word, family]) => (
        <span key={word} class={family}>
          <i>{glyph}</i> {word}
        </span>
      ))}
    </span>
  );
}

interface Shown {
  readonly shown: readonly Lane[];
  readonly depths: readonly number[];
}

/** In the order of the tree, narrowed by its filter. Whoever is no more has a lane at the end. */
function shownLanes(): Shown {
  const all = lanes.value.all;
  const { version } = history.peek();
  const wanted = filter.value;
  const isSupervisor = info.value?.subject !== 'system';
  const standing = states();
  const known = services.value;
  return useMemo(() => {
    const rows = treeRows(
      {
        states: standing,
        services: new Map((known?.services ?? []).map((one) => [one.name, one])),
        since: () => 0,
      },
      { filter: wanted, sort: 'order', descending: false, toggled: new Set(), isSupervisor },
    );
    const shown: Lane[] = [];
    const depths: number[] = [];
    for (const { actor, depth } of rows) {
      const record = history.peek().actor(actor);
      const lane = record === null ? undefined : all.get(laneKey(record));
      if (lane === undefined || shown.includes(lane)) continue;
      shown.push(lane);
      depths.push(depth);
    }
    return { shown, depths };
  }, [version, wanted, isSupervisor, standing, known, all]);
}
