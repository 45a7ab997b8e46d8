/** The long memory as a recording: of a supervisor that runs, or of the files that one left. */
import { recordingOfEvents, recordingOfJournal } from '../../inspection/journal.ts';
import type { Recording } from '../../inspection/protocol.ts';
import type { Supervisor } from '../../runtime/api.ts';
import { version } from '../../version.ts';
import type { Stretch } from './inspected.ts';
import { journalTexts } from './journal-texts.ts';
import { linesWithin } from './lines.ts';

const everything = 1_000_000;

/** With what services have printed, as far as that says when it was. */
export async function recordedJournal(
  supervisor: Supervisor,
  stretch: Stretch,
): Promise<Recording> {
  return { ...journalOf(supervisor, stretch), logs: await linesWithin(supervisor, stretch) };
}

/** Its files say more than what it tells, so they are preferred where they can be read. */
function journalOf(supervisor: Supervisor, stretch: Stretch): Recording {
  const { name, root, stateDir } = supervisor.spec;
  const options = { name, version, root, ...bounds(stretch) };
  const texts = journalTexts(stateDir);
  if (texts.length > 0) return recordingOfJournal(texts, options);
  return recordingOfEvents(supervisor.history({ limit: everything }), options);
}

/** Without the keys that were not given. */
export function bounds({ since, until }: Stretch): { since?: number; until?: number } {
  return {
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
  };
}
