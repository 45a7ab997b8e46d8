/** `drover apply`: makes what runs as the configuration says; what is unchanged runs on. */
import { changeLines } from '../changes.ts';
import { requestOf } from '../operation.ts';
import { withProgress } from '../progress.ts';
import { mustBeOurs } from '../same-file.ts';
import { type Asking, asRun } from '../session.ts';

export const apply: Asking = async (session) => {
  const { client, screen, options } = session;
  await mustBeOurs(session, 'apply');
  const operation = await withProgress(session, {}, client.apply(requestOf(session, 'apply')));
  if (options.json === true) screen.json(operation);
  else if (options.quiet !== true) {
    for (const line of changeLines(screen, operation.changes)) screen.line(line);
  }
  return 0;
};

export const run = asRun(apply);
