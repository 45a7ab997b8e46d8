/** Somebody else has its port: it must fail soon and say so, and nobody may call it ready. */
import { createServer, isIP, type Socket } from 'node:net';
import type { Check } from '../../../machines/vocabulary.ts';
import { duration } from '../../../runtime/wording.ts';
import type { Bench } from '../bench.ts';
import type { Found } from '../result.ts';
import { nothing } from './pid-file.ts';

export async function portTaken(bench: Bench): Promise<Found> {
  await bench.down();
  const address = addressOf(bench);
  if (address === null) return nothing('it is not known where it listens');
  const stranger = await occupy(address);
  if (stranger === null) return nothing(`port ${address.port} cannot be taken by us`);
  try {
    const patienceMs = Math.min(
      10_000,
      Math.max(5_000, 5 * Math.max(0, ...bench.measured.readyMs)),
    );
    const started = await bench.start(patienceMs);
    if (started.kind === 'ready') return ready(started.readyMs);
    const named = started.why.includes(`is taken by pid ${process.pid}`);
    const figures = { failed: started.kind === 'failed', afterMs: started.afterMs, named };
    const reason = brief(started.why);
    if (started.kind === 'waiting') {
      const advice = `it does not give up by itself; drover does after ${duration(bench.spec.ready?.timeoutMs ?? 0)}`;
      return {
        verdict: 'warning',
        summary: `still tries after ${duration(started.afterMs)}: ${reason}`,
        advice,
        figures,
      };
    }
    const verdict = named ? 'ok' : 'warning';
    const advice = named
      ? null
      : 'who has the port could not be seen; is it the port it is asked at?';
    return {
      verdict,
      summary: `fails in ${duration(started.afterMs)}: ${reason}`,
      advice,
      figures,
    };
  } finally {
    await bench.down();
    await bench.abortable(stranger.leave());
  }
}

/** `it exited with code 1 ...; it said: "..."`, without when, and what comes of it. */
function brief(why: string): string {
  const line = (why.split('\n')[0] ?? '').replace(/^\S+ (?:crashed|has failed)[^:]*: /, '');
  const said = line.replace(/ and (?:restarts in|is given up)[^"]*$/, '');
  return said.length > longestReason ? `${said.slice(0, longestReason)}…` : said;
}

const longestReason = 240;

function ready(afterMs: number): Found {
  return {
    verdict: 'failed',
    summary: `is called ready after ${duration(afterMs)}, although a stranger has its port`,
    advice: 'is it asked where it listens? see ready, and do not set owns_listener: false',
    figures: { failed: false, afterMs, named: false },
  };
}

interface Address {
  readonly host: string;
  readonly port: number;
}

function addressOf({ spec: { ready } }: Bench): Address | null {
  if (ready === null) return null;
  const address = tcpOf(ready.check);
  if (address === null || address.port === 0) return null;
  const host = address.host.replace(/^\[|\]$/g, '');
  return { port: address.port, host: isIP(host) === 0 ? '127.0.0.1' : host };
}

function tcpOf(check: Check): Address | null {
  if (check.kind === 'tcp') return check;
  if (check.kind === 'protocol') return check.at.kind === 'tcp' ? check.at : null;
  if (check.kind !== 'http') return null;
  const { hostname, port, protocol } = new URL(check.url);
  return { host: hostname, port: Number(port || (protocol === 'https:' ? 443 : 80)) };
}

interface Stranger {
  leave(): Promise<unknown>;
}

/** It takes connections and says nothing, as most strangers would. null: it may not be there. */
function occupy({ host, port }: Address): Promise<Stranger | null> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
  });
  const leave = (): Promise<unknown> => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  };
  return new Promise((resolve) => {
    server.once('error', () => resolve(null));
    server.listen(port, host, () => resolve({ leave }));
  });
}
