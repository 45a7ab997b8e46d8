/** `drover signal HUP web`: one signal to the main process. */
import { perform } from '../operation.ts';
import { type Asking, asRun } from '../session.ts';
import { signalOf } from '../signals.ts';

export const signal: Asking = async (session) => {
  const [word = '', ...names] = session.words;
  const request = { names, signal: signalOf(word), by: 'drover signal' };
  return perform(session, { names }, session.client.signal(request));
};

export const run = asRun(signal);
