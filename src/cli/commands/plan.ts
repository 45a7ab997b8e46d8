/** `drover plan`: what `drover apply` would change, and why. Changes nothing. */
import { changeLines } from '../changes.ts';
import { mustBeOurs } from '../same-file.ts';
import { type Asking, asRun } from '../session.ts';

export const plan: Asking = async (session) => {
  const { client, screen, options } = session;
  await mustBeOurs(session, 'plan');
  const changes = await client.plan();
  if (options.json === true) screen.json(changes);
  else for (const line of changeLines(screen, changes)) screen.line(line);
  return 0;
};

export const run = asRun(plan);
