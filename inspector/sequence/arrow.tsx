/** One event as an arrow from whoever sent it to whoever got it. */
import { clip } from '../why/words.ts';
import type { Row } from './rows.ts';
import { tellsBadNews, titleOf } from './titles.ts';

export const columnWidth = 132;
export const rowHeight = 26;

/** Measured: what a character of the small monospaced letters is wide. */
const characterWidth = 6.65;
const head = 6;

interface ArrowProps {
  readonly row: Row;
  readonly y: number;
  /** Columns. */
  readonly from: number;
  readonly to: number;
  /** What of the picture can be seen, from left to right. */
  readonly view: readonly [left: number, right: number];
  readonly width: number;
  readonly isChosen: boolean;
  readonly isFuture: boolean;
  readonly label: string;
  readonly onChoose: () => void;
}

export function Arrow(props: ArrowProps) {
  const { row, y, from, to, view, width, isChosen, isFuture, label, onChoose } = props;
  const { record, outcome } = row;
  const text = clip(titleOf(row, from === to), 46);
  return (
    <g
      role="option"
      tabIndex={-1}
      id={`event-${record.seq}`}
      aria-selected={isChosen}
      aria-label={label}
      class={`arrow is-${outcome} ${tellsBadNews(row) ? 'is-bad' : ''} ${isFuture ? 'is-future' : ''} ${isChosen ? 'is-chosen' : ''}`}
      data-seq={record.seq}
      data-event={record.event.type}
      data-outcome={outcome}
      transform={`translate(0 ${y})`}
      onClick={onChoose}
    >
      <rect class="arrow-row" x={0} y={0} width={width} height={rowHeight} />
      {from === to ? (
        <Loop x={(to + 0.5) * columnWidth} text={text} view={view} />
      ) : (
        <Straight
          x1={(from + 0.5) * columnWidth}
          x2={(to + 0.5) * columnWidth}
          text={text}
          view={view}
        />
      )}
      {outcome === 'ignored' ? (
        <Cross x={(to + 0.5) * columnWidth} isLoop={from === to} from={from} to={to} />
      ) : null}
    </g>
  );
}

interface StraightProps {
  readonly x1: number;
  readonly x2: number;
  readonly text: string;
  readonly view: readonly [number, number];
}

function Straight({ x1, x2, text, view: [left, right] }: StraightProps) {
  const to = x1 < x2 ? 1 : -1;
  const y = rowHeight - 8;
  const [start, end] = [Math.max(Math.min(x1, x2), left), Math.min(Math.max(x1, x2), right)];
  return (
    <>
      <circle class="arrow-tail" cx={x1} cy={y} r={2.5} />
      <path class="arrow-line" d={`M${x1} ${y}H${x2 - to * 2}`} />
      <path class="arrow-head" d={`M${x2} ${y}l${-to * head} ${-head * 0.6}v${head * 1.2}z`} />
      {start < end ? (
        // In the middle of what can be seen of it.
        <Label {...fitted((start + end) / 2, text, left, right)} y={y - 5} text={text} />
      ) : (
        <Away isLeft={Math.max(x1, x2) <= left} left={left} right={right} text={text} />
      )}
    </>
  );
}

interface LoopProps {
  readonly x: number;
  readonly text: string;
  readonly view: readonly [number, number];
}

/** To itself: a small bow, with its name on the side that has room for it. */
function Loop({ x, text, view: [left, right] }: LoopProps) {
  const isTurned = x + 26 + text.length * characterWidth > right && x - left > right - x;
  const to = isTurned ? -1 : 1;
  const sweep = isTurned ? 0 : 1;
  if (x < left || x > right)
    return <Away isLeft={x < left} left={left} right={right} text={text} />;
  return (
    <>
      <path
        class="arrow-line"
        d={`M${x} 7h${to * 12}a3 3 0 0 ${sweep} ${to * 3} 3v5a3 3 0 0 ${sweep} ${-to * 3} 3h${-to * 8}`}
      />
      <path class="arrow-head" d={`M${x} 18l${to * head} ${-head * 0.6}v${head * 1.2}z`} />
      <Label x={x + to * 22} y={16} text={text} anchor={isTurned ? 'end' : 'start'} />
    </>
  );
}

/** The name of what is beyond one of the edges, at that edge. */
function Away({
  isLeft,
  left,
  right,
  text,
}: {
  isLeft: boolean;
  left: number;
  right: number;
  text: string;
}) {
  return (
    <text
      class="arrow-away"
      x={isLeft ? left + 6 : right - 6}
      y={16}
      text-anchor={isLeft ? 'start' : 'end'}
    >
      {isLeft ? `◂ ${text}` : `${text} ▸`}
    </text>
  );
}

/** Around a middle, moved so far that it is seen whole. */
function fitted(
  middle: number,
  text: string,
  left: number,
  right: number,
): Pick<LabelProps, 'x' | 'anchor'> {
  const half = (text.length * characterWidth) / 2 + 4;
  return { x: Math.max(left + half, Math.min(right - half, middle)), anchor: 'middle' };
}

interface LabelProps {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly anchor: 'start' | 'middle' | 'end';
}

/** On a patch of the ground, so that no line runs through the letters. */
function Label({ x, y, text, anchor }: LabelProps) {
  const width = text.length * characterWidth + 6;
  const left = { start: x - 3, middle: x - width / 2, end: x + 3 - width }[anchor];
  return (
    <>
      <rect class="arrow-patch" x={left} y={y - 10} width={width} height={13} rx={2} />
      <text class="arrow-name" x={x} y={y} text-anchor={anchor}>
        {text}
      </text>
    </>
  );
}

interface CrossProps {
  readonly x: number;
  readonly isLoop: boolean;
  readonly from: number;
  readonly to: number;
}

/** It came to nothing. */
function Cross({ x, isLoop, from, to }: CrossProps) {
  const cx = isLoop ? x + 12 : x + (from < to ? -14 : 14);
  const cy = isLoop ? 12.5 : rowHeight - 8;
  return <path class="arrow-cross" d={`M${cx - 4} ${cy - 4}l8 8m0 -8l-8 8`} />;
}
