/** Shows what was measured, side by side. */
import type { Figures } from './measures.ts';

export interface Column {
  readonly name: string;
  readonly figures: Figures;
}

export function renderTable(columns: readonly Column[]): string {
  const measures = [...new Set(columns.flatMap(({ figures }) => Object.keys(figures)))];
  const rows = [
    ['', ...columns.map(({ name }) => name)],
    ...measures.map((measure) => [
      measure,
      ...columns.map(({ figures }) => cell(figures[measure])),
    ]),
  ];
  const widths = rows[0]?.map((_, index) =>
    Math.max(...rows.map((row) => row[index]?.length ?? 0)),
  );
  const line = (row: readonly string[]) =>
    row
      .map((text, index) => {
        const width = widths?.[index] ?? 0;
        return index === 0 ? text.padEnd(width) : text.padStart(width);
      })
      .join('  ');
  return rows.map(line).join('\n');
}

function cell(value: number | undefined): string {
  if (value === undefined) return '-';
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
