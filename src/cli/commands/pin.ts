/** `drover pin`: holds services as they are. */
import { perform } from '../operation.ts';
import { type Asking, asRun } from '../session.ts';

export const pin: Asking = (session) => {
  const names = [...session.words];
  return perform(session, { names }, session.client.pin({ names }));
};

export const run = asRun(pin);
