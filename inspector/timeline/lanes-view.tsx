/** The lanes on a canvas: wheel to come nearer, drag to move, click to go to a moment. */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { indexAt, type Lane, laneKey, type Segment } from '../model/lanes.ts';
import { history, lanes, moment, navigate, selected, theme } from '../model/session.ts';
import { axisHeight, draw, laneHeight, type Picture, scaleOf } from './draw.ts';
import { paletteOf } from './palette.ts';
import { known, pan, showAll, shownRange, zoom } from './range-state.ts';
import { Tip, type Tipped } from './tip.tsx';

interface Props {
  readonly shown: readonly Lane[];
  readonly depths: readonly number[];
}

const gutterOf = (width: number): number => Math.min(170, Math.round(width * 0.25));

export function LanesView({ shown, depths }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  const [scrollTop, setScrollTop] = useState(0);
  const [tip, setTip] = useState<Tipped | null>(null);
  const grip = useRef<{ x: number; y: number; isMoved: boolean } | null>(null);

  const actor = selected.value === null ? null : history.value.actor(selected.value);
  const range = shownRange();
  const picture: Picture = {
    ...size,
    gutter: gutterOf(size.width),
    range,
    lanes: shown,
    depths,
    commands: lanes.value.commands,
    scrollTop,
    selected: actor === null ? null : laneKey(actor),
    moment: moment.value,
    known: known(),
    hovered: tip?.row ?? null,
  };
  const scale = scaleOf(picture);
  theme.value;

  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const measure = () => setSize({ width: element.clientWidth, height: element.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    const element = canvas.current;
    const pen = element?.getContext('2d') ?? null;
    if (element === null || pen === null || size.width === 0) return;
    const ratio = devicePixelRatio || 1;
    if (
      element.width !== Math.round(size.width * ratio) ||
      element.height !== Math.round(size.height * ratio)
    ) {
      element.width = Math.round(size.width * ratio);
      element.height = Math.round(size.height * ratio);
    }
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    draw(pen, picture, paletteOf(element));
  });

  // Preact's own listeners are passive for the wheel, and the page must not scroll with it.
  const wheel = useRef<(event: WheelEvent) => void>(() => {});
  wheel.current = (event) => {
    const x = event.clientX - (box.current?.getBoundingClientRect().left ?? 0);
    if (event.shiftKey || x < picture.gutter) return;
    event.preventDefault();
    if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      pan(event.deltaX * ((range.until - range.from) / (size.width - picture.gutter)));
    } else zoom(1.0016 ** event.deltaY, scale.at(x));
  };
  useEffect(() => {
    const onWheel = (event: WheelEvent) => wheel.current(event);
    box.current?.addEventListener('wheel', onWheel, { passive: false });
    return () => box.current?.removeEventListener('wheel', onWheel);
  }, []);

  const placeOf = (event: MouseEvent) => {
    const rect = box.current?.getBoundingClientRect();
    const x = event.clientX - (rect?.left ?? 0);
    const y = event.clientY - (rect?.top ?? 0);
    return { x, y, row: Math.floor((y - axisHeight + scrollTop) / laneHeight) };
  };
  const click = (event: MouseEvent) => {
    const { x, y, row } = placeOf(event);
    const lane = y < axisHeight ? undefined : shown[row];
    navigate({
      ...(lane === undefined ? {} : { selected: lane.actor }),
      ...(x < picture.gutter ? {} : { moment: scale.at(x) }),
    });
  };

  return (
    <div
      class="lanes"
      ref={box}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it is scrolled and zoomed by keys
      tabIndex={0}
      role="application"
      aria-label={`${summaryOf(shown, range)}. Plus and minus zoom, arrows move, 0 shows all. The same as text: Table.`}
      onScroll={({ currentTarget }) => setScrollTop(currentTarget.scrollTop)}
      onKeyDown={(event) => {
        const does = keysOf(range)[event.key];
        if (does === undefined) return;
        event.preventDefault();
        does();
      }}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        grip.current = { x: event.clientX, y: event.clientY, isMoved: false };
      }}
      onPointerMove={(event) => {
        const held = grip.current;
        if (held === null) return setTip(tipAt(placeOf(event), shown, picture, scale.at));
        const [dx, dy] = [event.clientX - held.x, event.clientY - held.y];
        if (!held.isMoved && Math.abs(dx) + Math.abs(dy) < 5) return;
        setTip(null);
        pan((-dx * (range.until - range.from)) / (size.width - picture.gutter));
        if (box.current !== null) box.current.scrollTop -= dy;
        grip.current = { x: event.clientX, y: event.clientY, isMoved: true };
      }}
      onPointerUp={(event) => {
        if (grip.current?.isMoved === false) click(event);
        grip.current = null;
      }}
      onPointerCancel={() => {
        grip.current = null;
      }}
      onPointerLeave={() => setTip(null)}
    >
      <div class="lanes-all" style={{ height: `${axisHeight + shown.length * laneHeight}px` }}>
        <canvas
          ref={canvas}
          class="lanes-canvas"
          style={{ width: `${size.width}px`, height: `${size.height}px` }}
        />
      </div>
      {tip === null ? null : <Tip {...tip} width={size.width} scrollTop={scrollTop} />}
    </div>
  );
}

function keysOf({ from, until }: Picture['range']): Record<string, () => void> {
  const middle = moment.peek() ?? (from + until) / 2;
  const step = (until - from) / 10;
  return {
    '+': () => zoom(0.7, middle),
    '=': () => zoom(0.7, middle),
    '-': () => zoom(1.4, middle),
    '0': showAll,
    ArrowLeft: () => pan(-step),
    ArrowRight: () => pan(step),
  };
}

function tipAt(
  { x, y, row }: { readonly x: number; readonly y: number; readonly row: number },
  shown: readonly Lane[],
  { gutter, known }: Picture,
  at: (x: number) => number,
): Tipped | null {
  const lane = shown[row];
  if (lane === undefined || y < axisHeight || x < gutter) return null;
  const i = indexAt(lane.segments, at(x));
  const near = Math.abs(at(8) - at(0));
  return {
    x,
    y,
    row,
    lane,
    at: at(x),
    segment: (lane.segments[i] as Segment | undefined) ?? null,
    until: lane.segments[i + 1]?.from ?? null,
    known,
    marks: lane.marks.filter((mark) => Math.abs(mark.at - at(x)) <= near).slice(-4),
  };
}

function summaryOf(shown: readonly Lane[], { from, until }: Picture['range']): string {
  const isIn = (at: number): boolean => at >= from && at <= until;
  const crashes = shown.flatMap(({ marks }) =>
    marks.filter(({ kind, at }) => kind === 'crash' && isIn(at)),
  );
  const bad = shown
    .filter(({ segments }) => segments.at(-1)?.family === 'bad')
    .map(({ name }) => name);
  const now = bad.length === 0 ? 'none is failing' : `failing: ${bad.slice(0, 8).join(', ')}`;
  return `Timeline of ${shown.length} actors, ${crashes.length} crashes; ${now}`;
}
