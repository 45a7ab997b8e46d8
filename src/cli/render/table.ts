/** A table without lines: columns as wide as they need to be, the last one gets the rest. Pure. */
import { cut, pad, widthOf } from './text-width.ts';

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** Goes first where there is no room; higher goes earlier. Absent: stays. */
  readonly spare?: number;
}

export type Row = readonly string[];

const gap = 2;
/** Less than this says nothing. */
const leastRest = 20;

/** Lines, the heading first. The last column is cut at the width, and must have no colours. */
export function table(columns: readonly Column[], rows: readonly Row[], width: number): string[] {
  const widths = columns.map(({ title }, i) => widest(rows, i, widthOf(title)));
  const kept = chosen(columns, widths, rows, width);
  const last = kept.at(-1);
  const before = kept.slice(0, -1);
  const rest = width - before.reduce((sum, i) => sum + (widths[i] ?? 0) + gap, 0);
  const render = (row: Row): string =>
    [
      ...before.map((i) => pad(row[i] ?? '', widths[i] ?? 0, columns[i]?.align)),
      ...(last === undefined ? [] : [cut(row[last] ?? '', Math.max(rest, 8))]),
    ]
      .join(' '.repeat(gap))
      .trimEnd();
  return [columns.map(({ title }) => title), ...rows].map(render);
}

/** Most cells of a column are alike, and a symbol or a colour makes one dear to measure. */
function widest(rows: readonly Row[], column: number, least: number): number {
  let width = least;
  for (const cell of new Set(rows.map((row) => row[column] ?? ''))) {
    width = Math.max(width, widthOf(cell));
  }
  return width;
}

/** The columns that are shown: those that are empty throughout go, then as many as have to. */
function chosen(
  columns: readonly Column[],
  widths: readonly number[],
  rows: readonly Row[],
  width: number,
): readonly number[] {
  let kept = columns
    .map((_, i) => i)
    .filter((i) => columns[i]?.spare === undefined || rows.some((row) => (row[i] ?? '') !== ''));
  const needed = (): number =>
    kept.slice(0, -1).reduce((sum, i) => sum + (widths[i] ?? 0) + gap, 0);
  while (needed() + leastRest > width) {
    const goes = kept.reduce<number | null>((worst, i) => later(columns, worst, i), null);
    if (goes === null) break;
    kept = kept.filter((i) => i !== goes);
  }
  return kept;
}

function later(columns: readonly Column[], worst: number | null, i: number): number | null {
  const spare = columns[i]?.spare;
  if (spare === undefined) return worst;
  return worst === null || spare > (columns[worst]?.spare ?? 0) ? i : worst;
}
