/**
 * Freezes it while it starts, as a busy machine does: a frozen service is not ready, and
 * must not be called so.
 */
import { duration } from '../../../runtime/wording.ts';
import type { Bench } from '../bench.ts';
import type { Found } from '../result.ts';
import { nothing } from './pid-file.ts';

export async function slowStart(bench: Bench): Promise<Found> {
  await bench.down();
  const starting = bench.start();
  // Awaited below, whatever comes before.
  starting.catch(() => {});
  await bench.until(() => hasBegun(bench));
  const tree = bench.tree(null);
  const whole = { ...tree, main: bench.main() };
  const isEarly = bench.status.state === 'starting';
  const frozenAt = bench.now();
  if (isEarly) bench.kernel.signalTree(whole, 'SIGSTOP');
  const frozenMs = bench.spec.ready === null ? bench.spec.settleMs + graceMs : 2 * graceMs;
  const saidReady = isEarly && (await bench.until(() => isReady(bench), frozenMs));
  const saidAfterMs = bench.now() - frozenAt;
  bench.kernel.signalTree(whole, 'SIGCONT');
  const started = await starting;
  if (started.kind !== 'ready') {
    const summary = `does not get over ${duration(frozenMs)} of standing still: ${started.why}`;
    return { verdict: 'failed', summary, advice: null, figures: { frozenMs } };
  }
  // An answer that was on its way when it was frozen is an honest one.
  if (!isEarly || (saidReady && bench.spec.ready !== null && saidAfterMs < graceMs)) {
    return nothing('ready before it could be frozen');
  }
  const figures = { frozenMs, saidReady, readyMs: started.readyMs };
  if (!saidReady) {
    const summary = `frozen for ${duration(frozenMs)}, it was not called ready, and was ready in ${duration(started.readyMs)} all in all`;
    return { verdict: 'ok', summary, advice: null, figures };
  }
  const advice =
    bench.spec.ready === null
      ? 'nobody asks it whether it is ready: write ready'
      : 'ask for an answer of its own: ready with http, protocol or exec';
  return { verdict: 'warning', summary: `is called ready while it is frozen`, advice, figures };
}

const graceMs = 1_000;

/** There is something to be frozen: before exec it would be the launcher. */
function hasBegun(bench: Bench): boolean {
  const { pid, state, detail } = bench.status;
  return (
    pid !== null || detail.includes('awaiting') || (state !== 'starting' && state !== 'stopped')
  );
}

const isReady = ({ status }: Bench): boolean => status.state === 'running';
