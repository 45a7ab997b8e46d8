/** What the journal tells of the past: its records, as the files and the memory still have them. */
import type { Files } from '../kernel/port.ts';
import type { Name } from '../machines/vocabulary.ts';
import { readJournal } from './journal-read.ts';
import {
  type ForeignRecord,
  isHeader,
  isMemory,
  type JournalRecord,
  type Line,
  writeLine,
} from './journal-record.ts';

export interface HistoryFilter {
  /** Not older than this: milliseconds since 1970. */
  readonly since?: number;
  /** After that record; then the first ones are answered, for a reader that goes on from there. */
  readonly afterSeq?: number;
  readonly services?: readonly Name[];
  readonly types?: readonly string[];
  /** Default 1000; the last ones, unless `afterSeq` is given. */
  readonly limit?: number;
}

type Recorded = JournalRecord | ForeignRecord;

const defaultLimit = 1_000;

/** Each record once, oldest first. Files are given newest first, and older ones read only where needed. */
export function historyOf(
  files: Files,
  paths: readonly string[],
  pending: readonly JournalRecord[],
  filter: HistoryFilter,
): readonly Recorded[] {
  const all = new Map<number, Recorded>();
  for (const record of pending) all.set(record.seq, record);
  for (const path of paths) {
    const records = readJournal(textOf(files, path)).lines.filter(isRecord);
    for (const record of records) all.set(record.seq, record);
    if (reachesBack(records, filter)) break;
  }
  return matching(
    [...all.values()].sort((a, b) => a.seq - b.seq),
    filter,
  );
}

/** The first record may be an old one that was kept, so the second tells how far back it goes. */
function reachesBack(records: readonly Recorded[], filter: HistoryFilter): boolean {
  const oldest = records[1];
  if (oldest === undefined) return false;
  if (oldest.seq <= 2 || oldest.seq <= (filter.afterSeq ?? 0)) return true;
  if (oldest.wall < (filter.since ?? 0)) return true;
  const { limit = defaultLimit } = filter;
  return filter.afterSeq === undefined && matching(records.slice(1), filter).length >= limit;
}

function matching(records: readonly Recorded[], filter: HistoryFilter): readonly Recorded[] {
  const { since = 0, afterSeq = 0, services, types, limit = defaultLimit } = filter;
  const found = records.filter(
    (record) =>
      record.wall >= since &&
      record.seq > afterSeq &&
      (types === undefined || types.includes(record.type)) &&
      (services === undefined || services.includes(subjectOf(record))),
  );
  if (filter.afterSeq !== undefined) return found.slice(0, limit);
  return limit === 0 ? [] : found.slice(-limit);
}

/** The last records that fit, as lines, of the first file that is there and of what it lacks. */
export function tailOf(
  files: Files,
  paths: readonly string[],
  pending: readonly JournalRecord[],
  maxBytes: number,
): string {
  const path = paths.find((one) => files.exists(one));
  const end = path === undefined ? '' : endOf(files, path, maxBytes);
  const records = readJournal(end).lines.filter(isRecord);
  const known = new Set(records.map(({ seq }) => seq));
  const lines = [...records, ...pending.filter(({ seq }) => !known.has(seq))].map(writeLine);
  let bytes = 0;
  let first = lines.length;
  while (first > 0 && bytes + (lines[first - 1]?.length ?? 0) <= maxBytes) {
    first -= 1;
    bytes += lines[first]?.length ?? 0;
  }
  return lines.slice(first).join('');
}

function isRecord(line: Line): line is Recorded {
  return !isHeader(line) && !isMemory(line);
}

function subjectOf(record: Recorded): string {
  if ('service' in record) return String(record.service);
  return 'group' in record ? String(record.group) : '';
}

function textOf(files: Files, path: string): string {
  try {
    return files.read(path) ?? '';
  } catch {
    return '';
  }
}

function endOf(files: Files, path: string, maxBytes: number): string {
  try {
    const size = files.size(path) ?? 0;
    const offset = Math.max(0, Math.floor(size - maxBytes));
    return Buffer.from(files.readAt(path, offset, size - offset)).toString('utf8');
  } catch {
    return '';
  }
}
