/** `drover logs`: what services print, merged, each in its colour. */
import type { LogLineInfo } from '../../control/client.ts';
import { sanitize } from '../../runtime/sanitize.ts';
import { SupervisorError } from '../../services/errors.ts';
import { dated, merged } from '../log-time.ts';
import { textFlag } from '../options.ts';
import { ServiceColours } from '../render/marks.ts';
import { pad } from '../render/text-width.ts';
import { type Asking, asRun, countFlag, namesOf, noticeTo, type Session } from '../session.ts';
import { sinceFlag } from '../since.ts';

/** As many as the daemon gives at once. */
const mostLines = 10_000;
const defaultLines = 100;

export const logs: Asking = async (session) => {
  const { client, options, words, screen } = session;
  const grep = grepFlag(textFlag(options, 'grep'));
  const since = sinceFlag(options);
  const wanted = countFlag(options, 'lines') ?? defaultLines;
  const follow = options['follow'] === true;
  const isPicked = grep !== null || since !== undefined;
  const names = namesOf(words);
  const request = {
    follow,
    lines: isPicked && !follow ? mostLines : Math.min(wanted, mostLines),
    ...(names === undefined ? {} : { services: names }),
  };
  const printer = new Printer(session, await namesIn(session));
  const matches = ({ text }: LogLineInfo): boolean => grep === null || grep.test(text);
  const lines = client.logs(request, { onNotice: noticeTo(screen) });
  if (follow) {
    for await (const line of lines) {
      if (matches(line) && isAfter(line, since)) await printer.print(line);
    }
    return 0;
  }
  const found: LogLineInfo[] = [];
  for await (const line of lines) found.push(line);
  const shown = merged(dated(found).filter(({ line, at }) => matches(line) && !isOlder(at, since)));
  // So many of each service were asked for; of picked ones, so many in all are shown.
  for (const { line } of isPicked ? lastOf(shown, wanted) : shown) await printer.print(line);
  return 0;
};

const lastOf = <T>(all: readonly T[], count: number): readonly T[] =>
  count === 0 ? [] : all.slice(-count);

/** What does not say when it was written is shown: better too much than a line too few. */
const isOlder = (at: number | null, since: number | undefined): boolean =>
  since !== undefined && at !== null && at < since;

const isAfter = (line: LogLineInfo, since: number | undefined): boolean =>
  !isOlder(dated([line])[0]?.at ?? null, since);

function grepFlag(text: string | undefined): RegExp | null {
  if (text === undefined) return null;
  try {
    return new RegExp(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new SupervisorError('usage', `cannot understand --grep ${text}: ${why}`);
  }
}

/** One name may be that of a group. */
async function namesIn({ client, words }: Session): Promise<readonly string[]> {
  const { services } = await client.status(words.length === 0 ? {} : { services: [...words] });
  return services.map(({ name }) => name);
}

class Printer {
  readonly #session: Session;
  readonly #colours: ServiceColours;
  readonly #width: number;
  readonly #isRaw: boolean;

  constructor(session: Session, names: readonly string[]) {
    this.#session = session;
    this.#colours = new ServiceColours(names);
    // Of one service alone nobody needs to be told whose lines they are.
    this.#width = names.length === 1 ? 0 : Math.max(0, ...names.map((name) => name.length));
    this.#isRaw = session.options['raw'] === true || !session.screen.isTerminal;
  }

  async print(line: LogLineInfo): Promise<void> {
    const { screen, options } = this.#session;
    if (options.json === true) screen.line(JSON.stringify(line));
    else {
      if (line.skippedBytes > 0) screen.note(`… ${line.skippedBytes} bytes were not delivered`);
      screen.line(this.#prefix(line.service) + this.#text(line));
    }
    await screen.drained();
  }

  #prefix(service: string): string {
    if (this.#width === 0) return '';
    const { screen } = this.#session;
    return `${screen.paint(this.#colours.of(service), `${pad(service, this.#width)} │`)} `;
  }

  #text({ text, truncated }: LogLineInfo): string {
    const { screen } = this.#session;
    const more = truncated ? ' …' : '';
    if (this.#isRaw) return text + more;
    const shown = screen.hasColour ? sanitize(text) : sanitize(text).replaceAll(sgr, '');
    // A colour that a line does not end must not run into the next one.
    return shown.includes('\u001b') ? `${shown}\u001b[0m${more}` : shown + more;
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one.
const sgr = /\u001b\[[0-9;:]*m/g;

export const run = asRun(logs);
