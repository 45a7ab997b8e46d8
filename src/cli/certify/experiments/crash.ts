/** kill -9 of the main process: who comes after it, what of its children, and its PID file. */
import { duration } from '../../../runtime/wording.ts';
import type { Bench } from '../bench.ts';
import { childrenOf, countText } from '../kin.ts';
import type { Found } from '../result.ts';

export async function crash(bench: Bench): Promise<Found> {
  const { spec, kernel } = bench;
  const before = await bench.up();
  const main = bench.main();
  if (main === null) throw new Error('it runs without a process');
  const children = childrenOf(bench, main);
  const killedAt = bench.now();
  kernel.signal(bench.tree(main), main, 'SIGKILL', 'process');
  await bench.until(() => bench.status.pid !== before);
  const isStale = spec.pidFile !== null && kernel.readPidFile(spec.pidFile.path).kind !== 'absent';
  const stale = isStale ? '; leaves its PID file, stale' : '';
  const figures = { children: children.length, stalePidFile: isStale, successorMs: null };
  if (spec.restart.type === 'temporary') {
    const summary = `restart is "no", so nobody comes after it${stale}`;
    return { verdict: 'ok', summary, advice: null, figures };
  }
  const isBack = (): boolean => {
    const { state, pid } = bench.status;
    return (state === 'running' && pid !== before) || state === 'failed';
  };
  await bench.until(() => isBack() || bench.status.restarts > mostTries);
  const successorMs = Math.round(bench.now() - killedAt);
  const { state, startedAt, readyAt, restarts } = bench.status;
  if (state !== 'running') {
    const summary = `no successor is ready: ${bench.supervisor.why(spec.name)}${stale}`;
    const advice = 'see what a killed one leaves that the next one trips over';
    return { verdict: 'failed', summary, advice, figures };
  }
  const beside = children.filter((child) => kernel.isAlive(child));
  if (beside.length > 0) {
    const summary = `${countText(beside.length)} of the killed one live on beside its successor${stale}`;
    const advice = 'they have left its process group and dropped what they inherited';
    return { verdict: 'failed', summary, advice, figures: { ...figures, beside: beside.length } };
  }
  const gone = children.length === 0 ? '' : `; of ${countText(children.length)} none is left`;
  const readyMs = (readyAt ?? 0) - (startedAt ?? 0);
  bench.measured.readyMs.push(readyMs);
  const summary = `successor ready in ${duration(successorMs)}, ${duration(spec.restart.delayMs)} of it the delay${gone}${stale}`;
  const tries = restarts > 1 ? `it took ${restarts} tries` : null;
  return {
    verdict: tries === null ? 'ok' : 'warning',
    summary,
    advice: tries,
    figures: { ...figures, successorMs, readyMs, delayMs: spec.restart.delayMs },
  };
}

const mostTries = 3;
