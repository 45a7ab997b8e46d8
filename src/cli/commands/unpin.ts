/** `drover unpin`: lets go of services that were held. */
import { perform } from '../operation.ts';
import { type Asking, asRun } from '../session.ts';

export const unpin: Asking = (session) => {
  const names = [...session.words];
  return perform(session, { names }, session.client.unpin({ names }));
};

export const run = asRun(unpin);
