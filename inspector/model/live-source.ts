/** The server's API: one stream of news that is taken up again where it broke off. */
import type { Info, RecordedLine } from '../../src/inspection/protocol.ts';
import { type Connection, type Sink, type Source, SourceError } from './source.ts';
import { EventParser, type ServerEvent } from './sse.ts';

const firstWaitMs = 250;
const longestWaitMs = 8_000;

export interface LiveOptions {
  /** Ends without a slash: `http://127.0.0.1:7700/api`. */
  readonly api: string;
  readonly token: string;
  readonly fetch?: typeof fetch;
}

export function liveSource({ api, token, fetch: ask = fetch }: LiveOptions): Source {
  const call = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = { ...init.headers, authorization: `Bearer ${token}` };
    const answer = await ask(`${api}${path}`, { ...init, headers }).catch((error: unknown) => {
      if (init.signal?.aborted === true) throw error;
      throw new SourceError('unreachable', 'the server does not answer');
    });
    if (!answer.ok) throw await refusal(answer);
    return answer;
  };
  const json = async <T>(path: string, init?: RequestInit): Promise<T> =>
    (await (await call(path, init)).json()) as T;

  return {
    kind: 'live',
    get: (path) => json(path),
    post: (path, body) =>
      json(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    logs: (services, lines, take) => {
      const abort = new AbortController();
      const names = services.map(encodeURIComponent).join(',');
      const path = `/logs?service=${names}&lines=${lines}&follow=true`;
      const ask = (headers: Readonly<Record<string, string>>) =>
        call(path, { signal: abort.signal, headers });
      void followLogs(ask, take, abort.signal);
      return () => abort.abort();
    },
    open: (sink, cursor) => {
      const abort = new AbortController();
      const stream = (after: number | null) =>
        call(after === null ? '/stream' : `/stream?after=${after}`, { signal: abort.signal });
      void keepOpen(sink, cursor, () => json<Info>('/info'), stream, abort.signal);
      return () => abort.abort();
    },
  };
}

/** Until it is told to stop, or is refused. */
async function keepOpen(
  sink: Sink,
  cursor: () => number | null,
  info: () => Promise<Info>,
  stream: (after: number | null) => Promise<Response>,
  signal: AbortSignal,
): Promise<void> {
  let waitMs = firstWaitMs;
  while (!signal.aborted) {
    let why = 'the server has gone';
    try {
      sink.info(await info());
      for await (const event of eventsOf(await stream(cursor()))) {
        sink.connection({ kind: 'live' });
        waitMs = firstWaitMs;
        why = hand(event, sink) ?? why;
      }
    } catch (error) {
      if (signal.aborted) return;
      why = error instanceof SourceError ? error.message : why;
      if (isRefusal(error)) return sink.connection({ kind: 'refused', why });
    }
    if (signal.aborted) return;
    // Most breaks are mended at once, and nobody need know of them.
    const isFirst = waitMs === firstWaitMs;
    const broken: Connection = { kind: 'broken', why, retryAt: Date.now() + waitMs };
    sink.connection(isFirst ? { kind: 'connecting' } : broken);
    await pause(waitMs, signal);
    waitMs = Math.min(waitMs * 2, longestWaitMs);
  }
}

const isRefusal = (error: unknown): boolean =>
  error instanceof SourceError && /^(unauthori[sz]ed|forbidden|not-permitted)$/.test(error.code);

/** Returns why the stream ends, where it says so. */
function hand({ event, data }: ServerEvent, sink: Sink): string | null {
  const value = JSON.parse(data);
  if (event === 'baseline') sink.baseline(value);
  else if (event === 'definition') sink.definition(value);
  else if (event === 'records') sink.records(value);
  else if (event === 'services') sink.services(value);
  else if (event === 'end') return String(value.reason);
  return null;
}

/** Begins again where it broke off. Many lines have the same time, so that tells no place. */
async function followLogs(
  ask: (headers: Readonly<Record<string, string>>) => Promise<Response>,
  take: (lines: readonly RecordedLine[]) => void,
  signal: AbortSignal,
): Promise<void> {
  const places = new Map<string, string>();
  while (!signal.aborted) {
    try {
      for await (const events of batchesOf(await ask(placeIn(places)))) {
        const lines = events.filter(({ event }) => event === 'line').map(lineOf(places));
        if (lines.length > 0) take(lines);
      }
    } catch {
      // Whoever holds the stream of news open says what is wrong.
    }
    if (!signal.aborted) await pause(2_000, signal);
  }
}

/** As the server writes them: `logs/web:123@a1`, and of several `logs/web:123@a1,api:4@b2`. */
function placeIn(places: ReadonlyMap<string, string>): Readonly<Record<string, string>> {
  if (places.size === 0) return {};
  const words = [...places.values()].map((id) => id.replace(/^logs\//, ''));
  return { 'last-event-id': `logs/${words.join(',')}` };
}

const lineOf =
  (places: Map<string, string>) =>
  ({ id, data }: ServerEvent): RecordedLine => {
    const line: RecordedLine = JSON.parse(data);
    if (id !== null) places.set(line.service, id);
    return line;
  };

async function* eventsOf(answer: Response): AsyncGenerator<ServerEvent> {
  for await (const events of batchesOf(answer)) yield* events;
}

/** What one read brings. */
async function* batchesOf({ body }: Response): AsyncGenerator<readonly ServerEvent[]> {
  if (body === null) return;
  const reader = body.getReader();
  const parser = new EventParser();
  const decoder = new TextDecoder();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield parser.push(decoder.decode(value, { stream: true }));
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

interface Refusal {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly hint?: unknown;
}

async function refusal(answer: Response): Promise<SourceError> {
  const body = (await answer.json().catch(() => null)) as { error?: Refusal } | null;
  const { code, message, hint } = body?.error ?? {};
  const known = answer.status === 401 ? 'unauthorized' : answer.status === 403 ? 'forbidden' : null;
  return new SourceError(
    known ?? String(code ?? answer.status),
    String(message ?? `the server answers ${answer.status}`),
    hint === undefined ? null : String(hint),
  );
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}
