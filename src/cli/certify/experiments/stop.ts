/** Stops it as it is configured: whether it listens, and how long it takes. */
import { duration } from '../../../runtime/wording.ts';
import type { Bench } from '../bench.ts';
import type { Found } from '../result.ts';

export async function stop(bench: Bench): Promise<Found> {
  const { spec, supervisor, measured } = bench;
  await bench.up();
  const [outcome] = await bench.abortable(supervisor.stop([spec.name]));
  const { killed = false, by = null, tookMs = 0 } = outcome?.stop ?? {};
  const figures = { tookMs: Math.round(tookMs), by, killed };
  if (killed) {
    measured.isDeaf = true;
    return { ...deaf(bench, tookMs), figures };
  }
  measured.stopMs.push(tookMs);
  const summary = `${by === null ? 'gone' : `honours ${by}: gone`} in ${duration(tookMs)}`;
  return { verdict: 'ok', summary, advice: null, figures };
}

function deaf({ spec, status }: Bench, tookMs: number): Omit<Found, 'figures'> {
  const took = duration(tookMs);
  const { lastExit } = status;
  if (lastExit !== null && lastExit.signal !== 'SIGKILL') {
    return {
      verdict: 'failed',
      summary: `goes itself, but its children had to be killed, after ${took} all in all`,
      advice: 'let the main process end its children, and wait for them',
    };
  }
  const asked = spec.stop.steps.map((step) =>
    'signal' in step ? step.signal : step.command.argv[0],
  );
  return {
    verdict: 'failed',
    summary: `deaf to ${asked.join(' and ')}: SIGKILL was needed after ${took}`,
    advice: 'say which signal it honours with stop_signal, or how it is stopped with stop.command',
  };
}
