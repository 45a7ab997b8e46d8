/** The table of `drover status`: services under their groups, and whoever manages them. */
import type { ServiceInfo, StatusInfo } from '../../control/client.ts';
import { plain } from '../../runtime/sanitize.ts';
import { stateText } from './marks.ts';
import type { Screen } from './screen.ts';
import { type Column, type Row, table } from './table.ts';
import { age, bytes, percent } from './units.ts';

const columns: readonly Column[] = [
  { title: 'NAME' },
  { title: 'STATE' },
  { title: 'PID', align: 'right' },
  { title: 'UPTIME', align: 'right' },
  { title: 'RESTARTS', align: 'right', spare: 2 },
  { title: 'CPU', align: 'right', spare: 3 },
  { title: 'MEMORY', align: 'right', spare: 4 },
  { title: 'PORTS', spare: 1 },
  { title: 'WHY' },
];

type Group = StatusInfo['groups'][number];

export function statusLines(screen: Screen, status: StatusInfo, now = Date.now()): string[] {
  const rows = rowsOf(screen, status, now);
  const [heading = '', ...lines] = table(columns, rows, screen.width);
  return [screen.paint('dim', heading), ...lines, '', ...footing(screen, status, now)];
}

/** A group that has none of the services asked for is left out. */
function rowsOf(screen: Screen, { services, groups }: StatusInfo, now: number): Row[] {
  const byName = new Map(services.map((service) => [service.name, service]));
  const inGroups = new Map(groups.map((group) => [group.name, group]));
  const shown = new Set<string>();
  const rows: Row[] = [];
  const enter = ({ members }: Group, indent: string): Row[] =>
    members.flatMap((name) => {
      const service = byName.get(name);
      if (service !== undefined) {
        shown.add(name);
        return [serviceRow(screen, service, indent, now)];
      }
      const group = inGroups.get(name);
      if (group === undefined) return [];
      const inner = enter(group, `${indent}  `);
      return inner.length === 0 ? [] : [groupRow(screen, group, indent), ...inner];
    });
  for (const group of groups) if (group.parent === null) rows.push(...enter(group, ''));
  const others = services.filter(({ name }) => !shown.has(name));
  return [...rows, ...others.map((service) => serviceRow(screen, service, '', now))];
}

function groupRow(screen: Screen, { name, state, failure }: Group, indent: string): Row {
  const text = `${indent}${screen.paint('bold', name)}`;
  const why = failure === null ? '' : plain(failure);
  return [text, stateText(screen, { state }), '', '', '', '', '', '', why];
}

function serviceRow(screen: Screen, service: ServiceInfo, indent: string, now: number): Row {
  const { name, pid, startedAt, restarts, cpu, rss, ports } = service;
  return [
    indent + name,
    stateText(screen, service),
    pid === null ? '' : String(pid),
    pid === null || startedAt === null ? '' : age(now - startedAt),
    restarts === 0 ? '' : String(restarts),
    cpu === null ? '' : percent(cpu),
    rss === null ? '' : bytes(rss),
    ports.join(','),
    whyText(service),
  ];
}

/** What the other columns do not say already. */
export function whyText({ name, state, healthy, adopted, pinned, why }: ServiceInfo): string {
  const isPlain = state === 'running' && healthy && !why.includes(';');
  if (isPlain) return [adopted ? 'adopted' : '', pinned ? 'pinned' : ''].filter(Boolean).join(', ');
  return without(without(plain(why), `${name} `), `is ${state}: `);
}

const without = (text: string, beginning: string): string =>
  text.startsWith(beginning) ? text.slice(beginning.length) : text;

function footing(screen: Screen, { daemon, services }: StatusInfo, now: number): string[] {
  const wanted = services.filter(({ desired }) => desired === 'up');
  const well = wanted.filter(isAsWanted).length;
  const count = `${well} of ${wanted.length} wanted ${wanted.length === 1 ? 'is' : 'are'} up`;
  const who = `daemon pid ${daemon.pid}, up ${age(now - daemon.startedAt)}, ${bytes(daemon.memory)}`;
  return [
    screen.paint('dim', `${daemon.project}: ${count} · ${who}`),
    ...daemon.degraded.map((reason) => screen.paint('red', `! ${plain(reason)}`)),
  ];
}

export const isAsWanted = ({ state, ready }: ServiceInfo): boolean =>
  state === 'completed' || (state === 'running' && ready);
