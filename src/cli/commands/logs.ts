/** `drover logs`: what services print, merged, each in its colour. */
import type { LogLineInfo } from '../../control/client.ts';
import { type Dated, dated, merged } from '../../runtime/log-time.ts';
import { SupervisorError } from '../../services/errors.ts';
import { textFlag } from '../options.ts';
import { LogPrinter } from '../render/log-printer.ts';
import {
  type Asking,
  asRun,
  countFlag,
  hasCode,
  namesOf,
  noticeTo,
  type Session,
} from '../session.ts';
import { sinceFlag } from '../since.ts';

/** As many as the daemon gives at once. */
const mostLines = 10_000;
const defaultLines = 100;

export const logs: Asking = async (session) => {
  const { options, screen } = session;
  const pick = pickOf(session);
  try {
    const printer = new LogPrinter(screen, options, await namesIn(session));
    await (options['follow'] === true ? follow : look)(session, pick, printer);
  } catch (error) {
    if (options.socket !== undefined || !hasCode(error, 'daemon-not-reachable')) throw error;
    if (options['follow'] === true) throw error;
    const { offlineLines } = await import('../offline-logs.ts');
    const { lines, names } = await offlineLines(options, session.words, pick.fetched);
    screen.note('no manager runs; this is what was printed');
    await tell(lines, pick, new LogPrinter(screen, options, names));
  }
  return 0;
};

interface Pick {
  readonly grep: RegExp | null;
  readonly since: number | undefined;
  readonly wanted: number;
  /** How many lines of each service are looked at. */
  readonly fetched: number;
}

function pickOf({ options }: Session): Pick {
  const grep = grepFlag(textFlag(options, 'grep'));
  const since = sinceFlag(options);
  const wanted = countFlag(options, 'lines') ?? defaultLines;
  const isPicky = (grep !== null || since !== undefined) && options['follow'] !== true;
  return { grep, since, wanted, fetched: isPicky ? mostLines : Math.min(wanted, mostLines) };
}

function linesOf({ client, screen, words }: Session, isFollowed: boolean, { fetched }: Pick) {
  const names = namesOf(words);
  const about = names === undefined ? {} : { services: names };
  const request = { follow: isFollowed, lines: fetched, ...about };
  return client.logs(request, { onNotice: noticeTo(screen) });
}

async function follow(session: Session, pick: Pick, printer: LogPrinter): Promise<void> {
  for await (const line of linesOf(session, true, pick)) {
    const [one] = dated([line]);
    if (one !== undefined && isPicked(one, pick)) await printer.print(line);
  }
}

async function look(session: Session, pick: Pick, printer: LogPrinter): Promise<void> {
  const lines: LogLineInfo[] = [];
  for await (const line of linesOf(session, false, pick)) lines.push(line);
  await tell(lines, pick, printer);
}

async function tell(lines: readonly LogLineInfo[], pick: Pick, printer: LogPrinter): Promise<void> {
  const shown = merged(dated(lines).filter((one) => isPicked(one, pick)));
  // So many of each service were asked for; of picked ones, so many in all are shown.
  const isPicky = pick.fetched > pick.wanted;
  for (const { line } of isPicky ? lastOf(shown, pick.wanted) : shown) await printer.print(line);
}

/** What does not say when it was written is shown: better too much than a line too few. */
function isPicked({ line, at }: Dated<LogLineInfo>, { grep, since }: Pick): boolean {
  if (grep !== null && !grep.test(line.text)) return false;
  return since === undefined || at === null || at >= since;
}

const lastOf = <T>(all: readonly T[], count: number): readonly T[] =>
  count === 0 ? [] : all.slice(-count);

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

export const run = asRun(logs);
