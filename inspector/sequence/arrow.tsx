/** One event as an arrow from whoever sent it to whoever got it. */
import { history } from '../model/session.ts';
import { stateName } from '../model/words.ts';
import { clockTime } from '../shell/time.ts';
import { nameOf } from '../why/sentences.ts';
import { brief, clip, eventName } from '../why/words.ts';
import type { Row } from './rows.ts';

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
  readonly width: number;
  readonly isChosen: boolean;
  readonly isFuture: boolean;
  readonly label: string;
  readonly onChoose: () => void;
}

export function Arrow(props: ArrowProps) {
  const { row, y, from, to, width, isChosen, isFuture, label, onChoose } = props;
  const { record, outcome } = row;
  const text = clip(titleOf(row, from === to), 46);
  return (
    <g
      role="option"
      tabIndex={-1}
      id={`event-${record.seq}`}
      aria-selected={isChosen}
      aria-label={label}
      class={`arrow is-${outcome} ${isFuture ? 'is-future' : ''} ${isChosen ? 'is-chosen' : ''}`}
      data-seq={record.seq}
      data-event={record.event.type}
      data-outcome={outcome}
      transform={`translate(0 ${y})`}
      onClick={onChoose}
    >
      <rect class="arrow-row" x={0} y={0} width={width} height={rowHeight} />
      {from === to ? (
        <Loop x={(to + 0.5) * columnWidth} text={text} width={width} />
      ) : (
        <Straight x1={(from + 0.5) * columnWidth} x2={(to + 0.5) * columnWidth} text={text} />
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
}

function Straight({ x1, x2, text }: StraightProps) {
  const to = x1 < x2 ? 1 : -1;
  const y = rowHeight - 8;
  return (
    <>
      <circle class="arrow-tail" cx={x1} cy={y} r={2.5} />
      <path class="arrow-line" d={`M${x1} ${y}H${x2 - to * 2}`} />
      <path class="arrow-head" d={`M${x2} ${y}l${-to * head} ${-head * 0.6}v${head * 1.2}z`} />
      <Label x={(x1 + x2) / 2} y={y - 5} text={text} anchor="middle" />
    </>
  );
}

interface LoopProps {
  readonly x: number;
  readonly text: string;
  readonly width: number;
}

/** To itself: a small bow, with its name beside it where there is room for it. */
function Loop({ x, text, width }: LoopProps) {
  const isLeft = x + 26 + text.length * characterWidth > width;
  const to = isLeft ? -1 : 1;
  return (
    <>
      <path
        class="arrow-line"
        d={`M${x} 7h${to * 12}a3 3 0 0 ${isLeft ? 0 : 1} ${to * 3} 3v5a3 3 0 0 ${isLeft ? 0 : 1} ${-to * 3} 3h${-to * 8}`}
      />
      <path class="arrow-head" d={`M${x} 18l${to * head} ${-head * 0.6}v${head * 1.2}z`} />
      <Label x={x + to * 22} y={16} text={text} anchor={isLeft ? 'end' : 'start'} />
    </>
  );
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

/** Of what goes on inside one column, also who says it. */
function titleOf({ record }: Row, isLoop: boolean): string {
  const name = eventName(record.event.type);
  const more = clip(brief(record.event), 26);
  const whole = more === '' ? name : `${name} (${more})`;
  if (!isLoop || record.source === record.actor || record.source === null) return whole;
  const past = history.peek();
  const [source, actor] = [past.actor(record.source), past.actor(record.actor)];
  if (source?.parent === record.actor) return `${source.id}: ${whole}`;
  return actor?.parent === record.source ? `${whole} → ${actor.id}` : whole;
}

export function describe({ record, outcome, after }: Row): string {
  const naming = (n: number) => history.peek().actor(n);
  const who = `${nameOf(record.source, naming)} to ${nameOf(record.actor, naming)}`;
  const became = {
    waiting: 'not handled yet',
    taken: after === null ? 'handled' : `then in ${stateName(after)}`,
    ignored: after === null ? 'ignored' : `ignored in ${stateName(after)}`,
    broke: 'and it broke',
  }[outcome];
  return `${clockTime(record.at)}, ${who}: ${eventName(record.event.type)}, ${became}`;
}
