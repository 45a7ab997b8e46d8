/** `drover status`: what runs, since when, and why not. */
import type { StatusInfo } from '../../control/client.ts';
import { stateDirOf } from '../connection.ts';
import { exitCodes } from '../exit-codes.ts';
import { isAsWanted, statusLines } from '../render/status-table.ts';
import { type Asking, asRun, hasCode, type Session } from '../session.ts';

export const status: Asking = async (session) => {
  const { screen, options, words } = session;
  if (options['watch'] === true) return (await import('../watch.ts')).watchStatus(session);
  const answer = await statusOf(session);
  if (answer === null) {
    const { tellOffline } = await import('../offline-status.ts');
    return tellOffline(screen, options, await stateDirOf(options), words);
  }
  if (options.json === true) screen.json(answer);
  else screen.line(statusLines(screen, answer).join('\n'));
  return codeOf(answer, words);
};

/** null: nobody manages the services of a directory that we can look into ourselves. */
async function statusOf({ client, words, options }: Session): Promise<StatusInfo | null> {
  try {
    return await client.status(words.length === 0 ? {} : { services: [...words] });
  } catch (error) {
    if (options.socket === undefined && hasCode(error, 'daemon-not-reachable')) return null;
    throw error;
  }
}

/** Who is named is meant to run. */
export function codeOf({ services }: StatusInfo, words: readonly string[]): number {
  const meant = words.length > 0 ? services : services.filter(({ desired }) => desired === 'up');
  return meant.every(isAsWanted) ? exitCodes.ok : exitCodes.notRunning;
}

export const run = asRun(status);
