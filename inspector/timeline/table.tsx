/** The timeline as text: every change of state, newest first. For those who cannot see lanes. */
import { useMemo } from 'preact/hooks';
import type { Lane, Segment } from '../model/lanes.ts';
import { history, moment, navigate } from '../model/session.ts';
import { Rows } from '../shell/rows.tsx';
import { clockTime, duration } from '../shell/time.ts';
import { useSlowly } from '../shell/use-slowly.ts';

interface Entry {
  readonly lane: Lane;
  readonly segment: Segment;
  readonly until: number | null;
}

export function TransitionsTable({ shown }: { readonly shown: readonly Lane[] }) {
  const version = useSlowly(history.value.version);
  const entries = useMemo(() => entriesOf(shown), [shown, version]);
  const at = moment.value;
  const current = at === null ? null : entries.findIndex(({ segment }) => segment.from <= at);
  return (
    <div
      class="transitions"
      role="table"
      aria-label="Changes of state, newest first"
      aria-rowcount={entries.length}
    >
      <div class="transitions-row transitions-head" role="row">
        {['Time', 'Who', 'State', 'Lasted'].map((title) => (
          <span key={title} role="columnheader">
            {title}
          </span>
        ))}
      </div>
      <Rows
        count={entries.length}
        rowHeight={24}
        focus={current}
        sought={at}
        attributes={{ role: 'rowgroup', tabIndex: 0 }}
        row={(i) => <Line key={i} entry={entries[i]} i={i} isCurrent={i === current} />}
      />
    </div>
  );
}

interface LineProps {
  readonly entry: Entry | undefined;
  readonly i: number;
  readonly isCurrent: boolean;
}

function Line({ entry, i, isCurrent }: LineProps) {
  if (entry === undefined) return null;
  const { lane, segment, until } = entry;
  return (
    <div
      class={`transitions-row ${segment.family} ${isCurrent ? 'is-current' : ''}`}
      role="row"
      aria-rowindex={i + 1}
      aria-current={isCurrent ? 'time' : undefined}
    >
      <span role="cell">
        <button
          type="button"
          class="link"
          onClick={() => navigate({ selected: lane.actor, moment: segment.from })}
        >
          {clockTime(segment.from)}
        </button>
      </span>
      <span role="cell" class="cut">
        {lane.name}
      </span>
      <span role="cell" class="cut">
        <span class="chip">{segment.word}</span> <small>{segment.detail}</small>
      </span>
      <span role="cell">{until === null ? 'still so' : duration(until - segment.from)}</span>
    </div>
  );
}

function entriesOf(shown: readonly Lane[]): readonly Entry[] {
  return shown
    .flatMap((lane) =>
      lane.segments.map((segment, i) => ({
        lane,
        segment,
        until: lane.segments[i + 1]?.from ?? null,
      })),
    )
    .sort((a, b) => b.segment.from - a.segment.from || (b.segment.seq ?? 0) - (a.segment.seq ?? 0));
}
