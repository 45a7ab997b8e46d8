/** What is written to, and what it can show: colours, and how many columns. */
import { styleText } from 'node:util';

export type Style = Parameters<typeof styleText>[0];

/** The part of a stream that is needed, so that a test can be one. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  readonly writableNeedDrain?: boolean;
  once?(event: 'drain', listener: () => void): unknown;
}

export interface ScreenOptions {
  readonly out?: Output;
  readonly error?: Output;
  /** False with --no-color. */
  readonly color?: boolean | undefined;
  readonly env?: NodeJS.ProcessEnv;
}

export class Screen {
  readonly isTerminal: boolean;
  readonly hasColour: boolean;
  /** What is said beside the answer, such as progress, may be drawn over. */
  readonly isErrorTerminal: boolean;
  readonly #out: Output;
  readonly #error: Output;

  constructor({ out, error, color, env = process.env }: ScreenOptions = {}) {
    this.#out = out ?? process.stdout;
    this.#error = error ?? process.stderr;
    const isDumb = env['TERM'] === 'dumb';
    this.isTerminal = this.#out.isTTY === true;
    this.isErrorTerminal = this.#error.isTTY === true && !isDumb;
    this.hasColour = color !== false && !env['NO_COLOR'] && wantsColour(this.isTerminal, env);
  }

  /** Whoever pipes wants the whole line. A serial line may say that it has no columns. */
  get width(): number {
    return this.isTerminal ? this.#out.columns || 80 : Number.POSITIVE_INFINITY;
  }

  get height(): number {
    return this.#out.rows || 24;
  }

  get errorWidth(): number {
    return this.#error.columns || 80;
  }

  write(text: string): void {
    this.#out.write(text);
  }

  line(text = ''): void {
    this.#out.write(`${text}\n`);
  }

  /** Whoever reads slowly is waited for, so that what they have not read is not held here. */
  async drained(): Promise<void> {
    const out = this.#out;
    if (out.writableNeedDrain !== true) return;
    await new Promise<void>((resolve) => out.once?.('drain', resolve));
  }

  json(value: unknown): void {
    this.line(JSON.stringify(value, null, 2));
  }

  /** Beside the answer, for people. */
  note(text: string): void {
    this.#error.write(`${text}\n`);
  }

  overwrite(text: string): void {
    this.#error.write(`\r\u001b[K${text}`);
  }

  paint(style: Style, text: string): string {
    // Whether there is colour was decided above, not by what `styleText` thinks of a stream.
    return this.hasColour ? styleText(style, text, { validateStream: false }) : text;
  }
}

/** FORCE_COLOR is for those who pipe into a pager that shows colours. */
function wantsColour(isTerminal: boolean, env: NodeJS.ProcessEnv): boolean {
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined && forced !== '' && forced !== '0') return true;
  return isTerminal && env['TERM'] !== 'dumb';
}
