/** `drover stop`: stops services in order; without names, all. The daemon stays. */
import { perform, requestOf } from '../operation.ts';
import { type Asking, asRun, namesOf } from '../session.ts';

export const stop: Asking = (session) => {
  const names = namesOf(session.words);
  const request = { ...requestOf(session, 'stop'), ...(names === undefined ? {} : { names }) };
  return perform(session, { names, verb: 'down' }, session.client.stop(request));
};

export const run = asRun(stop);
