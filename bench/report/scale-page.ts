/** The page of `npm run bench:scale`. */
import { describeMachine } from '../machine.ts';
import { type LinePanel, lines } from '../plot/lines.ts';
import type {
  FleetFigures,
  HostFigures,
  InspectionFigures,
  LogFigures,
  PathFigures,
  ScaleFigures,
} from '../scale/figures.ts';
import { median } from '../statistics.ts';
import type { Page } from './publish.ts';
import type { ScaleResults } from './results.ts';
import { figure, forMarkdown, forTerminal, type Rows, withSpread } from './tables.ts';

interface Section {
  readonly title: string;
  readonly says: string;
  readonly rows: Rows;
  readonly plot?: readonly [name: string, panels: readonly LinePanel[]];
}

export function scalePage({ machine, minutes, figures }: ScaleResults): Page {
  const sections = sectionsOf(figures);
  const plots = sections.flatMap(({ plot }) =>
    plot === undefined ? [] : [[`${plot[0]}.svg`, lines(plot[1])]],
  );
  return {
    text: sections.map(({ title, rows }) => `${title}\n${forTerminal(rows)}\n`).join('\n'),
    markdown: [
      `${describeMachine(machine)}; ${minutes} minutes.`,
      ...sections.map(({ title, says, rows, plot }) =>
        [
          `### ${title}`,
          says,
          ...(plot === undefined ? [] : [`![${title}](plots/${plot[0]}.svg)`]),
          forMarkdown(rows),
        ].join('\n\n'),
      ),
    ].join('\n\n'),
    plots: Object.fromEntries(plots),
  };
}

function sectionsOf(figures: Partial<ScaleFigures>): readonly Section[] {
  const { fleet, inspection, simulation, hosts, paths, logs } = figures;
  return [
    ...(fleet === undefined ? [] : [fleetSection(fleet)]),
    ...(inspection === undefined ? [] : [inspectionSection(inspection)]),
    ...(simulation === undefined
      ? []
      : [
          {
            title: 'Simulated runs',
            says: 'Seeded runs of 5 services and 200 steps, with all invariants checked.',
            rows: [
              ['runs a second', 'events a second'],
              [figure(simulation.runsPerSecond), figure(simulation.eventsPerSecond)],
            ],
          },
        ]),
    ...(hosts === undefined ? [] : [hostSection(hosts)]),
    ...(paths === undefined ? [] : [pathSection(paths)]),
    ...(logs === undefined ? [] : [logSection(logs)]),
  ];
}

const phases = {
  create: 'create',
  start: 'start',
  crash: 'crash and restart of one',
  crashAll: 'crash of all at once',
  stop: 'stop',
} as const;

function fleetSection(fleet: readonly FleetFigures[]): Section {
  const names = Object.entries(phases) as [keyof typeof phases, string][];
  const total = (one: FleetFigures) => one.create + one.start + one.crashAll + one.stop;
  const least = Math.min(...fleet.map(total));
  return {
    title: 'What one of many services costs',
    says:
      'Microseconds of processor time for one service on the simulated system, by how many there are; ' +
      'all of them together in seconds; and the sum in ratio to the cheapest row.',
    rows: [
      ['services', ...names.map(([, title]) => title), 'all (s)', 'ratio'],
      ...fleet.map((one) => [
        String(one.count),
        ...names.map(([phase]) => figure(one[phase])),
        figure(one.seconds),
        figure(total(one) / least),
      ]),
    ],
    plot: [
      'fleet',
      [
        {
          title: 'µs for one service',
          xLabel: 'services',
          scale: 'log',
          series: names.map(([phase, name]) => ({
            name,
            points: fleet.map((one) => ({ x: one.count, y: one[phase] })),
          })),
        },
      ],
    ],
  };
}

function inspectionSection(all: readonly InspectionFigures[]): Section {
  const more = (dear: number, { bare }: InspectionFigures) =>
    `${figure(dear)} (${dear >= bare ? '+' : ''}${((dear / bare - 1) * 100).toFixed(0)} %)`;
  return {
    title: 'What it costs to be looked at',
    says: 'Microseconds of processor time for an event of a crash and restart.',
    rows: [
      ['services', 'events a crash', 'nobody looks', 'recorded', 'recorded and read as JSON'],
      ...all.map((one) => [
        String(one.count),
        figure(one.eventsPerCrash),
        figure(one.bare),
        more(one.attached, one),
        more(one.read, one),
      ]),
    ],
  };
}

