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
      void followLogs(() => call(path, { signal: abort.signal }), take, abort.signal);
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

async function followLogs(
  ask: () => Promise<Response>,
  take: (lines: readonly RecordedLine[]) => void,
  signal: AbortSignal,
): Promise<void> {
  let seen = 0;
  while (!signal.aborted) {
    try {
      for await (const lines of linesOf(await ask())) {
        // After a break the last lines come again.
        const fresh = lines.filter(({ at }) => at > seen);
        take(fresh);
        seen = fresh.at(-1)?.at ?? seen;
      }
    } catch {
      // Whoever holds the stream of news open says what is wrong.
    }
    if (!signal.aborted) await pause(2_000, signal);
  }
}

async function* linesOf(answer: Response): AsyncGenerator<readonly RecordedLine[]> {
  for await (const events of batchesOf(answer)) {
    const lines = events
      .filter(({ event }) => event === 'line')
      .map(({ data }) => JSON.parse(data));
    if (lines.length > 0) yield lines;
  }
}

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
