/** The whole screen as lines, as many as there is room for. Pure. */
import { plain, sanitize } from '../../runtime/sanitize.ts';
import type { Screen } from '../render/screen.ts';
import { isAsWanted } from '../render/status-table.ts';
import { cut, pad, widthOf } from '../render/text-width.ts';
import { age, bytes, clock } from '../render/units.ts';
import { tableLines } from './services.ts';
import { treeOf, type View } from './view.ts';

/** One line less than the terminal has: the last one would scroll it. */
export function picture(screen: Screen, view: View, now: number): readonly string[] {
  const height = Math.max(1, view.rows - 1);
  const top = titleLine(screen, view, now);
  const bottom = bottomLine(screen, view);
  const room = Math.max(0, height - 2);
  const middle =
    view.mode === 'help'
      ? filled(helpLines(screen), room)
      : view.mode === 'logs'
        ? logLines(screen, view, room)
        : both(screen, view, room, now);
  return [top, ...middle, bottom].slice(0, height);
}

/** The services above, as much of the log as fits below. */
function both(screen: Screen, view: View, room: number, now: number): readonly string[] {
  if (view.status === null) return filled(['', `  ${view.trouble ?? 'asking the daemon …'}`], room);
  const tree = treeOf(view);
  const leastLogs = Math.min(8, Math.floor(room / 3));
  const tableRoom = Math.max(2, Math.min(tree.length + 1, room - leastLogs));
  const table = tableLines(screen, view, tree, tableRoom, now);
  return [...filled(table, tableRoom), ...logLines(screen, view, room - tableRoom)];
}

function titleLine(screen: Screen, { status, columns, trouble }: View, now: number): string {
  const time = clock(now, now);
  if (status === null) return spread(' drover top', time, columns);
  const { daemon, services } = status;
  const left = ` ${screen.paint('bold', plain(daemon.project))}  `;
  if (trouble !== null) {
    const alarm = cut(`! as it was; ${plain(trouble)}`, columns - widthOf(left) - 1);
    return left + screen.paint('red', alarm);
  }
  const wanted = services.filter(({ desired }) => desired === 'up');
  const well = wanted.filter(isAsWanted).length;
  const count = `${well} of ${wanted.length} wanted up`;
  const shown = screen.paint(well === wanted.length ? 'green' : 'yellow', count);
  const who = `daemon pid ${daemon.pid}, up ${age(now - daemon.startedAt)}, ${bytes(daemon.memory)}`;
  const [problem] = daemon.degraded;
  const beside =
    problem === undefined ? screen.paint('dim', who) : screen.paint('red', `! ${plain(problem)}`);
  return spread(`${left}${shown}  ${beside}`, time, columns);
}

/** The right part goes where there is no room for both. */
function spread(left: string, right: string, columns: number): string {
  const space = columns - widthOf(left) - widthOf(right) - 1;
  return space < 1 ? left : `${left}${' '.repeat(space)}${right}`;
}

function logLines(screen: Screen, view: View, room: number): readonly string[] {
  if (room < 1) return [];
  const { selected, logs, scrolled, columns } = view;
  const end = logs.length - scrolled;
  const shown = logs.slice(Math.max(0, end - (room - 1)), end);
  const above = scrolled === 0 ? '' : ` · ${scrolled} lines below`;
  const title = selected === null ? '' : ` logs of ${selected}${above} `;
  const rule = `──${title}`;
  const heading = `${rule}${'─'.repeat(Math.max(0, columns - widthOf(rule)))}`;
  const lines = shown.map(({ text }) => logText(screen, text));
  const nothing =
    selected === null || lines.length > 0 ? [] : [screen.paint('dim', '  nothing yet')];
  return filled([screen.paint('dim', heading), ...lines, ...nothing], room);
}

function logText(screen: Screen, text: string): string {
  const shown = (screen.hasColour ? sanitize(text) : plain(text)).replaceAll('\t', '    ');
  return ` ${shown.includes('\u001b') ? `${shown}\u001b[0m` : shown}`;
}

const keys: readonly (readonly [string, string])[] = [
  ['↑↓', 'select'],
  ['s', 'start'],
  ['x', 'stop'],
  ['r', 'restart'],
  ['K', 'kill'],
  ['l', 'logs'],
  ['/', 'filter'],
  ['?', 'help'],
  ['q', 'quit'],
];

/** How to get help and away is the last to go. */
function keysThatFit(columns: number): typeof keys {
  const last = keys.slice(-2);
  const width = (some: typeof keys): number =>
    some.reduce((sum, [key, what]) => sum + key.length + what.length + 3, 0);
  for (let count = keys.length - 2; count > 0; count--) {
    const chosen = [...keys.slice(0, count), ...last];
    if (width(chosen) <= columns) return chosen;
  }
  return last;
}

function bottomLine(screen: Screen, { mode, filter, notice, columns }: View): string {
  if (mode === 'filter') return ` /${filter}█  ${screen.paint('dim', 'enter: keep, esc: all')}`;
  const filtered = filter === '' ? '' : `  ${screen.paint('yellow', `/${filter}`)}`;
  // What happened matters more than what could be done.
  const text = notice === null ? '' : cut(plain(notice.text), Math.max(24, columns - 36));
  const left = hintOf(screen, mode, columns - widthOf(filtered) - widthOf(text) - 3) + filtered;
  if (notice === null) return left;
  const style = notice.kind === 'error' ? 'red' : notice.kind === 'busy' ? 'yellow' : 'green';
  return spread(left, screen.paint(style, text), columns);
}

function hintOf(screen: Screen, mode: View['mode'], columns: number): string {
  if (mode === 'logs') return ' ↑↓ scroll  l back';
  if (mode === 'help') return ' any key: back';
  const hints = keysThatFit(columns).map(([key, what]) => `${screen.paint('bold', key)} ${what}`);
  return ` ${hints.join('  ')}`;
}

function helpLines(screen: Screen): readonly string[] {
  const entries: readonly (readonly [string, string])[] = [
    ['↑ ↓  j k', 'select a service; PgUp, PgDn, g and G go further'],
    ['s', 'start it, and what it depends on'],
    ['x', 'stop it'],
    ['r', 'restart it'],
    ['K', 'kill it: SIGKILL to its whole tree'],
    ['l, enter', 'its log on the whole screen; again, or esc, to come back'],
    ['/', 'only services whose name has this, or whose state begins so; esc shows all'],
    ['q, ^C', 'leave; the services run on'],
  ];
  return ['', ...entries.map(([key, what]) => `  ${screen.paint('bold', pad(key, 10))} ${what}`)];
}

/** Exactly so many lines. */
function filled(lines: readonly string[], room: number): readonly string[] {
  return [...lines.slice(0, room), ...Array<string>(Math.max(0, room - lines.length)).fill('')];
}
