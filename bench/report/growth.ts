/** How times and memory grow with the number of services, for everybody. */
import type { Measure } from '../measures.ts';
import { lines } from '../plot/lines.ts';
import type { Cell } from '../schedule.ts';
import { median, spreadOf } from '../statistics.ts';

const shown: readonly [Measure, string][] = [
  ['start', 'cold start → all started (ms)'],
  ['back', 'all killed → all back (ms)'],
  ['stop', 'stop all (ms)'],
  ['memory', 'memory of all managing processes (MB)'],
];

export function growthPlot(cells: readonly Cell[]): string {
  // Ours comes first, so that it has the first colour.
  const names = [...new Set(['drover', ...cells.map(({ contestant }) => contestant)])];
  return lines(
    shown.map(([measure, title]) => ({
      title,
      xLabel: 'services',
      scale: 'log' as const,
      series: names.map((name) => ({
        name,
        points: cells
          .filter(({ contestant, size }) => contestant === name && !size.includes('deaf'))
          .flatMap(({ size, rounds }) => {
            const numbers = rounds.flatMap((samples) => {
              const found = samples[measure] ?? [];
              return found.length === 0 ? [] : [median(found)];
            });
            if (numbers.length === 0) return [];
            const { median: y, least, most } = spreadOf(numbers);
            return [{ x: Number(size), y, least, most }];
          })
          .sort((one, other) => one.x - other.x),
      })),
    })),
  );
}
