/** How states and services look: a symbol that tells the state without colour, and a colour. */
import type { Status } from '../../machines/vocabulary.ts';
import type { Screen, Style } from './screen.ts';

export const marks: Readonly<Record<Status, readonly [symbol: string, style: Style]>> = {
  adopting: ['?', 'gray'],
  stopped: ['○', 'gray'],
  starting: ['◌', 'yellow'],
  running: ['●', 'green'],
  stopping: ['◍', 'yellow'],
  killing: ['◍', 'red'],
  stuck: ['■', 'red'],
  crashed: ['✗', 'red'],
  backoff: ['↻', 'yellow'],
  completed: ['✓', 'green'],
  failed: ['✗', 'red'],
};

export interface Seen {
  readonly state: Status;
  readonly healthy?: boolean;
  readonly pinned?: boolean;
}

/** `● running`; one that runs and is not well is told from one that is. */
export function stateText(screen: Screen, { state, healthy, pinned }: Seen): string {
  const isIll = state === 'running' && healthy === false;
  const [symbol, style] = isIll ? (['●', 'red'] as const) : marks[state];
  const pin = pinned === true ? ' ⚲' : '';
  return screen.paint(style, `${symbol} ${isIll ? 'unhealthy' : state}${pin}`);
}

const palette: readonly Style[] = [
  'cyan',
  'yellow',
  'green',
  'magenta',
  'blue',
  'cyanBright',
  'yellowBright',
  'greenBright',
  'magentaBright',
  'blueBright',
];

/** Each service the next colour, in the order in which they are first heard of. */
export class ServiceColours {
  readonly #styles = new Map<string, Style>();

  constructor(names: readonly string[] = []) {
    for (const name of names) this.of(name);
  }

  of(name: string): Style {
    const known = this.#styles.get(name);
    if (known !== undefined) return known;
    const style = palette[this.#styles.size % palette.length] ?? 'cyan';
    this.#styles.set(name, style);
    return style;
  }
}
