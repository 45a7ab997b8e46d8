/** Lets it read its configuration again: it must stay the same process, and go on serving. */
import { duration } from '../../../runtime/wording.ts';
import { SupervisorError } from '../../../services/errors.ts';
import type { Bench } from '../bench.ts';
import type { Found } from '../result.ts';
import { nothing } from './pid-file.ts';
import { answers } from './probe.ts';

export async function reload(bench: Bench): Promise<Found> {
  const { spec, supervisor } = bench;
  if (spec.reload === null) return nothing('no reload is configured');
  const before = await bench.up();
  const began = bench.now();
  try {
    await bench.abortable(supervisor.reload([spec.name]));
  } catch (error) {
    if (!(error instanceof SupervisorError) || error.code === 'interrupted') throw error;
    return { verdict: 'failed', summary: error.message, advice: error.hint, figures: {} };
  }
  const tookMs = Math.round(bench.now() - began);
  const { asked, missed } = await answers(bench, afterMs);
  const { pid, restarts } = bench.status;
  const isSame = pid === before && restarts === 0;
  const figures = { tookMs, samePid: isSame, asked, missed };
  if (!isSame) {
    const summary = `is another process afterwards: ${bench.supervisor.why(spec.name)}`;
    return { verdict: 'failed', summary, advice: 'is that signal a reload to it?', figures };
  }
  const served = asked === 0 ? '' : `, answered ${asked - missed} of ${asked} times meanwhile`;
  const summary = `reloaded in ${duration(tookMs)}, same pid${served}`;
  if (missed === 0) return { verdict: 'ok', summary, advice: null, figures };
  return { verdict: 'warning', summary, advice: 'clients see a reload of it', figures };
}

const afterMs = 500;
