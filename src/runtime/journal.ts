/**
 * The memory of a manager: everything it wished, saw and decided, appended to one
 * file that the next manager recovers from. It runs on the kernel's files and
 * never stands in the way: what cannot be written is kept, told, and written later.
 */
import type { Kernel } from '../kernel/port.ts';
import {
  createFold,
  type Fold,
  foldJournal,
  foldLine,
  type RecoveredState,
} from './journal-fold.ts';
import { Generations, reasonOf } from './journal-generations.ts';
import { type HistoryFilter, historyOf, tailOf } from './journal-history.ts';
import {
  type Entry,
  type ForeignRecord,
  type JournalRecord,
  journalVersion,
  writeLine,
} from './journal-record.ts';

export interface JournalOptions {
  /** Of this boot; see `ProcessIdentity`. */
  readonly boot: string;
  /** Compacted above this. Default 2 MiB; there may be two files of that size. */
  readonly maxBytes?: number;
  /** Damage that was found, and what does not work at present. May be called before `openJournal` answers. */
  readonly onTrouble: (reason: string) => void;
  /** Everything that could not be written has been written now. */
  readonly onHealed?: () => void;
}

export interface Journal {
  /** What the time before this manager comes to. */
  readonly recovered: RecoveredState;
  /** Why nothing is written at present; null: all is well. */
  readonly degraded: string | null;
  /**
   * Answers the record as it was stamped. It is written with all others of this turn of the
   * event loop when that is over, so that a restart does not wait for the disk. Never throws.
   */
  append(entry: Entry): JournalRecord;
  /** Writes now what is still to be written. Never throws. */
  commit(): void;
  /** Oldest first. */
  history(filter?: HistoryFilter): readonly (JournalRecord | ForeignRecord)[];
  /** Begins a new file with what recovery needs and the last of the history. */
  compact(): void;
  /** Nothing is written after this. Append `closed` before. */
  close(): void;
}

/** Throws `journal-too-new`, and for nothing else. */
export function openJournal(
  kernel: Pick<Kernel, 'clock' | 'files'>,
  path: string,
  options: JournalOptions,
): Journal {
  return new JournalFile(kernel, path, options);
}

/**
 * What a power cut must not undo. It does end all processes, so identities need no sync.
 * Whoever opens a journal goes on from what its last writer may not have lived to sync.
 */
const lasting: ReadonlySet<string> = new Set(['opened', 'wish', 'verdict', 'removed', 'closed']);

const defaultMaxBytes = 2 * 1024 * 1024;
const lookEveryMs = 1_000;
const retryMs = 1_000;
const maxPending = 512;
/** So many records are written without waiting for the end of the turn. */
const maxUnwritten = 256;

class JournalFile implements Journal {
  readonly recovered: RecoveredState;
  readonly #kernel: Pick<Kernel, 'clock' | 'files'>;
  readonly #generations: Generations;
  readonly #options: JournalOptions;
  readonly #maxBytes: number;
  readonly #fold: Fold;
  #degraded: string | null = null;
  /** Records of this turn of the event loop. */
  #unwritten: JournalRecord[] = [];
  /** Records that the file lacks; the oldest are let go of, for the fold has their sum. */
  #pending: JournalRecord[] = [];
  #size = 0;
  #limit = 0;
  #lookedAt = 0;
  /** No rewriting before this time, for it has just failed. */
  #quietUntil = 0;
  #retry: unknown = null;
  #closed = false;

  constructor(kernel: Pick<Kernel, 'clock' | 'files'>, path: string, options: JournalOptions) {
    this.#kernel = kernel;
    this.#options = options;
    this.#maxBytes = options.maxBytes ?? defaultMaxBytes;
    this.#limit = this.#maxBytes;
    this.#generations = new Generations(kernel.files, path);
    const { lines, whole } = this.#generations.load(options.onTrouble);
    this.recovered = foldJournal(lines, options.boot);
    this.#fold = { ...createFold(), ...this.recovered, services: new Map(this.recovered.services) };
    // What a manager that was killed may have told in its last turn was perhaps not written,
    // and nobody shall take another record for it.
    if (this.recovered.manager !== null && !this.recovered.closed) this.#fold.seq += maxUnwritten;
    if (whole) this.#measure();
    else this.compact();
  }

  get degraded(): string | null {
    return this.#degraded;
  }

