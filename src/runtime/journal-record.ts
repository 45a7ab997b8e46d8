/**
 * What the journal holds: one record a line, each understood without the lines
 * around it. Types, and how a line is written and read; no file is touched here.
 */
import { crc32 } from 'node:zlib';
import type {
  Exit,
  Failure,
  Name,
  ProcessIdentity,
  Status,
  StopOutcome,
} from '../machines/vocabulary.ts';
import { isSound } from './journal-check.ts';

/** Of the line format and of the records. A journal of a newer version is refused. */
export const journalVersion = 1;

/** What the journal itself adds to every record. */
export interface Stamp {
  /** Counts from 1 up, over all records, also across managers; some are left out after one was killed. */
  readonly seq: number;
  /** Monotonic milliseconds since boot. */
  readonly at: number;
  /** Milliseconds since 1970. */
  readonly wall: number;
  /** Which boot `at` and the identities belong to. */
  readonly boot: string;
}

/** What the runtime appends. `service` may name a group where a verdict or a wish is about one. */
export type Entry =
  | {
      readonly type: 'opened';
      readonly manager: number;
      readonly version: string;
      /** Hash of the configuration. */
      readonly config: string;
    }
  | {
      readonly type: 'wish';
      readonly service: Name;
      readonly wish: 'up' | 'down';
      readonly by: string;
    }
  | {
      readonly type: 'spawned';
      readonly service: Name;
      readonly identity: ProcessIdentity;
      /** Where in the log file the output of this run begins. */
      readonly logOffset: number;
      /** Of the definition it was started with. */
      readonly hash: string;
    }
  | {
      readonly type: 'state';
      readonly service: Name;
      readonly from: Status;
      readonly to: Status;
      /** The leaf of the chart. */
      readonly detail: string;
      readonly cause: string;
      /** Absent: unchanged. */
      readonly failure?: Failure | null;
      /** Absent: unchanged, except that nothing is left where `to` says so. */
      readonly process?: ProcessIdentity | null;
    }
  | { readonly type: 'progress'; readonly service: Name; readonly message: string }
  | {
      readonly type: 'exited';
      readonly service: Name;
      readonly pid: number | null;
      readonly exit: Exit;
      readonly reason: string;
    }
  | {
      readonly type: 'verdict';
      readonly service: Name;
      readonly verdict: 'restart' | 'rest' | 'giveUp';
      readonly message: string;
      /** All that still count against its intensity, this one included. */
      readonly restarts: readonly number[];
    }
  | { readonly type: 'completed'; readonly service: Name }
  | { readonly type: 'stopOutcome'; readonly service: Name; readonly outcome: StopOutcome }
  /** No longer defined, and nothing of it is left. */
  | { readonly type: 'removed'; readonly service: Name }
  | {
      readonly type: 'group';
      readonly group: Name;
      readonly from: Status;
      readonly to: Status;
      readonly cause: string;
    }
  | { readonly type: 'defect'; readonly service: Name; readonly reason: string }
  | { readonly type: 'degraded'; readonly reason: string }
  | { readonly type: 'healed' }
  /** `stop`: nothing is left. `leave`: the services live on. Its absence: the manager crashed. */
  | { readonly type: 'closed'; readonly services: 'stop' | 'leave' };

export type JournalRecord = Stamp & Entry;

/** Of this version, by a drover that knows more types than this one: kept, not understood. */
export type ForeignRecord = Stamp & { readonly type: string };

/** All that recovery needs to know of one service. */
export interface ServiceMemory {
  readonly service: Name;
  /** The last record that it is made of; earlier ones are not to be applied again. */
  readonly seq: number;
  readonly boot: string;
  readonly wish: 'up' | 'down' | null;
  readonly status: Status;
  readonly process: ProcessIdentity | null;
  /** Monotonic times. */
  readonly restarts: readonly number[];
  readonly completed: boolean;
  readonly failure: Failure | null;
  readonly lastExit: Exit | null;
  /** When it exited: milliseconds since 1970. */
  readonly lastExitWall: number | null;
  readonly startedAt: number | null;
  /** The same moment as people read it: milliseconds since 1970. */
  readonly startedWall: number | null;
  /** It was seen ready in this run. */
  readonly ready: boolean;
  readonly logOffset: number;
  readonly hash: string | null;
}

/** The first line of every journal. */
export interface HeaderLine {
  readonly type: 'journal';
  readonly version: number;
  /** The last record known when this file was begun. */
  readonly seq: number;
  /** So many memory lines follow; fewer means that the file is not whole. */
  readonly memories: number;
}

/** Written by a compaction, in place of the records it is made of. */
export interface MemoryLine {
  readonly type: 'memory';
  readonly memory: ServiceMemory;
}

export type Line = HeaderLine | MemoryLine | JournalRecord | ForeignRecord;

export function isHeader(line: Line): line is HeaderLine {
  return line.type === 'journal';
}

export function isMemory(line: Line): line is MemoryLine {
  return line.type === 'memory';
}

/** `<crc32 of the JSON, 8 hex digits> <JSON>` and a newline. */
export function writeLine(line: Line): string {
  const json = JSON.stringify(line);
  return `${checksum(json)} ${json}\n`;
}

/** The text of one line, without its newline; null where it is not what was once written. */
export function readLine(text: string): Line | null {
  const json = text.slice(9);
  if (text[8] !== ' ' || text.slice(0, 8) !== checksum(json)) return null;
  try {
    const line: unknown = JSON.parse(json);
    return isSound(line) ? line : null;
  } catch {
    return null;
  }
}

function checksum(json: string): string {
  return crc32(json).toString(16).padStart(8, '0');
}
