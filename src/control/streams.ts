/** The two streams: events, which go on after a cursor without a gap, and lines of output. */
import type { Subscription } from 'rxjs';
import type { LogBeginning, LogPlace, SupervisorEvent } from '../runtime/api.ts';
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
  { lines = defaultLines, follow = false, after: asked, services }: ArgumentsOf<'logs'>,
  header: string | null,
): Pour {
  const names = services === undefined ? undefined : [...expand(context, services)];
  const lastId = header ?? asked ?? null;
  const after = lastId === null ? null : readCursor(lastId);
  return (stream) => {
    // Where a reader was before, nobody knows.
    if (lastId !== null && after === null) stream.notice('gap', missing);
    const options = {
      follow,
      lines: lastId === null ? Math.min(lines, mostLines) : 0,
      ...(after === null ? {} : { after }),
      // Also who prints nothing has a place, to go on from after whatever is lost.
      began: ({ service, isGap, ...place }: LogBeginning) => {
        if (isGap) stream.notice('gap', `${service}: ${missing}`);
        stream.send({ id: cursorOf(service, place) });
      },
    };
    let subscription: Subscription | null = null;
    stream.whenClosed(() => subscription?.unsubscribe());
    subscription = context.host.supervisor.logs(names, options).subscribe({
      next: (line) => stream.send({ id: cursorOf(line.service, line), data: line }),
      error: (error: unknown) => stream.end('ended', String(error)),
      complete: () => stream.end('ended'),
    });
    if (!stream.isOpen) subscription.unsubscribe();
  };
}

const missing = 'lines written in between may be missing';

export const cursorOf = (service: string, { log, offset }: LogPlace): string =>
  `logs/${service}:${offset}@${log}`;

/** `logs/web:123@a1,api:456@b2`, as one id or several of them say; null where it is nothing such. */
export function readCursor(text: string): Readonly<Record<string, LogPlace>> | null {
  const [kind, places = ''] = text.split('/');
  if (kind !== 'logs') return null;
  const after: Record<string, LogPlace> = Object.create(null);
  for (const place of places.split(',')) {
    const [, name, offset, log] = /^([^:@]+):(\d{1,15})@([\w-]+)$/.exec(place) ?? [];
    if (name !== undefined && log !== undefined) after[name] = { log, offset: Number(offset) };
  }
  return after;
}
