/** `drover reset`: forgives services their crashes, so that those that were given up may start. */
import { perform } from '../operation.ts';
import { type Asking, asRun } from '../session.ts';

export const reset: Asking = (session) => {
  const names = [...session.words];
  return perform(session, { names }, session.client.reset({ names }));
};

export const run = asRun(reset);
