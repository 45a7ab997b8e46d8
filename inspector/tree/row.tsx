/** One actor as a row: name, state, restarts, since when, what it costs. */
import { countMarks, type Lane, laneKey, sinceWhen } from '../model/lanes.ts';
import { history, lanes, now, usage } from '../model/session.ts';
import type { TreeRow } from '../model/tree-rows.ts';
import { age, bytes } from '../shell/time.ts';
import { Spark } from './spark.tsx';

interface Props {
  readonly row: TreeRow;
  readonly at: number | null;
  readonly onToggle: () => void;
}

export function Row({ row, at, onToggle }: Props) {
  const { service, look } = row;
  const lane = laneOf(row.actor);
  return (
    <>
      <span class="col-name" style={{ paddingLeft: `${row.depth * 14}px` }}>
        {row.hasChildren ? (
          <span
            class={`tree-twist ${row.isOpen ? 'is-open' : ''}`}
            aria-hidden="true"
            onClick={(event) => {
              event.stopPropagation();
              onToggle();
            }}
          />
        ) : (
          <span class="tree-twist is-none" aria-hidden="true" />
        )}
        <span class="tree-name" title={titleOf(row)}>
          {row.name}
        </span>
        {service?.pinned === true ? <small class="tree-tag">pinned</small> : null}
        {service?.adopted === true ? <small class="tree-tag">adopted</small> : null}
      </span>
      <span class="col-state">
        {look.word === '' ? null : (
          <span class="chip" title={look.detail}>
            {look.word}
          </span>
        )}
      </span>
      <Age lane={lane} at={at} fallback={service?.startedAt ?? null} />
      {service === null ? null : (
        <Costs name={row.name} restarts={restartsAt(row, lane, at)} at={at} />
      )}
    </>
  );
}

function laneOf(actor: number): Lane | undefined {
  const record = history.peek().actor(actor);
  return record === null ? undefined : lanes.peek().all.get(laneKey(record));
}

function titleOf({ name, service, actor }: TreeRow): string {
  const logic = history.peek().actor(actor)?.logic;
  return service === null ? `${name} (${logic})` : `${name}: ${service.why}`;
}

/** The status knows how many there are now; from there it is counted back. */
function restartsAt({ service }: TreeRow, lane: Lane | undefined, at: number | null): number {
  const later = lane === undefined || at === null ? 0 : countMarks(lane, 'restart', at);
  return Math.max(0, (service?.restarts ?? 0) - later);
}

interface AgeProps {
  readonly lane: Lane | undefined;
  readonly at: number | null;
  readonly fallback: number | null;
}

/** A component of its own, so that the clock redraws nothing else. */
function Age({ lane, at, fallback }: AgeProps) {
  const shown = at ?? now.value;
  const since = (lane === undefined ? null : sinceWhen(lane, shown)) ?? fallback;
  return (
    <span class="col-age">
      {since === null ? '' : age(shown - since)}
      {since === null ? null : <span class="sr-only"> in this state</span>}
    </span>
  );
}

interface CostsProps {
  readonly name: string;
  readonly restarts: number;
  readonly at: number | null;
}

function Costs({ name, restarts, at }: CostsProps) {
  const samples = usage.until(name, at);
  const last = samples.at(-1);
  return (
    <>
      <span class={`col-restarts ${restarts > 0 ? 'is-some' : ''}`}>
        <span>{restarts === 0 ? '·' : restarts}</span>
        <span class="sr-only"> restarts</span>
      </span>
      <Spark
        samples={samples}
        of="cpu"
        text={last?.cpu == null ? '' : `${last.cpu.toFixed(1)} %`}
      />
      <Spark samples={samples} of="rss" text={last?.rss == null ? '' : bytes(last.rss)} />
    </>
  );
}