  append(entry: Entry): JournalRecord {
    const { clock } = this.#kernel;
    // The stamp is spelled out: to spread one object after another is a hundred times slower in V8.
    const record: JournalRecord = {
      seq: this.#fold.seq + 1,
      at: clock.now(),
      wall: clock.wall(),
      boot: this.#options.boot,
      ...entry,
    };
    foldLine(this.#fold, record);
    if (this.#closed) return record;
    this.#unwritten.push(record);
    if (this.#unwritten.length >= maxUnwritten) this.commit();
    else if (this.#unwritten.length === 1) clock.afterTurn(() => this.commit());
    return record;
  }

  commit(): void {
    const records = this.#unwritten;
    if (records.length === 0) return;
    this.#unwritten = [];
    this.#write(records);
  }

  history(filter: HistoryFilter = {}): readonly (JournalRecord | ForeignRecord)[] {
    this.commit();
    const { path, previous } = this.#generations;
    const { files } = this.#kernel;
    return historyOf(files, [path, previous], this.#pending, filter);
  }

  compact(): void {
    if (this.#closed) return;
    try {
      const content = this.#content();
      this.#generations.replace(content);
      this.#size = Buffer.byteLength(content);
      // Many services may need more than the bound; it must not be compacted at every append then.
      this.#limit = Math.max(this.#maxBytes, 2 * this.#size);
      this.#lookedAt = this.#kernel.clock.now();
      this.#heal();
    } catch (error) {
      this.#quietUntil = this.#kernel.clock.now() + retryMs;
      this.#degrade(error);
    }
  }

  close(): void {
    this.commit();
    if (this.#degraded !== null) this.compact();
    this.#closed = true;
    this.#kernel.clock.clearTimeout(this.#retry);
  }

  #write(records: readonly JournalRecord[]): void {
    const lines = records.map(writeLine).join('');
    if (this.#degraded !== null) this.#postpone(records);
    try {
      this.#kernel.files.append(this.#generations.path, lines);
    } catch (error) {
      this.#lose(records, error);
      return;
    }
    this.#size += Buffer.byteLength(lines);
    if (this.#mustRewrite(records.at(-1)?.at ?? 0)) this.compact();
    if (records.some(({ type }) => lasting.has(type))) this.#sync();
  }

  #sync(): void {
    this.#kernel.files.syncSoon(this.#generations.path, (reason) => {
      if (!this.#closed) this.#degrade(new Error(reason));
    });
  }

  #mustRewrite(now: number): boolean {
    if (now < this.#quietUntil) return false;
    return this.#degraded !== null || this.#size > this.#limit || this.#wasTouched(now);
  }

  /** Somebody removed or changed the file; looked at only now and then, for it costs a system call. */
  #wasTouched(now: number): boolean {
    if (now - this.#lookedAt < lookEveryMs) return false;
    this.#lookedAt = now;
    const expected = this.#size;
    this.#measure();
    if (this.#size === expected) return false;
    this.#options.onTrouble(`the journal was changed by somebody else; it is written anew`);
    return true;
  }

  #measure(): void {
    try {
      this.#size = this.#kernel.files.size(this.#generations.path) ?? 0;
    } catch {
      this.#size = 0;
    }
  }

  #lose(records: readonly JournalRecord[], error: unknown): void {
    const isNew = this.#degraded === null;
    if (isNew) this.#postpone(records);
    this.#degrade(error);
    // A directory that was removed can be made again at once.
    if (isNew && (error as { code?: unknown }).code === 'ENOENT') this.compact();
  }

  #postpone(records: readonly JournalRecord[]): void {
    this.#pending.push(...records);
    this.#pending.splice(0, this.#pending.length - maxPending);
  }

  #degrade(error: unknown): void {
    const isNew = this.#degraded === null;
    this.#degraded = `cannot write the journal: ${reasonOf(error)}`;
    this.#kernel.clock.clearTimeout(this.#retry);
    this.#retry = this.#kernel.clock.setTimeout(() => this.compact(), retryMs);
    if (isNew) this.#options.onTrouble(this.#degraded);
  }

  #heal(): void {
    this.#pending = [];
    if (this.#degraded === null) return;
    this.#degraded = null;
    this.#kernel.clock.clearTimeout(this.#retry);
    this.#options.onHealed?.();
  }

  #content(): string {
    const { services, seq, manager } = this.#fold;
    const { path, previous } = this.#generations;
    const header = {
      type: 'journal',
      version: journalVersion,
      seq,
      memories: services.size,
    } as const;
    const text = [writeLine(header)];
    for (const memory of services.values()) text.push(writeLine({ type: 'memory', memory }));
    if (manager !== null) text.push(writeLine(manager));
    text.push(tailOf(this.#kernel.files, [path, previous], this.#pending, this.#maxBytes / 8));
    return text.join('');
  }
}
