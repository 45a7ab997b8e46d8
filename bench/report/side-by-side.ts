/** The page of `npm run bench`: who took how long, and by how much. */
import { describeMachine } from '../machine.ts';
import type { Measure } from '../measures.ts';
import { panels } from '../plot/panels.ts';
import type { Cell } from '../schedule.ts';
import { median, quantile, ratios } from '../statistics.ts';
import { growthPlot } from './growth.ts';
import type { Page } from './publish.ts';
import type { Results } from './results.ts';
import { figure, forMarkdown, forTerminal, type Rows, withSpread } from './tables.ts';

export const titles: Readonly<Record<Measure, string>> = {
  start: 'cold start → all started (ms)',
  successor: 'kill one → successor started, median of a round (ms)',
  back: 'all killed → all back (ms)',
  stop: 'stop all (ms)',
  deaf: 'stop all, deaf to SIGTERM, grace 2 s (ms)',
  memory: 'memory of all managing processes, PSS (MB)',
  resting: 'memory half a minute later, PSS (MB)',
  idle: 'idle manager (% of one processor)',
  status: 'status of all, by its command line (ms)',
};
const order = Object.keys(titles) as Measure[];

export function sideBySide(results: Results): Page {
  const { cells, own } = results;
  const sizes = [...new Set(cells.map(({ size }) => size))].filter(
    (size) => !size.includes('deaf'),
  );
  const largest = sizes[0] ?? '';
  const tables: [string, Rows][] = [
    ...sizes.map((size): [string, Rows] => [`${size} services`, tableOf(cells, size)]),
    [`drover in ratio to the others, ${largest} services`, ratiosOf(cells, largest)],
    ['drover alone', [['', 'median (least–most)'], ...ownRows(own)]],
  ];
  const shown = tables.filter(([, rows]) => rows.length > 1);
  const failures = cells.filter(({ givenUp }) => givenUp !== null);
  const notes = failures.map(
    ({ contestant, size, givenUp }) => `${contestant} with ${size}: given up, ${givenUp}.`,
  );
  return {
    text: [...shown.map(([title, rows]) => `${title}\n${forTerminal(rows)}\n`), ...notes].join(
      '\n',
    ),
    markdown: [
      `${describeMachine(results.machine)}; ${results.minutes} minutes.`,
      `![Times with ${largest} services](plots/side-by-side.svg)`,
      '![How they grow](plots/growth.svg)',
      ...shown.map(([title, rows]) => `### ${capital(title)}\n\n${forMarkdown(rows)}`),
      ...notes,
    ].join('\n\n'),
    plots: { 'side-by-side.svg': panelsOf(cells, largest), 'growth.svg': growthPlot(cells) },
  };
}

/** One size, and those that were deaf where it is the largest. */
function cellsOf(cells: readonly Cell[], size: string): ReadonlyMap<string, readonly Cell[]> {
  const isLargest = cells[0]?.size === size;
  const found = new Map<string, Cell[]>();
  for (const cell of cells) {
    if (cell.size !== size && !(isLargest && cell.size.includes('deaf'))) continue;
    found.set(cell.contestant, [...(found.get(cell.contestant) ?? []), cell]);
  }
  return found;
}

/** Everything of a measure, and round by round by its median. */
const allOf = (cells: readonly Cell[], measure: Measure): readonly number[] =>
  cells.flatMap(({ rounds }) => rounds.flatMap((samples) => samples[measure] ?? []));
export const byRound = (cells: readonly Cell[], measure: Measure): readonly number[] =>
  cells
    .flatMap(({ rounds }) => rounds.map((samples) => samples[measure] ?? []))
    .filter(({ length }) => length > 0)
    .map((numbers) => median(numbers));

function tableOf(cells: readonly Cell[], size: string): Rows {
  const columns = [...cellsOf(cells, size)];
  const rows = order.flatMap((measure): string[][] => {
    const row = columns.map(([, own]) => withSpread(byRound(own, measure)));
    if (row.every((text) => text === '')) return [];
    const shown = [[titles[measure], ...row]];
    if (measure !== 'successor') return shown;
    const tail = columns.map(([, own]) => figure(quantile(allOf(own, measure), 0.99)));
    return [...shown, ['kill one → successor started, p99 of all (ms)', ...tail]];
  });
  const rounds = columns.map(([, own]) => String(own[0]?.rounds.length ?? 0));
  return [['', ...columns.map(([name]) => name)], ...rows, ['rounds', ...rounds]];
}

function ratiosOf(cells: readonly Cell[], size: string): Rows {
  const columns = [...cellsOf(cells, size)];
  const ours = columns.find(([name]) => name === 'drover')?.[1];
  if (ours === undefined) return [];
  const others = columns.filter(([name]) => name !== 'drover');
  const rows = order.flatMap((measure): string[][] => {
    // Nothing can be divided by what is nothing.
    if (measure === 'idle') return [];
    const mine = byRound(ours, measure);
    const row = others.map(([, own]) => withSpread(ratios(mine, byRound(own, measure))));
    return row.every((text) => text === '')
      ? []
      : [[titles[measure].replace(/ \(\w+\)$/, ''), ...row]];
  });
  return [['drover ÷', ...others.map(([name]) => name)], ...rows];
}

function ownRows(own: Results['own']): Rows {
  return Object.entries(own).map(([name, numbers]) => [name, withSpread(numbers)]);
}

function panelsOf(cells: readonly Cell[], size: string): string {
  const columns = [...cellsOf(cells, size)];
  return panels(
    order
      .map((measure) => ({
        title: titles[measure],
        bars: columns.flatMap(([name, own]) => {
          const numbers = byRound(own, measure);
          if (numbers.length === 0) return [];
          const least = Math.min(...numbers);
          const most = Math.max(...numbers);
          return [{ name, value: median(numbers), least, most, isOurs: name.startsWith('drover') }];
        }),
      }))
      .filter(({ bars }) => bars.length > 0),
  );
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
