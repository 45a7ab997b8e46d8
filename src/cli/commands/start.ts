/** `drover start`: starts services and what they depend on; without names, all with autostart. */
import { perform, requestOf } from '../operation.ts';
import { type Asking, asRun, namesOf } from '../session.ts';

export const start: Asking = (session) => {
  const names = namesOf(session.words);
  const request = { ...requestOf(session, 'start'), ...(names === undefined ? {} : { names }) };
  return perform(session, { names }, session.client.start(request));
};

export const run = asRun(start);
