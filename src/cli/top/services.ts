/** The upper part of the screen: the tree of services, as much of it as is around the selected one. Pure. */
import type { ServiceInfo } from '../../control/client.ts';
import { plain } from '../../runtime/sanitize.ts';
import { stateText } from '../render/marks.ts';
import type { Screen } from '../render/screen.ts';
import { whyText } from '../render/status-table.ts';
import { type Column, type Row, table } from '../render/table.ts';
import { pad } from '../render/text-width.ts';
import { age, bytes, percent } from '../render/units.ts';
import type { Group, Leaf, View } from './view.ts';

const columns: readonly Column[] = [
  { title: 'SERVICE' },
  { title: 'STATE' },
  { title: 'PID', align: 'right' },
  { title: 'UPTIME', align: 'right' },
  { title: 'RESTARTS', align: 'right', spare: 2 },
  { title: 'CPU', align: 'right', spare: 3 },
  { title: 'MEMORY', align: 'right', spare: 4 },
  { title: 'WHY' },
];

/** The heading, and below it the part that has the selected service in it. */
export function tableLines(
  screen: Screen,
  view: View,
  tree: readonly Leaf[],
  room: number,
  now: number,
): readonly string[] {
  if (tree.length === 0) {
    const why = view.filter === '' ? 'there are no services' : `nothing is like "${view.filter}"`;
    return [`  ${screen.paint('dim', why)}`];
  }
  const rows = tree.map((leaf) =>
    leaf.kind === 'group'
      ? groupRow(screen, leaf.group, leaf.branch)
      : serviceRow(screen, leaf.service, leaf.branch, now),
  );
  const [heading = '', ...lines] = table(columns, rows, view.columns - 2);
  const at = tree.findIndex(({ kind, ...leaf }) => kind === 'service' && isOf(leaf, view.selected));
  const marked = lines.map((line, i) => (i === at ? selected(screen, line, view) : `  ${line}`));
  const from = Math.max(0, Math.min(at - Math.floor((room - 1) / 2), lines.length - (room - 1)));
  return [screen.paint('dim', `  ${heading}`), ...marked.slice(from, from + room - 1)];
}

const isOf = (leaf: object, name: string | null): boolean =>
  'service' in leaf && (leaf.service as ServiceInfo).name === name;

/** Marked by a sign as well, for terminals without colours. */
const selected = (screen: Screen, line: string, { columns: width }: View): string =>
  screen.paint('inverse', pad(`› ${line}`, width));

function groupRow(screen: Screen, { name, state, failure }: Group, branch: string): Row {
  const text = `${screen.paint('dim', branch)}${screen.paint('bold', name)}`;
  const why = failure === null ? '' : plain(failure);
  return [text, stateText(screen, { state }), '', '', '', '', '', why];
}

function serviceRow(screen: Screen, service: ServiceInfo, branch: string, now: number): Row {
  const { name, pid, startedAt, restarts, cpu, rss } = service;
  return [
    screen.paint('dim', branch) + name,
    stateText(screen, service),
    pid === null ? '' : String(pid),
    pid === null || startedAt === null ? '' : age(now - startedAt),
    String(restarts),
    cpu === null ? '' : percent(cpu),
    rss === null ? '' : bytes(rss),
    whyText(service),
  ];
}
