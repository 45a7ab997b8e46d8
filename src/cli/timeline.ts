/** Dry runs, as people read them: who takes how long, who is asked how, and what decides it. */
import type { Timeline } from '../control/client.ts';
import type { Screen } from './render/screen.ts';
import { pad } from './render/text-width.ts';
import { seconds } from './render/units.ts';
import type { Session } from './session.ts';

/** Resolves with the exit code. Changes nothing. */
export async function tellTimeline(
  { client, screen, options }: Session,
  verb: Timeline['verb'],
  names: readonly string[] | undefined,
): Promise<number> {
  const asked = names === undefined ? {} : { services: [...names] };
  const timeline = await client.timeline({ verb, ...asked });
  if (options.json === true) screen.json(timeline);
  else for (const line of timelineLines(screen, timeline)) screen.line(line);
  return 0;
}

export function timelineLines(screen: Screen, timeline: Timeline): readonly string[] {
  const { verb, totalMs, deadlineMs, steps, criticalPath } = timeline;
  if (timeline.spans.length === 0) return [`nothing is up, so a ${verb} has nothing to do`];
  const width = Math.max(...timeline.spans.map(({ service }) => service.length));
  const deadline = verb === 'down' ? `, and ${seconds(deadlineMs)} are allowed` : '';
  return [
    screen.paint('bold', `a ${verb} takes ${seconds(totalMs)} at worst${deadline}`),
    '',
    ...bars(screen, timeline, width),
    '',
    ...steps.map(
      ({ atMs, service, what }) =>
        `${pad(seconds(atMs), 9, 'right')}  ${pad(service, width)}  ${what}`,
    ),
    '',
    `decided by ${criticalPath
      .map(({ service, fromMs, toMs }) => `${service} (${seconds(toMs - fromMs)})`)
      .join(', then ')}`,
  ];
}

const barWidth = 40;
const blocks: Readonly<Record<string, string>> = { stopping: '▒', killing: '█', starting: '░' };

/** One line a service; what decides is bright. */
function bars(screen: Screen, { spans, totalMs }: Timeline, width: number): readonly string[] {
  const column = (ms: number): number =>
    totalMs === 0 ? 0 : Math.round((Math.min(ms, totalMs) / totalMs) * barWidth);
  const names = [...new Set(spans.map(({ service }) => service))];
  return names.map((name) => {
    const own = spans.filter(({ service }) => service === name);
    const isCritical = own.some(({ critical }) => critical);
    const cells: string[] = Array.from({ length: barWidth }, () => ' ');
    for (const { state, fromMs, toMs } of own) {
      cells.fill(blocks[state] ?? '▒', column(fromMs), Math.max(column(toMs), column(fromMs) + 1));
    }
    const bar = screen.paint(isCritical ? 'yellow' : 'gray', cells.slice(0, barWidth).join(''));
    const ends = Math.max(...own.map(({ toMs }) => toMs));
    const begins = Math.min(...own.map(({ fromMs }) => fromMs));
    const mark = isCritical ? ' *' : '';
    return `${pad(name, width)}  ${bar}  ${pad(seconds(ends - begins), 6, 'right')}${mark}`;
  });
}
