/** All there is in one strip; the part that is shown below can be moved in it. */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Lane } from '../model/lanes.ts';
import { moment, theme } from '../model/session.ts';
import type { Family } from '../model/words.ts';
import { paletteOf } from './palette.ts';
import { bounds, shownRange, showStretch } from './range-state.ts';

const height = 34;
const stack: readonly Family[] = ['bad', 'busy', 'plain', 'up'];

export function Overview({ shown }: { readonly shown: readonly Lane[] }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [width, setWidth] = useState(0);
  const grip = useRef<{ x: number; from: number; until: number } | null>(null);
  const range = shownRange();
  const all = bounds();
  const chosen = theme.value;
  const x = (at: number): number => ((at - all.from) / (all.until - all.from)) * width;

  useLayoutEffect(() => {
    const element = canvas.current?.parentElement;
    if (element === null || element === undefined) return;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    setWidth(element.clientWidth);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    if (canvas.current !== null && width > 0) drawStrip(canvas.current, shown, all.from, all.until);
  }, [width, chosen, shown, all.from, Math.round(all.until / 500)]);

  const left = x(range.from);
  const right = x(range.until);
  return (
    <div
      class="overview"
      aria-hidden="true"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        const at = all.from + (event.offsetX / width) * (all.until - all.from);
        const span = range.until - range.from;
        const isInside = at >= range.from && at <= range.until && span < all.until - all.from;
        const from = isInside ? range.from : at - span / 2;
        if (!isInside) showStretch({ from, until: from + span });
        grip.current = { x: event.clientX, from, until: from + span };
      }}
      onPointerMove={(event) => {
        const held = grip.current;
        if (held === null) return;
        const by = ((event.clientX - held.x) / width) * (all.until - all.from);
        showStretch({ from: held.from + by, until: held.until + by });
      }}
      onPointerUp={() => {
        grip.current = null;
      }}
    >
      <canvas ref={canvas} width={Math.max(1, width)} height={height} />
      <div
        class={`overview-shown ${range.from <= all.from && range.until >= all.until ? 'is-all' : ''}`}
        style={{ left: `${left}px`, width: `${Math.max(3, right - left)}px` }}
      />
      {moment.value === null ? null : (
        <div class="overview-moment" style={{ left: `${x(moment.value)}px` }} />
      )}
    </div>
  );
}

/** In each column, how many lanes are of which family. */
function drawStrip(
  canvas: HTMLCanvasElement,
  shown: readonly Lane[],
  from: number,
  until: number,
): void {
  const pen = canvas.getContext('2d');
  if (pen === null) return;
  const { width } = canvas;
  const columns = Math.max(1, Math.floor(width / 2));
  const counts = { bad: [], busy: [], plain: [], up: [], down: [] } as Record<Family, number[]>;
  for (const family of stack) counts[family] = Array.from({ length: columns + 1 }, () => 0);
  const column = (at: number): number =>
    Math.min(columns, Math.max(0, Math.floor(((at - from) / (until - from)) * columns)));
  for (const { segments } of shown) {
    segments.forEach((segment, i) => {
      const count = counts[segment.family];
      const begin = column(segment.from);
      const end = Math.max(begin + 1, column(segments[i + 1]?.from ?? until));
      // As differences, so that a long stretch costs as little as a short one.
      count[begin] = (count[begin] ?? 0) + 1;
      count[end] = (count[end] ?? 0) - 1;
    });
  }
  const palette = paletteOf(canvas);
  pen.clearRect(0, 0, width, height);
  const sums = { bad: 0, busy: 0, plain: 0, up: 0, down: 0 };
  const total = Math.max(1, shown.length);
  for (let i = 0; i < columns; i += 1) {
    let y = height;
    for (const family of ['up', 'plain', 'busy', 'bad'] as const) {
      sums[family] += counts[family][i] ?? 0;
      const high = Math.min(height, (sums[family] / total) * (height - 4));
      if (high <= 0) continue;
      const seen = family === 'bad' || family === 'busy' ? Math.max(2, high) : high;
      pen.fillStyle = palette.fill[family];
      pen.globalAlpha = family === 'up' || family === 'plain' ? 0.45 : 1;
      pen.fillRect(i * 2, y - seen, 2, seen);
      y -= seen;
    }
  }
  pen.globalAlpha = 1;
}
