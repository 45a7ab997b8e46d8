/** What a key does: another view, and perhaps something to ask of the daemon. Pure. */
import { moved, type View, withSelection } from './view.ts';

/** The part of ink's keys that is needed. */
export interface Key {
  readonly upArrow?: boolean;
  readonly downArrow?: boolean;
  readonly pageUp?: boolean;
  readonly pageDown?: boolean;
  readonly home?: boolean;
  readonly end?: boolean;
  readonly return?: boolean;
  readonly escape?: boolean;
  readonly backspace?: boolean;
  readonly delete?: boolean;
  readonly ctrl?: boolean;
  readonly meta?: boolean;
}

export type Verb = 'start' | 'stop' | 'restart' | 'kill';

export interface Pressed {
  readonly view: View;
  readonly command?: { readonly verb: Verb; readonly name: string };
  readonly quit?: boolean;
}

/** Who types fast, or a terminal far away, sends several letters at once; an arrow sends none. */
export const strokesOf = (input: string): readonly string[] => (input === '' ? [''] : [...input]);

export function press(view: View, input: string, key: Key): Pressed {
  if (key.ctrl === true && input === 'c') return { view, quit: true };
  switch (view.mode) {
    case 'filter':
      return { view: pressInFilter(view, input, key) };
    case 'help':
      return { view: { ...view, mode: 'list' } };
    case 'logs':
      return pressInLogs(view, input, key);
    case 'list':
      return pressInList(view, input, key);
  }
}

const verbs: Readonly<Record<string, Verb>> = { s: 'start', x: 'stop', r: 'restart', K: 'kill' };

function pressInList(view: View, input: string, key: Key): Pressed {
  const steps = stepsOf(input, key, Math.max(1, Math.floor(view.rows / 3)));
  if (steps !== 0) return { view: moved(view, steps) };
  const verb = verbs[input];
  if (verb !== undefined && view.selected !== null) {
    return { view, command: { verb, name: view.selected } };
  }
  if (input === 'q') return { view, quit: true };
  if (input === 'l' || key.return === true) return { view: { ...view, mode: 'logs' } };
  if (input === '/') return { view: { ...view, mode: 'filter' } };
  if (input === '?' || input === 'h') return { view: { ...view, mode: 'help' } };
  if (key.escape === true) return { view: withSelection({ ...view, filter: '', notice: null }) };
  return { view };
}

function pressInLogs(view: View, input: string, key: Key): Pressed {
  const isBack = input === 'l' || input === 'q' || key.escape === true || key.return === true;
  if (isBack) return { view: { ...view, mode: 'list', scrolled: 0 } };
  const up = -stepsOf(input, key, Math.max(1, view.rows - 4));
  const most = Math.max(0, view.logs.length - 1);
  return { view: { ...view, scrolled: Math.max(0, Math.min(most, view.scrolled + up)) } };
}

function pressInFilter(view: View, input: string, key: Key): View {
  if (key.return === true) return { ...view, mode: 'list' };
  if (key.escape === true) return withSelection({ ...view, mode: 'list', filter: '' });
  if (key.upArrow === true || key.downArrow === true) return moved(view, key.upArrow ? -1 : 1);
  if (key.backspace === true || key.delete === true) {
    return withSelection({ ...view, filter: view.filter.slice(0, -1) });
  }
  const isText = key.ctrl !== true && key.meta !== true && /^[\x20-\x7e]+$/.test(input);
  return isText ? withSelection({ ...view, filter: view.filter + input }) : view;
}

/** How far a key moves, down being positive. */
function stepsOf(input: string, key: Key, page: number): number {
  if (key.upArrow === true || input === 'k') return -1;
  if (key.downArrow === true || input === 'j') return 1;
  if (key.pageUp === true) return -page;
  if (key.pageDown === true) return page;
  if (key.home === true || input === 'g') return Number.MIN_SAFE_INTEGER / 2;
  if (key.end === true || input === 'G') return Number.MAX_SAFE_INTEGER / 2;
  return 0;
}
