/** What services have printed, on the time axis of everything else. */
import type { Subscription } from 'rxjs';
import type { RecordedLine } from '../../inspection/protocol.ts';
import type { LogLine, Supervisor } from '../../runtime/api.ts';
import { cursorOf, readCursor } from '../streams.ts';
import type { LogRequest, Pour, Stretch } from './inspected.ts';
import { LineTimes, type ReadLine } from './line-times.ts';
import { type PastRuns, pastRuns } from './past-runs.ts';

const mostLines = 10_000;
/** Of each service, in a recording. */
const recordedLines = 2_000;
/** What is read this soon after the first line was there before it was read. */
const pastMs = 500;

export function lines(
  supervisor: Supervisor,
  { services, lines: count, follow, lastId }: LogRequest,
): Pour {
  const after = lastId === null ? null : readCursor(lastId);
  const observable = supervisor.logs(services, {
    follow,
    lines: after === null ? Math.min(count, mostLines) : 0,
    ...(after === null ? {} : { after }),
  });
  return (stream) => {
    const times = new LineTimes(() => pastRuns(supervisor.spec, services));
    let firstAt: number | null = null;
    let read: LogLine[] = [];
    let subscription: Subscription | null = null;
    const send = (line: LogLine, data: RecordedLine): void =>
      stream.send({ event: 'line', id: cursorOf(line.service, line), data });
    const tell = (): void => {
      const some = read;
      read = [];
      times.of(some).forEach((told, i) => {
        const line = some[i];
        if (line !== undefined && stream.isOpen) send(line, told);
      });
    };
    stream.whenClosed(() => subscription?.unsubscribe());
    subscription = observable.subscribe({
      next: (line) => {
        const { service, text, at } = line;
        firstAt ??= at;
        if (at >= firstAt + pastMs) {
          tell();
          return send(line, { service, text, at });
        }
        // Those of one read together, for a later one may say something of those before it.
        if (read.length === 0) queueMicrotask(tell);
        read.push(line);
      },
      error: (error: unknown) => {
        tell();
        stream.end('ended', String(error));
      },
      complete: () => {
        tell();
        stream.end('ended', 'the log ends here');
      },
    });
    if (!stream.isOpen) subscription.unsubscribe();
  };
}

/**
 * Those that were written in that stretch, as far as anybody can say; what is read after
 * `now` was there at the latest then.
 */
export async function linesWithin(
  supervisor: Supervisor,
  stretch: Stretch,
  now = Number.POSITIVE_INFINITY,
): Promise<readonly RecordedLine[]> {
  const found: LogLine[] = [];
  await new Promise<void>((resolve) => {
    supervisor.logs(undefined, { lines: recordedLines, follow: false }).subscribe({
      next: (line) => found.push(line),
      // What could be read is better than nothing.
      error: () => resolve(),
      complete: resolve,
    });
  });
  return linesOf(found, stretch, now, () => pastRuns(supervisor.spec));
}

export function linesOf(
  found: readonly ReadLine[],
  { since = 0, until = Number.POSITIVE_INFINITY }: Stretch,
  now = Number.POSITIVE_INFINITY,
  past?: () => ReadonlyMap<string, PastRuns>,
): readonly RecordedLine[] {
  return new LineTimes(past)
    .of(found)
    .map((line) => ({ ...line, at: Math.min(line.at, now) }))
    .filter(({ at }) => at >= since && at <= until)
    .sort((a, b) => a.at - b.at);
}
