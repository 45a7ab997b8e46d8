/** The report as people read it, line by line as it comes. Pure. */
import { plain } from '../../runtime/sanitize.ts';
import { duration } from '../../runtime/wording.ts';
import type { Screen, Style } from '../render/screen.ts';
import { pad } from '../render/text-width.ts';
import { durationText } from './proposals.ts';
import type { Proposal, Report, Result, Verdict } from './result.ts';

const marks: Readonly<Record<Verdict, readonly [symbol: string, style: Style]>> = {
  ok: ['✓', 'green'],
  warning: ['!', 'yellow'],
  failed: ['✗', 'red'],
  skipped: ['–', 'gray'],
};

const width = 'manager killed'.length;

/** `✓ stop            honours SIGTERM: gone in 12 ms`, and what to do below it. */
export function resultLines(
  screen: Screen,
  { name, verdict, summary, advice }: Result,
): readonly string[] {
  const [symbol, style] = marks[verdict];
  const [first = '', ...more] = plain(summary).split('\n');
  const indent = ' '.repeat(width + 4);
  return [
    `${screen.paint(style, symbol)} ${pad(name, width)}  ${first}`,
    ...more.map((line) => `${indent}${line.trim()}`),
    ...(advice === null ? [] : [`${indent}${screen.paint('dim', `→ ${advice}`)}`]),
  ];
}

export function closingLines(
  screen: Screen,
  report: Report,
  written: readonly string[],
): readonly string[] {
  return [
    '',
    ...report.proposals.map(proposalText),
    ...(report.proposals.length === 0 ? [] : [screen.paint('dim', rule)]),
    ...written.map((line) => screen.paint(line.startsWith('+') ? 'green' : 'red', line)),
    verdictText(screen, report),
  ];
}

const rule =
  '  (ten times the slowest seen, at least 10 s for a start and 5 s for a stop, rounded up)';

function proposalText({ setting, fromMs, toMs, isChange, why }: Proposal): string {
  const what = isChange
    ? `${durationText(toMs)}, instead of ${duration(fromMs)}`
    : `${duration(fromMs)} is right`;
  return `${pad(setting, 17)}  ${what}: ${why}`;
}

function verdictText(screen: Screen, { service, results, ok }: Report): string {
  const count = (verdict: Verdict): number =>
    results.filter((one) => one.verdict === verdict).length;
  const [failed, warnings] = [count('failed'), count('warning')];
  const more =
    warnings === 0 ? '' : `, with ${warnings} ${warnings === 1 ? 'thing' : 'things'} to know`;
  if (ok) return screen.paint('green', `${service} passes${more}`);
  return screen.paint(
    'red',
    `${service} does not pass: ${failed} of ${results.length} failed${more}`,
  );
}
