/** The sequence diagram: a column for each actor, a row for each event; only what is seen is drawn. */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { scrollTo, seenRows } from '../model/window.ts';
import { clockTime } from '../shell/time.ts';
import { Arrow, columnWidth, rowHeight } from './arrow.tsx';
import type { Columns } from './columns.ts';
import { Heads } from './heads.tsx';
import { type Row, rowsUntil } from './rows.ts';
import { chosen as choice } from './state.ts';
import { describe } from './titles.ts';
import './diagram.css';

const timeWidth = 104;
const headHeight = 30;
/** Drawn on either side of what is seen. */
const beyond = 300;

interface DiagramProps {
  readonly rows: readonly Row[];
  readonly columns: Columns;
  readonly moment: number | null;
  readonly chosen: number | null;
  readonly selected: number | null;
  readonly isFollowing: boolean;
}

interface Port {
  readonly top: number;
  readonly left: number;
  readonly width: number;
  readonly height: number;
}

export function Diagram({ rows, columns, moment, chosen, selected, isFollowing }: DiagramProps) {
  const place = useRef<HTMLDivElement>(null);
  const [port, setPort] = useState<Port>({ top: 0, left: 0, width: 900, height: 600 });
  const before = useRef(port);
  const keepChosen = useRef(() => {});
  const isAtEnd = useRef(true);
  const past = moment === null ? rows.length : rowsUntil(rows, moment);
  const width = columns.list.length * columnWidth;
  const height = rows.length * rowHeight;

  const measure = () => {
    const box = place.current;
    if (box === null) return;
    const { scrollTop: top, scrollLeft: left, clientWidth, clientHeight } = box;
    const room = { width: clientWidth - timeWidth, height: clientHeight - headHeight };
    before.current = { top, left, ...room };
    setPort(before.current);
  };
  const onScroll = () => {
    const box = place.current;
    if (box === null) return;
    isAtEnd.current = box.scrollTop + box.clientHeight >= box.scrollHeight - rowHeight;
    measure();
  };
  useLayoutEffect(() => {
    const box = place.current;
    if (box === null) return;
    measure();
    const watcher = new ResizeObserver(() => {
      keepChosen.current();
      measure();
    });
    watcher.observe(box);
    return () => watcher.disconnect();
  }, []);
  // At the end one stays at the end, until one scrolls away from it.
  useLayoutEffect(() => {
    const box = place.current;
    if (box !== null && isFollowing && isAtEnd.current) box.scrollTop = box.scrollHeight;
  }, [rows, isFollowing]);
  const show = (row: number) => {
    const box = place.current;
    if (box === null || row < 0) return;
    const inner = box.clientHeight - headHeight - 2 * rowHeight;
    box.scrollTop = scrollTo(row, rowHeight, box.scrollTop, inner);
  };
  // What is told of it takes room away; who scrolled away from it wants to be elsewhere.
  keepChosen.current = () => {
    const row = chosen === null ? -1 : rows.findIndex(({ record }) => record.seq === chosen);
    const { top, height } = before.current;
    const wasInSight = (row + 1) * rowHeight > top && row * rowHeight < top + height;
    if (wasInSight) show(row);
  };
  useEffect(() => {
    if (moment !== null) show(past - 1);
  }, [moment]);

  const move = (by: number) => {
    const at = rows.findIndex(({ record }) => record.seq === chosen);
    const to = at < 0 ? past - 1 : Math.min(rows.length - 1, Math.max(0, at + by));
    choice.value = rows[to]?.record.seq ?? null;
    show(to);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowDown: 1, ArrowUp: -1, PageDown: 20, PageUp: -20, Home: -1e9, End: 1e9 }[
      event.key
    ];
    if (by === undefined) return;
    event.preventDefault();
    move(by);
  };

  const seen = seenRows(rows.length, rowHeight, port.top, port.height);
  const drawn = rows.slice(seen.from, seen.until);
  const firstColumn = Math.max(0, Math.floor(port.left / columnWidth) - 1);
  const lastColumn = Math.min(
    columns.list.length,
    Math.ceil((port.left + port.width) / columnWidth) + 1,
  );
  const lines = Array.from(
    { length: Math.max(0, lastColumn - firstColumn) },
    (_, i) => firstColumn + i,
  );
  const top = seen.from * rowHeight;
  // A picture as wide as a thousand columns would cost what it is large.
  const x0 = Math.max(0, port.left - beyond);
  const shownWidth = Math.max(0, Math.min(width, port.left + port.width + beyond) - x0);
  return (
    <div
      ref={place}
      class="diagram"
      role="listbox"
      tabIndex={0}
      aria-label="Events, the oldest first"
      aria-activedescendant={chosen === null ? undefined : `event-${chosen}`}
      onScroll={onScroll}
      onKeyDown={onKeyDown}
    >
      <Heads
        columns={columns}
        from={firstColumn}
        until={lastColumn}
        selected={selected}
        width={width}
      />
      <div
        class="diagram-space"
        style={{ height: `${height + rowHeight}px`, width: `${timeWidth + width}px` }}
      >
        <div class="diagram-side" aria-hidden="true">
          <div class="diagram-times" style={{ top: `${top}px` }}>
            {drawn.map(({ record }, i) => (
              <time key={record.seq} class={seen.from + i >= past ? 'is-future' : ''}>
                {clockTime(record.at)}
              </time>
            ))}
          </div>
        </div>
        <svg
          class="diagram-picture"
          style={{ top: `${top}px`, left: `${timeWidth + x0}px` }}
          viewBox={`${x0} 0 ${shownWidth} ${drawn.length * rowHeight}`}
          width={shownWidth}
          height={drawn.length * rowHeight}
          role="presentation"
        >
          {lines.map((i) => (
            <line
              key={i}
              class={`lifeline ${columns.list[i]?.actor === selected ? 'is-selected' : ''}`}
              x1={(i + 0.5) * columnWidth}
              x2={(i + 0.5) * columnWidth}
              y1={0}
              y2={drawn.length * rowHeight}
            />
          ))}
          {drawn.map((row, i) => (
            <Arrow
              key={row.record.seq}
              row={row}
              y={i * rowHeight}
              from={columns.at(row.record.source)}
              to={columns.at(row.record.actor)}
              view={[port.left, Math.min(width, port.left + port.width)]}
              width={width}
              isChosen={row.record.seq === chosen}
              isFuture={seen.from + i >= past}
              label={describe(row)}
              onChoose={() => {
                choice.value = row.record.seq;
              }}
            />
          ))}
          {moment !== null && past >= seen.from && past <= seen.until ? (
            <line
              class="diagram-now"
              x1={0}
              x2={width}
              y1={(past - seen.from) * rowHeight}
              y2={(past - seen.from) * rowHeight}
            />
          ) : null}
        </svg>
      </div>
    </div>
  );
}
