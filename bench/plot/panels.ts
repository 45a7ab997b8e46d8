/** Bars side by side, a panel for each measure: who takes how much. */
import { colours, drawing, element, short, text } from './svg.ts';

export interface Bar {
  readonly name: string;
  readonly value: number;
  readonly least: number;
  readonly most: number;
  readonly isOurs: boolean;
}

export interface Panel {
  readonly title: string;
  readonly bars: readonly Bar[];
}

const columns = 2;
const width = 470;
const barHeight = 18;
const nameWidth = 120;
const valueWidth = 60;
const headHeight = 30;

export function panels(all: readonly Panel[]): string {
  const heights: number[] = [];
  for (let row = 0; row * columns < all.length; row += 1) {
    const beside = all.slice(row * columns, (row + 1) * columns);
    heights.push(headHeight + Math.max(...beside.map(({ bars }) => bars.length)) * barHeight + 24);
  }
  const parts = all.map((panel, index) => {
    const row = Math.floor(index / columns);
    const y = heights.slice(0, row).reduce((sum, one) => sum + one, 0);
    return element('g', { transform: `translate(${(index % columns) * width} ${y})` }, draw(panel));
  });
  const height = heights.reduce((sum, one) => sum + one, 0);
  const title = all.map((panel) => panel.title).join('; ');
  return drawing(title, columns * width, height, parts);
}

function draw({ title, bars }: Panel): string {
  const most = Math.max(...bars.map((bar) => bar.most), Number.MIN_VALUE);
  const room = width - nameWidth - valueWidth - 20;
  const at = (value: number) => nameWidth + (value / most) * room;
  const rows = bars.map(({ name, value, least, most: top, isOurs }, index) => {
    const y = headHeight + index * barHeight;
    const middle = y + barHeight / 2;
    const fill = (isOurs ? colours[0] : colours.at(-1)) as string;
    const size = { x: nameWidth, y: y + 2, width: Math.max(1, at(value) - nameWidth) };
    const whisker = { x1: at(least), x2: at(top), y1: middle, y2: middle, class: 'whisker' };
    return [
      text(nameWidth - 6, middle + 4, name, { 'text-anchor': 'end' }),
      element('rect', { ...size, height: barHeight - 4, fill, rx: 2 }),
      element('line', whisker),
      text(at(top) + 6, middle + 4, short(value), { class: 'faint' }),
    ].join('');
  });
  return [text(10, 18, title, { class: 'title' }), ...rows].join('\n');
}
