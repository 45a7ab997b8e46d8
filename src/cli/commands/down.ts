/** `drover down`: stops everything in order and ends the daemon; without one, stops what is left. */
import { SupervisorError } from '../../services/errors.ts';
import { durationFlag } from '../durations.ts';
import { gone } from '../gone.ts';
import { tell } from '../operation.ts';
import { withProgress } from '../progress.ts';
import { type Asking, asRun, hasCode, type Session } from '../session.ts';
import { tellTimeline } from '../timeline.ts';

export const down: Asking = async (session) => {
  if (session.options['dryRun'] === true) return tellTimeline(session, 'down', undefined);
  try {
    return await withDaemon(session);
  } catch (error) {
    if (session.options.socket !== undefined || !hasCode(error, 'daemon-not-reachable'))
      throw error;
    return (await import('../offline-down.ts')).downWithoutDaemon(session);
  }
};

async function withDaemon(session: Session): Promise<number> {
  const { client } = session;
  const { pid } = await client.daemon();
  const work = client.shutdown({ services: 'stop', by: 'drover down' });
  const operation = await withProgress(session, { verb: 'down' }, inTime(session, work));
  await gone(client);
  tell(session, operation);
  if (session.options.json !== true && session.options.quiet !== true) {
    session.screen.line(`daemon ended, pid ${pid}`);
  }
  return 0;
}

/** Who gives up waiting leaves the stop going on. */
async function inTime<T>({ options }: Session, work: Promise<T>): Promise<T> {
  const timeoutMs = durationFlag(options, 'timeout');
  if (timeoutMs === undefined) return work;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(tooLate(options['timeout'])), timeoutMs);
  });
  // Nobody hears what becomes of it after that.
  work.catch(() => {});
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

const tooLate = (text: unknown): SupervisorError =>
  new SupervisorError(
    'timeout',
    `cannot say that all is down: it was not within ${text}`,
    'it goes on; drover status tells who is left',
  );

export const run = asRun(down);
