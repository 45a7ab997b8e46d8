/** `drover reload`: lets services read their configuration again. */
import { perform, requestOf } from '../operation.ts';
import { type Asking, asRun } from '../session.ts';

export const reload: Asking = (session) => {
  const names = [...session.words];
  const asked = session.client.reload({ ...requestOf(session, 'reload'), names });
  return perform(session, { names }, asked);
};

export const run = asRun(reload);
