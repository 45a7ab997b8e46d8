/** What is under the pointer. */
import type { Lane, Mark, Segment } from '../model/lanes.ts';
import { clockTime, duration } from '../shell/time.ts';

export interface Tipped {
  readonly x: number;
  readonly y: number;
  readonly row: number;
  readonly lane: Lane;
  readonly at: number;
  readonly segment: Segment | null;
  /** Null: it is so still. */
  readonly until: number | null;
  readonly known: number;
  readonly marks: readonly Mark[];
}

interface Props extends Tipped {
  readonly width: number;
  readonly scrollTop: number;
}

export function Tip({ x, y, lane, at, segment, until, known, marks, width, scrollTop }: Props) {
  const isRight = x > width - 240;
  const place = {
    top: `${scrollTop + y + 16}px`,
    ...(isRight ? { right: `${width - x + 8}px` } : { left: `${x + 12}px` }),
  };
  return (
    <div class={`tip ${segment?.family ?? ''}`} style={place} aria-hidden="true">
      <b>{lane.name}</b>
      {segment === null ? null : (
        <>
          <span class="chip">{segment.word}</span>
          <span class="tip-detail">{segment.detail}</span>
          <span>
            {clockTime(segment.from)} – {until === null ? '…' : clockTime(until)}
            <em> {duration((until ?? known) - segment.from)}</em>
          </span>
        </>
      )}
      {marks.map((mark) => (
        <span key={mark.seq} class="tip-mark">
          {mark.kind === mark.label ? mark.kind : `${mark.kind}: ${mark.label}`}{' '}
          {clockTime(mark.at)}
        </span>
      ))}
      <span class="tip-at">{clockTime(at)}</span>
    </div>
  );
}
