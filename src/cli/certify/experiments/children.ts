/**
 * Asks it to stop while nobody manages it, and looks who is left: a supervisor would have
 * ended them by then, so nobody would know.
 */
import { duration } from '../../../runtime/wording.ts';
import type { Bench } from '../bench.ts';
import { kinText } from '../kin.ts';
import type { Found } from '../result.ts';
import { nothing } from './pid-file.ts';

export async function children(bench: Bench): Promise<Found> {
  const [step] = bench.spec.stop.steps;
  if (bench.measured.isDeaf) return nothing('it does not stop when it is asked');
  if (step === undefined || !('signal' in step)) return nothing('a command stops it, not a signal');
  await bench.up();
  const main = bench.main();
  if (main === null) throw new Error('it runs without a process');
  const known = bench.kernel.members(bench.tree(main));
  await bench.leave();
  const whole = { ...bench.tree(main), known };
  bench.kernel.signal(whole, main, step.signal, bench.spec.stop.scope);
  const isGone = await bench.until(() => !bench.kernel.isAlive(main), step.waitMs);
  const isEmpty = await bench.until(() => bench.kernel.isEmpty(whole), patienceMs);
  const left = bench.kernel.describe(whole);
  await bench.sweep(whole);
  await bench.open();
  const figures = { before: known.length - 1, left: isEmpty ? 0 : left.length };
  if (!isGone) {
    const advice = 'it listens to its supervisor only once in a while: give it more time';
    const summary = `did not honour ${step.signal} this time`;
    return { verdict: 'warning', summary, advice, figures };
  }
  if (isEmpty) return { verdict: 'ok', summary: whom(known.length - 1), advice: null, figures };
  return {
    verdict: 'warning',
    summary: `leaves ${kinText(left)}, still there ${duration(patienceMs)} after it`,
    advice:
      'drover ends them; others do not: let the main process end its children, and wait for them',
    figures,
  };
}

/** They were asked with it, or see that it is gone, and are on their way. */
const patienceMs = 1_000;

const whom = (count: number): string =>
  count === 0 ? 'has none, and leaves none' : `ends all ${count} of them with it`;
