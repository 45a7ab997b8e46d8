/** `drover restart`: stops and starts services; with --dry-run, how long that takes at worst. */
import { perform, requestOf } from '../operation.ts';
import { type Asking, asRun, namesOf } from '../session.ts';
import { tellTimeline } from '../timeline.ts';

export const restart: Asking = async (session) => {
  const names = namesOf(session.words);
  if (session.options['dryRun'] === true) return tellTimeline(session, 'restart', names);
  const request = { ...requestOf(session, 'restart'), ...(names === undefined ? {} : { names }) };
  return perform(session, { names, verb: 'restart' }, session.client.restart(request));
};

export const run = asRun(restart);
