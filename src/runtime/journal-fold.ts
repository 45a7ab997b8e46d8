/**
 * What the journal's records come to. Pure: the same records give the same
 * memory, and a record that is applied twice counts once.
 */
import type { Name, ProcessIdentity, Status } from '../machines/vocabulary.ts';
import {
  type ForeignRecord,
  isHeader,
  isMemory,
  type JournalRecord,
  type Line,
  type ServiceMemory,
} from './journal-record.ts';

/** What a manager knows of the time before it. */
export interface RecoveredState {
  /** Groups as well, where a wish or a verdict was about one. */
  readonly services: ReadonlyMap<Name, ServiceMemory>;
  /** The last record there is; 0 for none. */
  readonly seq: number;
  /** The last manager, as it introduced itself. */
  readonly manager: (JournalRecord & { readonly type: 'opened' }) | null;
  /** That manager said good-bye; false: it crashed, or there was none. */
  readonly closed: boolean;
}

/** The memory under construction; the journal keeps one and folds each record as it comes. */
export interface Fold {
  readonly services: Map<Name, ServiceMemory>;
  seq: number;
  manager: RecoveredState['manager'];
  closed: boolean;
}

export function createFold(): Fold {
  return { services: new Map(), seq: 0, manager: null, closed: false };
}

/**
 * Identities and monotonic times of another boot than `boot` mean nothing any
 * more, and are left out of the answer.
 */
export function foldJournal(lines: Iterable<Line>, boot: string): RecoveredState {
  const fold = createFold();
  for (const line of lines) foldLine(fold, line);
  for (const [name, memory] of fold.services) fold.services.set(name, inBoot(memory, boot));
  return fold;
}

export function foldLine(fold: Fold, line: Line): void {
  if (isHeader(line)) fold.seq = Math.max(fold.seq, line.seq);
  else if (isMemory(line)) remember(fold, line.memory);
  else foldRecord(fold, line);
}

/** A memory says it all, so it takes the place of whatever is not newer. */
function remember(fold: Fold, memory: ServiceMemory): void {
  const known = fold.services.get(memory.service);
  if (known === undefined || known.seq <= memory.seq) fold.services.set(memory.service, memory);
}

function foldRecord(fold: Fold, line: JournalRecord | ForeignRecord): void {
  const record = line as JournalRecord;
  if (record.seq > fold.seq) fold.seq = record.seq;
  if (record.type === 'opened') {
    fold.manager = record;
    fold.closed = false;
  } else if (record.type === 'closed') {
    fold.closed = true;
  }
  if (!('service' in record)) return;
  const known = fold.services.get(record.service);
  if (known !== undefined && known.seq >= record.seq) return;
  if (record.type === 'removed') fold.services.delete(record.service);
  else fold.services.set(record.service, learn(known ?? nothing(record), record));
}

function nothing({ service, boot }: { service: Name; boot: string }): ServiceMemory {
  return {
    service,
    seq: 0,
    boot,
    wish: null,
    status: 'stopped',
    process: null,
    restarts: [],
    completed: false,
    failure: null,
    lastExit: null,
    lastExitWall: null,
    startedAt: null,
    startedWall: null,
    ready: false,
    logOffset: 0,
    hash: null,
  };
}

function learn(known: ServiceMemory, record: JournalRecord): ServiceMemory {
  const memory = inBoot(known, record.boot);
  return { ...memory, ...lesson(memory, record), seq: record.seq };
}

function lesson(known: ServiceMemory, record: JournalRecord): Partial<ServiceMemory> {
  switch (record.type) {
    case 'wish':
      return { wish: record.wish };
    case 'spawned':
      return launched(known, record);
    case 'state':
      return moved(known, record);
    case 'exited':
      return { lastExit: record.exit, lastExitWall: record.wall };
    case 'verdict':
      return { restarts: record.restarts };
    case 'completed':
      return { completed: true };
    default:
      return {};
  }
}

/** One that is adopted is told of again, and is no new run. */
function launched(
  known: ServiceMemory,
  { identity, at, wall, logOffset, hash }: JournalRecord & { type: 'spawned' },
): Partial<ServiceMemory> {
  if (known.process !== null && isSame(known.process, identity)) return { logOffset, hash };
  const begun = { startedAt: at, startedWall: wall };
  return { process: identity, ...begun, ready: false, completed: false, logOffset, hash };
}

function isSame(a: ProcessIdentity, b: ProcessIdentity): boolean {
  return (
    a.pid === b.pid &&
    a.startTime === b.startTime &&
    a.bootId === b.bootId &&
    a.pidNamespace === b.pidNamespace
  );
}

function moved(
  known: ServiceMemory,
  { to, failure, process }: JournalRecord & { type: 'state' },
): Partial<ServiceMemory> {
  const gone = isOver(to);
  return {
    status: to,
    process: process === undefined ? (gone ? null : known.process) : process,
    failure: failure === undefined ? known.failure : failure,
    ready: to === 'running' || (known.ready && !gone && to !== 'starting'),
    completed: to === 'completed' || (known.completed && to !== 'starting'),
  };
}

/** Those in which nothing of the service is alive. */
function isOver(status: Status): boolean {
  return (
    status === 'stopped' ||
    status === 'crashed' ||
    status === 'backoff' ||
    status === 'completed' ||
    status === 'failed'
  );
}

/**
 * A reboot ends every process and begins time anew, so each service starts afresh,
 * with nothing held against it: only what was wished, and how it last ended, stay known.
 */
function inBoot(memory: ServiceMemory, boot: string): ServiceMemory {
  if (memory.boot === boot) return memory;
  return {
    ...memory,
    boot,
    status: 'stopped',
    process: null,
    restarts: [],
    completed: false,
    startedAt: null,
    startedWall: null,
    ready: false,
    logOffset: 0,
  };
}
