/** Lines of services, each in its service's colour, harmless to a terminal. */
import type { LogLineInfo } from '../../control/client.ts';
import { sanitize } from '../../runtime/sanitize.ts';
import type { Options } from '../options.ts';
import { ServiceColours } from './marks.ts';
import type { Screen } from './screen.ts';
import { pad } from './text-width.ts';

export class LogPrinter {
  readonly #screen: Screen;
  readonly #options: Options;
  readonly #colours: ServiceColours;
  readonly #width: number;
  readonly #isRaw: boolean;

  constructor(screen: Screen, options: Options, names: readonly string[]) {
    this.#screen = screen;
    this.#options = options;
    this.#colours = new ServiceColours(names);
    // Of one service alone nobody needs to be told whose lines they are.
    this.#width = names.length === 1 ? 0 : Math.max(0, ...names.map((name) => name.length));
    this.#isRaw = options['raw'] === true || !screen.isTerminal;
  }

  async print(line: LogLineInfo): Promise<void> {
    const screen = this.#screen;
    if (this.#options.json === true) screen.line(JSON.stringify(line));
    else {
      if (line.skippedBytes > 0) screen.note(`… ${line.skippedBytes} bytes were not delivered`);
      screen.line(this.#prefix(line.service) + this.#text(line));
    }
    await screen.drained();
  }

  #prefix(service: string): string {
    if (this.#width === 0) return '';
    const screen = this.#screen;
    return `${screen.paint(this.#colours.of(service), `${pad(service, this.#width)} │`)} `;
  }

  #text({ text, truncated }: LogLineInfo): string {
    const screen = this.#screen;
    const more = truncated ? ' …' : '';
    if (this.#isRaw) return text + more;
    const shown = screen.hasColour ? sanitize(text) : sanitize(text).replaceAll(sgr, '');
    // A colour that a line does not end must not run into the next one.
    return shown.includes('\u001b') ? `${shown}\u001b[0m${more}` : shown + more;
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one.
const sgr = /\u001b\[[0-9;:]*m/g;
