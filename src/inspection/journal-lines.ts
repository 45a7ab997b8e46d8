/**
 * The records of a journal, whoever has them: the text of its files, or the events that
 * a supervisor tells of its past. What no drover wrote is passed over.
 */
import type { SupervisorEvent } from '../runtime/api.ts';
import { newerVersion, readJournal } from '../runtime/journal-read.ts';
import { isHeader, isMemory, type JournalRecord, type Line } from '../runtime/journal-record.ts';
import { SupervisorError } from '../services/errors.ts';

/** Each record once, oldest first; a memory stands where what it is made of ends. */
export function linesOf(texts: readonly string[]): readonly Line[] {
  const lines = new Map<string, Line>();
  for (const text of texts) {
    refuseNewer(text);
    for (const line of readJournal(text).lines) {
      if (!isHeader(line)) lines.set(`${seqOf(line)} ${isMemory(line)} ${nameOf(line)}`, line);
    }
  }
  return [...lines.values()].sort((a, b) => seqOf(a) - seqOf(b));
}

/** What `history` of a supervisor answers; the records that are no events are not among it. */
export function linesOfEvents(events: readonly SupervisorEvent[]): readonly Line[] {
  return events.flatMap((event) => {
    const entry = entryOf(event);
    const stamp = { seq: event.seq, at: event.at, wall: event.at, boot: '' };
    return entry === null ? [] : [{ ...stamp, ...entry } as JournalRecord];
  });
}

function refuseNewer(text: string): void {
  const version = newerVersion(text);
  if (version === null) return;
  throw new SupervisorError(
    'journal-too-new',
    `cannot read that journal: it is of version ${version}, written by a later drover`,
    'read it with that drover',
  );
}

function entryOf(event: SupervisorEvent): object | null {
  switch (event.type) {
    case 'service.state': {
      const { service, from, to, detail, cause } = event;
      return { type: 'state', service, from, to, detail, cause };
    }
    case 'service.progress':
      return { type: 'progress', service: event.service, message: event.message };
    case 'service.exited':
      return { ...event, type: 'exited' };
    case 'service.judged':
      return { ...event, type: 'verdict', restarts: [] };
    case 'service.wish':
      return { ...event, type: 'wish' };
    case 'service.removed':
      return { ...event, type: 'removed' };
    case 'group.state':
      return { ...event, type: 'group', cause: '' };
    case 'manager.defect':
      return { type: 'defect', service: event.service, reason: event.message };
    case 'manager.degraded':
      return { type: 'degraded', reason: event.reason };
    case 'manager.healed':
      return { type: 'healed' };
    default:
      return null;
  }
}

const seqOf = (line: Line): number =>
  isMemory(line) ? line.memory.seq : isHeader(line) ? line.seq : line.seq;
const nameOf = (line: Line): string => (isMemory(line) ? line.memory.service : '');