const forkers = { auto: 'by the launcher', never: 'by the host itself' } as const;

function hostSection(hosts: readonly HostFigures[]): Section {
  const of = (launcher: HostFigures['launcher']) =>
    hosts.filter((one) => one.launcher === launcher);
  return {
    title: 'A host with a large heap',
    says:
      "How long a start keeps the event loop of an embedding host, median (least–most), when drover's launcher " +
      'forks, as it does by itself, and when the host has to. What blocks a host that does nothing comes first.',
    rows: [
      [
        'heap (MB)',
        'nothing done, longest (ms)',
        ...Object.values(forkers).map((who) => `${who} (ms)`),
      ],
      ...[...new Set(hosts.map(({ heapMb }) => heapMb))].map((heapMb) => {
        const own = hosts.filter((one) => one.heapMb === heapMb);
        const starts = (who: string) => own.find(({ launcher }) => launcher === who)?.starts;
        const quiet = Math.max(...own.map((one) => one.quiet));
        return [
          String(heapMb),
          figure(quiet),
          ...Object.keys(forkers).map((who) => withSpread(starts(who))),
        ];
      }),
    ],
    plot: [
      'large-heap',
      [
        {
          title: 'a start blocks the event loop (ms)',
          xLabel: 'heap of the host (MB)',
          scale: 'linear',
          series: (['auto', 'never'] as const).map((launcher) => ({
            name: forkers[launcher],
            points: of(launcher).map(({ heapMb, starts }) => ({
              x: heapMb,
              y: median(starts),
              least: Math.min(...starts),
              most: Math.max(...starts),
            })),
          })),
        },
      ],
    ],
  };
}

function pathSection(paths: readonly PathFigures[]): Section {
  const of = (kind: PathFigures['kind']) => paths.filter((one) => one.kind === kind);
  const cloud = (name: string, all: readonly PathFigures[]) => ({
    name,
    isCloud: true,
    points: all.map(({ path, took }) => ({ x: path, y: took })),
  });
  const longest = Math.max(...paths.map(({ path }) => path));
  return {
    title: 'A start is as long as its critical path',
    says:
      'Services that need one another by chance, each ready up to 300 ms after its start. In virtual time a start takes ' +
      'exactly as long as the longest way through them; for real it takes a little more, however many there are.',
    rows: [
      ['services', 'critical path (ms)', 'simulated (ms)', 'real (ms)', 'one after the other (ms)'],
      ...of('real').map((one) => {
        const twin = of('simulated').find(
          ({ count, path }) => count === one.count && path === one.path,
        );
        const numbers = [one.path, twin?.took ?? Number.NaN, one.took, one.total];
        return [String(one.count), ...numbers.map((value) => value.toFixed(0))];
      }),
    ],
    plot: [
      'critical-path',
      [
        {
          title: 'start of all (ms)',
          xLabel: 'critical path (ms)',
          scale: 'linear',
          series: [
            { name: 'critical path', points: [0, longest].map((x) => ({ x, y: x })) },
            cloud('simulated', of('simulated')),
            cloud('real', of('real')),
          ],
        },
      ],
    ],
  };
}

function logSection(logs: readonly LogFigures[]): Section {
  return {
    title: 'Services that write',
    says:
      'The manager is not in the path of what services print, so it costs nothing but the rotation. Lines are numbered, and ' +
      'counted over all generations when everything has stopped.',
    rows: [
      ['', ...logs.map(({ maxBytes }) => `rotated at ${figure(maxBytes / 1_000)} kB`)],
      ['services', ...logs.map(({ services }) => String(services))],
      ['lines a second, asked for', ...logs.map((one) => String(one.services * one.perSecond))],
      ['lines a second, written', ...logs.map((one) => figure(one.linesPerSecond))],
      ['MB a second', ...logs.map((one) => figure(one.megabytesPerSecond))],
      ['the manager, % of one processor', ...logs.map((one) => figure(one.managerPercent))],
      ['generations made', ...logs.map(({ rotations }) => String(rotations))],
      ['largest live file (kB)', ...logs.map(({ largest }) => figure(largest / 1_000))],
      ['lines written in all', ...logs.map(({ lines: all }) => String(all))],
      ['lines lost, doubled or out of order', ...logs.map(({ lost }) => String(lost))],
    ],
  };
}
