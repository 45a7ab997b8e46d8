/** Starts from nothing: how long it takes, and whether it says so itself when it can be used. */
import type { ServiceSpec } from '../../../machines/vocabulary.ts';
import { duration } from '../../../runtime/wording.ts';
import type { Bench } from '../bench.ts';
import type { Found } from '../result.ts';

/** `isOver`: called when it is up, or is not to be. */
export async function start(bench: Bench, isOver: () => void): Promise<Found> {
  const began = bench.now();
  const started = await bench.start().finally(isOver);
  if (started.kind !== 'ready') {
    await bench.down();
    return {
      verdict: 'failed',
      summary: started.why,
      advice: 'nothing else can be tried before it starts',
      figures: { failedAfterMs: started.afterMs },
    };
  }
  const { readyMs } = started;
  bench.measured.readyMs.push(readyMs);
  const preparedMs = Math.max(0, Math.round(bench.now() - began - readyMs));
  const prepared =
    bench.spec.prepare.length === 0 ? '' : `, after ${duration(preparedMs)} of preparation`;
  const untracked =
    bench.status.tracking === 'main' ? '; only its main process can be followed' : '';
  const summary = `ready in ${duration(readyMs)}${prepared}${untracked}`;
  const figures = { readyMs, preparedMs, timeoutMs: bench.spec.ready?.timeoutMs ?? null };
  return { ...judged(bench.spec, readyMs), summary, figures };
}

/** Whether one can rely on how it came to be ready. */
export function judged(
  { ready, settleMs }: Pick<ServiceSpec, 'ready' | 'settleMs'>,
  readyMs: number,
): Pick<Found, 'verdict' | 'advice'> {
  if (ready === null) {
    const how = settleMs === 0 ? 'its PID file is there' : `it has lived for ${duration(settleMs)}`;
    const advice = `it counts as ready when ${how}; say how to ask it: ready: { tcp: 127.0.0.1:PORT }, or http, log, exec`;
    return { verdict: 'warning', advice };
  }
  if (readyMs * 2 <= ready.timeoutMs) return { verdict: 'ok', advice: null };
  const advice = `it is given ${duration(ready.timeoutMs)}, which is not twice of what it needs`;
  return { verdict: 'warning', advice };
}
