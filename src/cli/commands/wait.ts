/** `drover wait`: until a service is as it should be, or never will be. */

import type { WaitTarget } from '../../runtime/api.ts';
import { SupervisorError } from '../../services/errors.ts';
import { didYouMean } from '../../services/suggestion.ts';
import { durationFlag } from '../durations.ts';
import { textFlag } from '../options.ts';
import { withProgress } from '../progress.ts';
import { marks, stateText } from '../render/marks.ts';
import { type Asking, asRun } from '../session.ts';

export const wait: Asking = async (session) => {
  const { client, screen, options } = session;
  const [name = ''] = session.words;
  const timeoutMs = durationFlag(options, 'timeout');
  const asked = client.wait({
    name,
    for: targetOf(textFlag(options, 'for') ?? 'ready'),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
  const service = await withProgress(session, { names: [name] }, asked);
  if (options.json === true) screen.json(service);
  else if (options.quiet !== true) screen.line(`${name}: ${stateText(screen, service)}`);
  return 0;
};

const targets: readonly string[] = ['ready', 'healthy', ...Object.keys(marks)];

/** Throws `usage`. */
function targetOf(word: string): WaitTarget {
  if (targets.includes(word)) return word as WaitTarget;
  throw new SupervisorError(
    'usage',
    `cannot wait for "${word}": there is no such state`,
    didYouMean(word, targets) ?? `there are ${targets.join(', ')}`,
  );
}

export const run = asRun(wait);
