/**
 * Tells now and then who is waited for, between the lines of the services: when a start
 * or a stop takes long, nobody has to guess whose fault it is.
 */
import type { Supervisor } from '../../runtime/api.ts';
import { Outlook } from '../outlook.ts';

/** Ever less often: what is said a second time is news to nobody. */
const momentsMs: readonly number[] = [2_000, 5_000, 10_000, 20_000, 40_000];
const laterMs = 60_000;

/** Answers how to end it. */
export function tellWaiting(
  supervisor: Supervisor,
  verb: 'up' | 'down',
  say: (sentence: string) => void,
): () => void {
  const outlook = new Outlook({
    services: async () => supervisor.status().services,
    steps: async () => (verb === 'up' ? [] : stepsDown(supervisor)),
  });
  let isOpen = true;
  let timer: NodeJS.Timeout;
  const wait = (told: number): void => {
    const pause = pauseBefore(told);
    timer = setTimeout(async () => {
      const sentence = await outlook.sentence().catch(() => null);
      if (!isOpen) return;
      if (sentence !== null) say(sentence);
      wait(told + 1);
    }, pause);
    // It must not keep alive what has ended.
    timer.unref();
  };
  wait(0);
  return () => {
    isOpen = false;
    clearTimeout(timer);
  };
}

function pauseBefore(told: number): number {
  const moment = momentsMs[told];
  return moment === undefined ? laterMs : moment - (momentsMs[told - 1] ?? 0);
}

async function stepsDown(supervisor: Supervisor) {
  const { createTimeline } = await import('../../control/timeline.ts');
  const status = supervisor.status();
  const { spec } = supervisor;
  return (await createTimeline({ spec, status, verb: 'down', names: null })).steps;
}
