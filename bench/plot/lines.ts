/** Lines over numbers, a panel for each question: how something grows. */
import { colours, drawing, element, short, text, ticks } from './svg.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
  readonly least?: number;
  readonly most?: number;
}

export interface Series {
  readonly name: string;
  readonly points: readonly Point[];
  /** Where they are a cloud and no way from one to the next. */
  readonly isCloud?: boolean;
}

export interface LinePanel {
  readonly title: string;
  readonly xLabel: string;
  readonly scale: 'linear' | 'log';
  readonly series: readonly Series[];
}

const width = 470;
const height = 260;
const inner = { left: 60, right: 450, top: 30, bottom: 210 };
const legendWidth = 145;

export function lines(panels: readonly LinePanel[]): string {
  const names = [...new Set(panels.flatMap(({ series }) => series.map(({ name }) => name)))];
  const across = Math.min(2, panels.length);
  const rows = Math.ceil(panels.length / across);
  const perRow = Math.floor((across * width) / legendWidth);
  const legend = names.map((name, index) => {
    const x = 20 + (index % perRow) * legendWidth;
    const y = rows * height + 6 + Math.floor(index / perRow) * 18;
    const fill = colourOf(index);
    return `${element('rect', { x, y, width: 12, height: 12, fill, rx: 2 })}${text(x + 18, y + 10, name)}`;
  });
  const drawn = panels.map((panel, index) => {
    const place = `translate(${(index % across) * width} ${Math.floor(index / across) * height})`;
    return element('g', { transform: place }, draw(panel, names));
  });
  const below = Math.ceil(names.length / perRow) * 18 + 14;
  const title = panels.map((panel) => panel.title).join('; ');
  return drawing(title, across * width, rows * height + below, [...drawn, ...legend]);
}

const colourOf = (index: number) => colours[index % colours.length] as string;

function draw({ title, xLabel, scale, series }: LinePanel, names: readonly string[]): string {
  const points = series.flatMap((one) => one.points);
  if (points.length === 0) return text(10, 18, title, { class: 'title' });
  const xs = axis(
    points.map(({ x }) => x),
    scale,
    inner.left,
    inner.right,
  );
  const ys = axis(
    points.flatMap(({ y, least = y, most = y }) => [y, least, most]),
    scale,
    inner.bottom,
    inner.top,
  );
  const rules = ys.ticks.flatMap((value) => [
    element('line', {
      x1: inner.left,
      x2: inner.right,
      y1: ys.at(value),
      y2: ys.at(value),
      class: 'rule',
    }),
    text(inner.left - 6, ys.at(value) + 4, short(value), { 'text-anchor': 'end', class: 'faint' }),
  ]);
  const marks = xs.ticks.map((value) =>
    text(xs.at(value), inner.bottom + 16, short(value), {
      'text-anchor': 'middle',
      class: 'faint',
    }),
  );
  const middle = (inner.left + inner.right) / 2;
  return [
    text(10, 18, title, { class: 'title' }),
    ...rules,
    ...marks,
    text(middle, inner.bottom + 34, xLabel, { 'text-anchor': 'middle', class: 'faint' }),
    ...series.map((one) => trace(one, colourOf(names.indexOf(one.name)), xs.at, ys.at)),
  ].join('\n');
}

type Place = (value: number) => number;

function trace({ points, isCloud = false }: Series, colour: string, x: Place, y: Place): string {
  const path = points.map((one) => `${x(one.x).toFixed(1)},${y(one.y).toFixed(1)}`).join(' ');
  const line = { points: path, fill: 'none', stroke: colour, 'stroke-width': 2 };
  const dots = points.flatMap((one) => {
    const dot = element('circle', {
      cx: x(one.x),
      cy: y(one.y),
      r: isCloud ? 3.5 : 3,
      fill: colour,
    });
    const { least = one.y, most = one.y } = one;
    if (least === most) return [dot];
    const whisker = { x1: x(one.x), x2: x(one.x), y1: y(least), y2: y(most), stroke: colour };
    return [dot, element('line', whisker)];
  });
  return [...(isCloud || points.length < 2 ? [] : [element('polyline', line)]), ...dots].join('');
}

function axis(values: readonly number[], scale: 'linear' | 'log', from: number, to: number) {
  const positive = values.filter((value) => value > 0);
  const least = scale === 'log' ? Math.min(...positive) : 0;
  const marks = ticks(least, Math.max(...values, least + Number.EPSILON), scale);
  const [first = 0] = marks;
  const last = marks.at(-1) ?? 1;
  const share = (value: number) =>
    scale === 'log'
      ? Math.log(Math.max(value, first) / first) / Math.log(last / first)
      : (value - first) / (last - first);
  return { ticks: marks, at: (value: number) => from + share(value) * (to - from) };
}
