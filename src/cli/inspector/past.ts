/** A stretch of time that is over: of the daemon where one runs, else of what the last one left. */
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { bounds } from '../../control/inspector/journal.ts';
import { journalTexts } from '../../control/inspector/journal-texts.ts';
import { linesOf } from '../../control/inspector/lines.ts';
import { recordingOfJournal } from '../../inspection/journal.ts';
import type { RecordedLine, Recording } from '../../inspection/protocol.ts';
import { SupervisorError } from '../../services/errors.ts';
import { loadProject } from '../../services/load.ts';
import { version } from '../../version.ts';
import { connectTo, stateDirOf } from '../connection.ts';
import { offlineLines } from '../offline-logs.ts';
import { configPath, type Options } from '../options.ts';
import { hasCode } from '../session.ts';
import { momentFlag } from '../since.ts';

export interface Stretch {
  readonly since: number | undefined;
  readonly until: number | undefined;
}

/** Throws `usage`. */
export function stretchOf(options: Options): Stretch {
  const now = Date.now();
  const since = momentFlag(options, 'since', now);
  const until = momentFlag(options, 'until', now);
  if (since === undefined || until === undefined || since < until) return { since, until };
  throw new SupervisorError('usage', 'cannot show that: --until is before --since');
}

/** As the daemon has it, else as the journal of the last one. Rejects: `no-journal`. */
export async function pastOf(options: Options, stretch: Stretch): Promise<Recording> {
  const client = await connectTo(options);
  try {
    const found = await client.recording(bounds(stretch));
    return found as unknown as Recording;
  } catch (error) {
    if (options.socket !== undefined || !hasCode(error, 'daemon-not-reachable')) throw error;
    return await journalOf(options, stretch);
  } finally {
    client.close();
  }
}

/** What the journal tells, whether a daemon runs or not. Rejects: `no-journal`. */
export async function journalOf(options: Options, stretch: Stretch): Promise<Recording> {
  const stateDir = await stateDirOf(options);
  const texts = journalTexts(stateDir);
  if (texts.length === 0) {
    throw new SupervisorError(
      'no-journal',
      `cannot tell of the past: there is no journal in ${stateDir}`,
      'say which project is meant with --file, or where the state is with --state-dir',
    );
  }
  const project = await projectOf(options);
  const recording = recordingOfJournal(texts, {
    name: project?.name ?? basename(dirname(stateDir)),
    version,
    ...(project === null ? {} : { root: project.root }),
    ...bounds(stretch),
  });
  return { ...recording, logs: await linesWithin(options, stretch) };
}

/** Where charts are kept that were laid out for this project; null: nowhere. */
export async function layoutsOf(options: Options): Promise<string | null> {
  try {
    const stateDir = await stateDirOf(options);
    return existsSync(stateDir) ? join(stateDir, 'layouts') : null;
  } catch {
    return null;
  }
}

/** Null where the configuration is gone, or cannot be read any more: the journal can. */
async function projectOf(options: Options) {
  try {
    return await loadProject(configPath(options), { env: process.env });
  } catch {
    return null;
  }
}

const mostLines = 2_000;

async function linesWithin(options: Options, stretch: Stretch): Promise<readonly RecordedLine[]> {
  try {
    return linesOf((await offlineLines(options, [], mostLines)).lines, stretch);
  } catch {
    return [];
  }
}
