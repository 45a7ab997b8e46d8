/** What services have printed, on the time axis of everything else. */
import type { Subscription } from 'rxjs';
import type { RecordedLine } from '../../inspection/protocol.ts';
import type { LogLine, Supervisor } from '../../runtime/api.ts';
import { dated } from '../../runtime/log-time.ts';
import { cursorOf, readCursor } from '../streams.ts';
import type { LogRequest, Pour, Stretch } from './inspected.ts';

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
    let firstAt: number | null = null;
    const times = new LineTimes();
    let subscription: Subscription | null = null;
    stream.whenClosed(() => subscription?.unsubscribe());
    subscription = observable.subscribe({
      next: (line) => {
        const { service, text } = line;
        firstAt ??= line.at;
        const at = line.at < firstAt + pastMs ? times.of(line) : line.at;
        stream.send({
          event: 'line',
          id: cursorOf(service, line),
          data: { service, text, at } satisfies RecordedLine,
        });
      },
      error: (error: unknown) => stream.end('ended', String(error)),
      complete: () => stream.end('ended', 'the log ends here'),
    });
    if (!stream.isOpen) subscription.unsubscribe();
  };
}

/**
 * Those that were written in that stretch, as far as they say when they were; what is read
 * after `now` was there at the latest then.
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
  return linesOf(found, stretch, now);
}

export function linesOf(
  found: readonly Pick<LogLine, 'service' | 'text' | 'at'>[],
  { since = 0, until = Number.POSITIVE_INFINITY }: Stretch,
  now = Number.POSITIVE_INFINITY,
): readonly RecordedLine[] {
  const times = new LineTimes();
  return found
    .map((line) => ({ service: line.service, text: line.text, at: Math.min(times.of(line), now) }))
    .filter(({ at }) => at >= since && at <= until)
    .sort((a, b) => a.at - b.at);
}

/** A line of the past is as old as it says, or as the one before it; it was only read now. */
class LineTimes {
  readonly #last = new Map<string, number>();

  of(line: Pick<LogLine, 'service' | 'text' | 'at'>): number {
    const [own] = dated([line]);
    const before = this.#last.get(line.service) ?? line.at;
    const at = Math.min(line.at, own?.at ?? before);
    this.#last.set(line.service, at);
    return at;
  }
}
