/** The report of a simulation as people read it. Pure. */
import { plain } from '../../runtime/sanitize.ts';
import { duration } from '../../runtime/wording.ts';
import type { Screen } from '../render/screen.ts';
import { table } from '../render/table.ts';
import { seconds } from '../render/units.ts';
import { percent } from './assumptions.ts';
import type { Occurrence, ServiceReport, SimulationReport, Worst } from './report.ts';

export function simulationLines(
  screen: Screen,
  report: SimulationReport,
  tookMs: number,
): readonly string[] {
  const { services, rest, start, stop, broken } = report;
  return [
    heading(screen, report, tookMs),
    '',
    ...broken
      .slice(0, mostBroken)
      .map(({ seed, invariant, message }) =>
        screen.paint('red', `✗ seed ${seed}: ${invariant}: ${plain(message)}`),
      ),
    worstText('start of everything', start),
    worstText('stop of everything', stop),
    worstText('at rest after trouble', rest),
    '',
    ...table(columns, services.map(row), screen.width),
    '',
    ...services.flatMap((service) => downLines(screen, service)),
    ...assumptionLines(screen, report),
    '',
    verdict(screen, report),
  ];
}

const mostBroken = 5;

function heading(
  screen: Screen,
  { project, seeds, from, services, virtualMs }: SimulationReport,
  tookMs: number,
) {
  const hours = virtualMs / 3_600_000;
  const time = hours < 1 ? duration(virtualMs) : `${hours.toFixed(1)} h`;
  const many = services.length === 1 ? '1 service' : `${services.length} services`;
  const what = `${project}: ${many} under faults, seeds ${from} to ${from + seeds - 1}`;
  return `${screen.paint('bold', what)}, ${time} of virtual time in ${seconds(tookMs)}`;
}

function worstText(what: string, worst: Worst | null): string {
  if (worst === null) return `${what.padEnd(22)} never`;
  const { ms, seed, service } = worst;
  const by = service === null ? '' : `, decided by ${service}`;
  return `${what.padEnd(22)} ${duration(ms)} at worst (seed ${seed}${by})`;
}

const columns = [
  { title: 'SERVICE' },
  { title: 'WORST START', align: 'right' },
  { title: 'RESTARTS', align: 'right' },
  { title: 'LIMIT TRIPPED', align: 'right' },
  { title: 'KILLED AT STOP', align: 'right' },
  { title: 'DOWN AT THE END' },
] as const;

function row({
  name,
  worstStart,
  restarts,
  tripped,
  killed,
  down,
}: ServiceReport): readonly string[] {
  const start = worstStart === null ? '' : `${duration(worstStart.ms)} (seed ${worstStart.seed})`;
  return [name, start, String(restarts), inRuns(tripped), inRuns(killed), inRuns(down)];
}

const inRuns = ({ runs, seed }: Occurrence): string =>
  runs === 0 ? '-' : `${runs} ${runs === 1 ? 'run' : 'runs'} (seed ${seed})`;

function downLines(screen: Screen, { name, down }: ServiceReport): readonly string[] {
  if (down.why === null) return [];
  return [
    `${screen.paint('yellow', '!')} ${name} was down at the end, such as in seed ${down.seed}:`,
    `  ${plain(down.why)}`,
  ];
}

function assumptionLines(screen: Screen, { assumptions }: SimulationReport): readonly string[] {
  const each = assumptions.map(({ service, startMs, stopMs, from }) => {
    const origin = from === 'measured' ? 'three times what was measured' : 'half of its timeouts';
    return `  ${service}: starts within ${duration(startMs)}, leaves within ${duration(stopMs)} (${origin})`;
  });
  const troubles = `  of 100 starts ${percent.crashes} crash within a minute, ${percent.late} are later than their timeout, ${percent.deaf} are deaf to every stop`;
  return ['assumed of the programs:', ...each, troubles].map((line) => screen.paint('dim', line));
}

function verdict(screen: Screen, report: SimulationReport): string {
  const { ok, broken, seeds, tolerance, worstSeed } = report;
  const share = `${Math.round(tolerance * 100)} %`;
  if (ok)
    return screen.paint(
      'green',
      `it converges: nobody is down at the end of more than ${share} of the runs`,
    );
  const why =
    broken.length > 0
      ? `drover broke a promise in ${broken.length} of ${seeds} runs, which is a defect of its own: please report it`
      : `a service is down at the end of more than ${share} of the runs, though nothing is wrong any more`;
  return screen.paint(
    'red',
    `it does not converge: ${why}; see it with --from ${worstSeed} --seeds 1 --out run.html`,
  );
}
