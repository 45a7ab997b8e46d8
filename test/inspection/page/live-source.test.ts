/** How the page keeps hold of its server. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { liveSource } from '../../../inspector/model/live-source.ts';
import type { Connection, Sink } from '../../../inspector/model/source.ts';

interface Asked {
  readonly path: string;
  readonly token: string | undefined;
  readonly lastId: string | undefined;
}

/** A server that answers as it is told, one answer after the other; the last one for ever. */
function server(...answers: readonly (() => Response)[]) {
  const asked: Asked[] = [];
  const left = [...answers];
  const ask = async (url: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const path = String(url).replace('http://here/api', '');
    const headers = init?.headers as Record<string, string> | undefined;
    asked.push({ path, token: headers?.['authorization'], lastId: headers?.['last-event-id'] });
    if (path === '/info') return Response.json({ name: 'shop' });
    const answer = left.length > 1 ? left.shift() : left[0];
    if (answer === undefined) throw new TypeError('fetch failed');
    return answer();
  };
  return { asked, ask: ask as typeof fetch };
}

/** A stream that says this and then breaks off. */
const stream = (text: string) => () => new Response(text);
const never = () => new Response(new ReadableStream());
const refusal = (status: number, code: string) => () =>
  Response.json({ error: { code, message: `no: ${code}` } }, { status });

function listen(ask: typeof fetch, cursor: () => number | null = () => null) {
  const told: unknown[] = [];
  const states: Connection[] = [];
  const put = (what: string) => (value: unknown) => void told.push([what, value]);
  const sink: Sink = {
    info: () => {},
    connection: (state) => void states.push(state),
    baseline: put('baseline'),
    definition: put('definition'),
    records: put('records'),
    services: put('services'),
  };
  const close = liveSource({ api: 'http://here/api', token: 'T', fetch: ask }).open(sink, cursor);
  return { told, states, close, kinds: () => states.map(({ kind }) => kind) };
}

describe('the live source', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const settle = (ms = 0) => vi.advanceTimersByTimeAsync(ms);

  it('hands on what it is told, and shows the token in the header only', async () => {
    const { asked, ask } = server(
      stream('event: baseline\ndata: {"seq":1}\n\nevent: records\ndata: {"next":4}\n\n'),
    );
    const { told, close } = listen(ask);
    await settle();
    close();
    expect(told).toEqual([
      ['baseline', { seq: 1 }],
      ['records', { next: 4 }],
    ]);
    expect(asked.every(({ token, path }) => token === 'Bearer T' && !path.includes('T='))).toBe(
      true,
    );
  });

  it('goes on behind what it has when the stream breaks off', async () => {
    const { asked, ask } = server(stream('event: records\ndata: {"next":4}\n\n'), never);
    let cursor: number | null = null;
    const { kinds, close } = listen(ask, () => cursor);
    await settle();
    cursor = 4;
    await settle(250);
    close();
    const streams = asked.map(({ path }) => path).filter((path) => path !== '/info');
    expect(streams).toEqual(['/stream', '/stream?after=4']);
    // A break that is mended at once is shown to nobody.
    expect(kinds()).not.toContain('broken');
  });

  it('tries again less and less often, and says what is wrong', async () => {
    const { asked, ask } = server();
    const { states, close } = listen(ask);
    await settle(60_000);
    const tries = asked.length;
    await settle(60_000);
    close();
    expect(asked.length - tries).toBeLessThan(20);
    expect(states.at(-1)).toMatchObject({ kind: 'broken', why: 'the server does not answer' });
    const after = asked.length;
    await settle(60_000);
    expect(asked.length).toBe(after);
  });

  it('does not knock again where it is not let in', async () => {
    const { asked, ask } = server(refusal(401, 'unauthorized'));
    const { states } = listen(ask);
    await settle(60_000);
    expect(asked.length).toBe(2);
    expect(states.at(-1)).toEqual({ kind: 'refused', why: 'no: unauthorized' });
  });

  it('rejects with what the server says', async () => {
    const { ask } = server(() =>
      Response.json(
        { error: { code: 'unknown-service', message: 'no such', hint: 'try' } },
        { status: 404 },
      ),
    );
    const asked = liveSource({ api: 'http://here/api', token: 'T', fetch: ask }).get('/why/x');
    await expect(asked).rejects.toMatchObject({
      code: 'unknown-service',
      message: 'no such',
      hint: 'try',
    });
  });

  it('shows each line once, also where many have one time and the log is followed anew', async () => {
    const line = (service: string, n: number) =>
      `id: logs/${service}:${n}@x\nevent: line\ndata: {"service":"${service}","text":"${service}${n}","at":1}\n\n`;
    const inParts = () => new Response(partsOf(line('a', 1), line('a', 2), line('b', 9)));
    const { asked, ask } = server(inParts, stream(line('a', 3)), never);
    const lines: string[] = [];
    const close = liveSource({ api: 'http://here/api', token: 'T', fetch: ask }).logs(
      ['a', 'b'],
      10,
      (some) => {
        lines.push(...some.map(({ text }) => text));
      },
    );
    await settle(5_000);
    close();
    expect(lines).toEqual(['a1', 'a2', 'b9', 'a3']);
    expect(asked.map(({ lastId }) => lastId)).toEqual([
      undefined,
      'logs/a:2@x,b:9@x',
      'logs/a:3@x,b:9@x',
    ]);
  });
});

/** Each of them is a read of its own. */
function partsOf(...texts: readonly string[]): ReadableStream<Uint8Array> {
  const parts = texts.map((text) => new TextEncoder().encode(text));
  return new ReadableStream({
    pull: (controller) => {
      const next = parts.shift();
      if (next === undefined) controller.close();
      else controller.enqueue(next);
    },
  });
}
