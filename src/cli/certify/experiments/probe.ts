/** Asks the service itself, by the check that its readiness is judged by. */
import type { Check } from '../../../machines/vocabulary.ts';
import type { Bench } from '../bench.ts';

/** How often it was asked within that time, and did not answer; never where nothing can be asked. */
export async function answers(
  bench: Bench,
  forMs: number,
): Promise<{ readonly asked: number; readonly missed: number }> {
  const { ready } = bench.spec;
  if (ready === null || !canBeAsked(ready.check)) return { asked: 0, missed: 0 };
  const endsAt = bench.now() + forMs;
  let asked = 0;
  let missed = 0;
  do {
    asked += 1;
    if (!(await answer(bench, ready.check, ready.tryMs))) missed += 1;
    await bench.until(() => false, 20);
  } while (bench.now() < endsAt);
  return { asked, missed };
}

function answer(bench: Bench, check: Check, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const context = { listenerOf: null, log: null, timeoutMs };
    bench.kernel.check(check, context, ({ passed }) => resolve(passed));
  });
}

/** The others are said once, at the start. */
const canBeAsked = ({ kind }: Check): boolean => !['log', 'notify', 'file'].includes(kind);
