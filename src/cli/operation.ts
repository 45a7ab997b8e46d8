/** Commands that change something: asked, waited for, and their outcomes told. */
import type { Operation } from '../control/client.ts';
import { durationFlag } from './durations.ts';
import { type Awaited, withProgress } from './progress.ts';
import { marks } from './render/marks.ts';
import type { Screen } from './render/screen.ts';
import type { Session } from './session.ts';

/** What --timeout, --no-wait and the verb's name are in a request. */
export function requestOf({ options }: Session, verb: string) {
  const timeoutMs = durationFlag(options, 'timeout');
  return {
    by: `drover ${verb}`,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(options['wait'] === false ? { wait: false } : {}),
  };
}

/** Resolves with the exit code; what failed rejects. */
export async function perform(
  session: Session,
  awaited: Awaited,
  asked: Promise<Operation>,
): Promise<number> {
  const operation = await withProgress(session, awaited, asked);
  tell(session, operation);
  return 0;
}

export function tell({ screen, options }: Session, operation: Operation): void {
  if (options.json === true) return screen.json(operation);
  if (options.quiet === true) return;
  if (operation.state === 'running') {
    screen.line(`${operation.verb} is under way, as operation ${operation.id}`);
  }
  for (const outcome of operation.outcomes) screen.line(outcomeText(screen, outcome));
}

/** `● web: ready in 312 ms, pid 4711` */
export function outcomeText(screen: Screen, outcome: Operation['outcomes'][number]): string {
  const { name, status, summary, pid } = outcome;
  const [symbol, style] = marks[status];
  const who = status === 'running' && pid !== null ? `, pid ${pid}` : '';
  return `${screen.paint(style, symbol)} ${name}: ${summary}${who}`;
}
