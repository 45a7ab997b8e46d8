/** Reads what a journal says of the time before, without touching anything. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { foldJournal, type RecoveredState } from '../runtime/journal-fold.ts';
import { newerVersion, readJournal } from '../runtime/journal-read.ts';
import type { ServiceMemory } from '../runtime/journal-record.ts';
import { SupervisorError } from '../services/errors.ts';

export interface Recollection {
  /** There is a journal at all. */
  readonly exists: boolean;
  /** The last manager said good-bye. */
  readonly closed: boolean;
  readonly manager: RecoveredState['manager'];
  readonly services: ReadonlyMap<string, ServiceMemory>;
  /** What somebody stopped, and nobody has started since. */
  readonly stopped: ReadonlySet<string>;
}

/** Throws `journal-too-new`. */
export function recall(stateDir: string, boot?: string): Recollection {
  const texts = ['journal.1.jsonl', 'journal.jsonl']
    .map((name) => read(join(stateDir, name)))
    .filter((text) => text !== null);
  for (const text of texts) refuseNewer(text, stateDir);
  const lines = texts.flatMap((text) => readJournal(text).lines);
  const last = lines.findLast((line) => 'boot' in line);
  const lastBoot = last !== undefined && 'boot' in last ? last.boot : '';
  const { services, closed, manager } = foldJournal(lines, boot ?? lastBoot);
  const stopped = [...services.values()].filter(({ wish }) => wish === 'down');
  return {
    exists: texts.length > 0,
    ...{ closed, manager, services },
    stopped: new Set(stopped.map(({ service }) => service)),
  };
}

function refuseNewer(text: string, stateDir: string): void {
  const version = newerVersion(text);
  if (version === null) return;
  throw new SupervisorError(
    'journal-too-new',
    `cannot read the journal in ${stateDir}: it is of version ${version}, written by a later drover`,
    'run that drover',
  );
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
