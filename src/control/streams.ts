/** The two streams: events, which go on after a cursor without a gap, and lines of output. */
import type { Subscription } from 'rxjs';
import type { SupervisorEvent } from '../runtime/api.ts';
import type { ArgumentsOf } from './client-types.ts';
import { type Context, expand } from './host.ts';
import { defined } from './readonly.ts';
import type { EventStream } from './sse.ts';

/** The journal is bounded, so this means all of it. */
const everything = 1_000_000;
const defaultLines = 100;
const mostLines = 10_000;

/** What may be refused has been, before the stream is opened. */
export type Pour = (stream: EventStream) => void;

export function events(
  context: Context,
  { after, since, services }: ArgumentsOf<'events'>,
  lastId: string | null,
): Pour {
  const names = services === undefined ? null : expand(context, services);
  const cursor = lastId !== null && /^\d{1,15}$/.test(lastId) ? Number(lastId) : after;
  return (stream) => {
    void pour(context, stream, names, { after: cursor, since });
  };
}

/** The past first, as fast as it is read; then, without a turn of the loop between, what comes. */
async function pour(
  { host }: Context,
  stream: EventStream,
  names: ReadonlySet<string> | null,
  { after, since }: { after: number | undefined; since: number | undefined },
): Promise<void> {
  const { supervisor } = host;
  const send = (event: SupervisorEvent): void => {
    if (isAbout(event, names)) stream.send({ id: event.seq, data: event });
  };
  if (after !== undefined || since !== undefined) {
    let cursor = after ?? 0;
    for (let isBehind = true; isBehind && stream.isOpen; ) {
      const past = supervisor.history({
        afterSeq: cursor,
        limit: everything,
        ...defined({ since }),
      });
      isBehind = false;
      for (const event of past) {
        cursor = event.seq;
        send(event);
        if (!stream.isOpen) return;
        const drained = stream.drained();
        if (drained === null) continue;
        await drained;
        isBehind = true;
      }
    }
  }
  if (!stream.isOpen) return;
  const subscription = supervisor.events$.subscribe({
    next: send,
    complete: () => stream.end('ended', 'the supervisor has ended'),
  });
  stream.whenClosed(() => subscription.unsubscribe());
}

function isAbout(event: SupervisorEvent, names: ReadonlySet<string> | null): boolean {
  if (names === null) return true;
  return 'service' in event && names.has(event.service);
}

export function logs(
  context: Context,
  { lines = defaultLines, follow = false, services }: ArgumentsOf<'logs'>,
  lastId: string | null,
): Pour {
  const names = services === undefined ? undefined : [...expand(context, services)];
  const epoch = String(context.startedAt);
  const after = lastId === null ? null : readCursor(lastId, epoch);
  const options = {
    follow,
    lines: lastId === null ? Math.min(lines, mostLines) : 0,
    ...(after === null ? {} : { after }),
  };
  const observable = context.host.supervisor.logs(names, options);
  return (stream) => {
    // Offsets hold for one manager; and where a reader was of another one, nobody knows.
    const isLost = lastId !== null && after === null;
    if (isLost) stream.notice('gap', 'lines written in between may be missing');
    let subscription: Subscription | null = null;
    stream.whenClosed(() => subscription?.unsubscribe());
    subscription = observable.subscribe({
      next: (line) => stream.send({ id: `${epoch}/${line.service}:${line.offset}`, data: line }),
      error: (error: unknown) => stream.end('ended', String(error)),
      complete: () => stream.end('ended'),
    });
    if (!stream.isOpen) subscription.unsubscribe();
  };
}

/** `epoch/web:123,api:456`, as one id or several of them say; null where it is of another manager. */
export function readCursor(text: string, epoch: string): Readonly<Record<string, number>> | null {
  const [of, places = ''] = text.split('/');
  if (of !== epoch) return null;
  const after: Record<string, number> = Object.create(null);
  for (const place of places.split(',')) {
    const [name = '', offset = ''] = place.split(':');
    if (/^\d{1,15}$/.test(offset)) after[name] = Number(offset);
  }
  return after;
}
