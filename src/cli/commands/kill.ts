/** `drover kill`: SIGKILL to the whole tree of each; with -s, another signal to the main process. */

import { perform, requestOf } from '../operation.ts';
import { textFlag } from '../options.ts';
import { type Asking, asRun } from '../session.ts';
import { signalOf } from '../signals.ts';

export const kill: Asking = async (session) => {
  const { client, options, words } = session;
  const names = [...words];
  const word = textFlag(options, 'signal');
  if (word !== undefined) {
    const request = { names, signal: signalOf(word), by: 'drover kill' };
    return perform(session, { names }, client.signal(request));
  }
  return perform(session, { names }, client.kill({ ...requestOf(session, 'kill'), names }));
};

export const run = asRun(kill);
