/** `drover describe`: all that is known of one service. */
import type { Description, ProcessView } from '../../control/client.ts';
import { plain } from '../../runtime/sanitize.ts';
import { definitionLines } from '../render/definition.ts';
import { ServiceColours, stateText } from '../render/marks.ts';
import type { Screen } from '../render/screen.ts';
import { eventLine } from '../render/story.ts';
import { cut, pad } from '../render/text-width.ts';
import { type Branch, tree } from '../render/tree.ts';
import { age, bytes, clock, percent } from '../render/units.ts';
import { type Asking, asRun } from '../session.ts';

export const describe: Asking = async ({ client, screen, words: [name = ''], options }) => {
  const description = await client.describe({ name });
  if (options.json === true) screen.json(description);
  else for (const line of describeLines(screen, description)) screen.line(line);
  return 0;
};

export function describeLines(screen: Screen, description: Description): readonly string[] {
  const { status, definition, transitions } = description;
  const colours = new ServiceColours([status.name]);
  const story = { screen, colours, width: status.name.length };
  return [
    `${screen.paint('bold', status.name)}  ${stateText(screen, status)}`,
    plain(status.why),
    ...section(screen, 'status', facts(description)),
    ...section(screen, 'processes', processLines(screen, description)),
    ...section(screen, 'definition', definitionLines(definition)),
    ...section(
      screen,
      'last transitions',
      transitions.map((event) => eventLine(story, event)),
    ),
  ];
}

function section(screen: Screen, title: string, lines: readonly string[]): readonly string[] {
  if (lines.length === 0) return [];
  return ['', screen.paint('bold', title), ...lines.map((line) => `  ${line}`)];
}

function facts({ status, identity }: Description, now = Date.now()): readonly string[] {
  const { startedAt, readyAt, lastExit, failure, labels } = status;
  const pairs: readonly (readonly [string, string | null])[] = [
    ['group', status.group],
    ['description', status.description],
    ['state', `${status.detail}, wanted ${status.desired}`],
    ['started', startedAt === null ? null : `${clock(startedAt)}, ${age(now - startedAt)} ago`],
    ['ready', readyAt === null ? null : clock(readyAt)],
    ['restarts', status.restarts === 0 ? null : String(status.restarts)],
    ['usage', usage(status.cpu, status.rss)],
    ['ports', status.ports.length === 0 ? null : status.ports.join(', ')],
    ['identity', identity === null ? null : `pid ${identity.pid}, start ${identity.startTime}`],
    ['', identity === null ? null : `boot ${identity.bootId}, ${identity.pidNamespace}`],
    ['tracked by', tracking(status.tracking)],
    ['adopted', status.adopted ? 'it ran before this daemon' : null],
    ['pinned', status.pinned ? 'it is held as it is' : null],
    ['last exit', lastExit === null ? null : exitText(lastExit)],
    ['failure', failure === null ? null : plain(failure.message)],
    ['needs', status.dependsOn.length === 0 ? null : status.dependsOn.join(', ')],
    ['labels', Object.keys(labels).length === 0 ? null : JSON.stringify(labels)],
  ];
  return pairs.flatMap(([key, value]) => (value === null ? [] : [`${pad(key, 12)} ${value}`]));
}

function usage(cpu: number | null, rss: number | null): string | null {
  if (cpu === null && rss === null) return null;
  return [cpu === null ? [] : percent(cpu), rss === null ? [] : bytes(rss)].flat().join(', ');
}

const exitText = ({ reason, at }: { reason: string; at: number | null }): string =>
  `${plain(reason)}${at === null ? '' : `, at ${clock(at)}`}`;

function tracking(how: Description['status']['tracking']): string | null {
  if (how === null) return null;
  return how === 'tree' ? 'all its processes are known' : 'only its main process is known';
}

/** Whose parent is not among them stands at the edge. */
function processLines(screen: Screen, { processes, status }: Description): readonly string[] {
  const pids = new Set(processes.map(({ pid }) => pid));
  const branch = (process: ProcessView): Branch => ({
    text: processText(screen, process, process.pid === status.pid),
    children: processes.filter(({ parentPid }) => parentPid === process.pid).map(branch),
  });
  return tree(processes.filter(({ parentPid }) => !pids.has(parentPid)).map(branch));
}

const widestCommand = 60;

function processText(screen: Screen, process: ProcessView, isMain: boolean): string {
  const { pid, command, residentBytes, cpuMs, holdsLifeline } = process;
  const who = isMain ? screen.paint('bold', String(pid)) : String(pid);
  const loose = holdsLifeline ? '' : ', does not hold the lifeline';
  const used = `${bytes(residentBytes)}, ${(cpuMs / 1_000).toFixed(1)} s of CPU${loose}`;
  return `${who} ${cut(plain(command), widestCommand)}  ${screen.paint('dim', `(${used})`)}`;
}

export const run = asRun(describe);
