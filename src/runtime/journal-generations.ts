/**
 * The files a journal is made of: `journal.jsonl`, the generation before it,
 * `journal.1.jsonl`, and during a compaction `journal.next.jsonl`. Because a record
 * counts only once, all of them can be folded together, and whichever step a crash
 * came between, nothing is lost.
 */
import { dirname, join } from 'node:path';
import type { Files } from '../kernel/port.ts';
import { SupervisorError } from '../services/errors.ts';
import { newerVersion, type Reading, readJournal } from './journal-read.ts';
import { isHeader, isMemory, type Line } from './journal-record.ts';

const maxSetAside = 5;
const maxSetAsideLength = 256 * 1024;

export class Generations {
  readonly path: string;
  readonly previous: string;
  readonly #directory: string;
  readonly #next: string;
  readonly #files: Files;

  constructor(files: Files, path: string) {
    const stem = path.replace(/\.jsonl$/, '');
    this.#files = files;
    this.path = path;
    this.previous = `${stem}.1.jsonl`;
    this.#next = `${stem}.next.jsonl`;
    this.#directory = dirname(path);
  }

  /** All lines worth folding, in order. `whole`: the journal may be appended to as it is. */
  load(onTrouble: (reason: string) => void): { lines: readonly Line[]; whole: boolean } {
    const current = this.#read(this.path, onTrouble);
    const isWhole = current?.complete === true && current.damaged.length === 0;
    if (isWhole) return { lines: current.lines, whole: !current.torn && !this.#hasNext() };

    const others = [this.previous, this.#next].map((path) => this.#read(path, onTrouble));
    const readings = [...others, current].filter((reading) => reading !== null);
    if (readings.length > 0) onTrouble(`${this.#complaint(current)}; ${kept(readings)}`);
    const damaged = current?.damaged ?? [];
    if (damaged.length > 0) this.#setAside(damaged, onTrouble);
    return { lines: inOrder(readings.flatMap(({ lines }) => lines)), whole: false };
  }

  /** The new file is whole before the old one gives way. */
  replace(content: string): void {
    const files = this.#files;
    if (!files.exists(this.#directory)) files.makeDirectory(this.#directory, { mode: 0o700 });
    files.replace(this.#next, content, { mode: 0o600 });
    if (this.#isWorthKeeping()) files.rename(this.path, this.previous);
    files.rename(this.#next, this.path);
  }

  /** What was cut off at its beginning must not take the place of a good generation. */
  #isWorthKeeping(): boolean {
    if (!this.#files.exists(this.path)) return false;
    const start = Buffer.from(this.#files.readAt(this.path, 0, 512)).toString('utf8');
    const [first] = readJournal(start).lines;
    return first !== undefined && isHeader(first);
  }

  #hasNext(): boolean {
    return this.#files.exists(this.#next);
  }

  #read(path: string, onTrouble: (reason: string) => void): Reading | null {
    const text = this.#text(path, onTrouble);
    if (text === null) return null;
    const version = newerVersion(text);
    if (version === null) return readJournal(text);
    throw new SupervisorError(
      'journal-too-new',
      `cannot read the journal "${path}": it is of version ${version}, written by a later drover`,
      'run that drover again, or move the journal away and start without its memory',
    );
  }

  #text(path: string, onTrouble: (reason: string) => void): string | null {
    try {
      return this.#files.read(path);
    } catch (error) {
      onTrouble(`cannot read "${path}": ${reasonOf(error)}`);
      return null;
    }
  }

  #complaint(current: Reading | null): string {
    if (current === null) return `the journal "${this.path}" is missing`;
    if (current.damaged.length === 0) return `the journal "${this.path}" has lost its beginning`;
    return `the journal "${this.path}" is damaged in ${current.damaged.length} place(s)`;
  }

  /** Damage is kept for people to look at, and never more of it than a bound. */
  #setAside(damaged: readonly string[], onTrouble: (reason: string) => void): void {
    const names = Array.from({ length: maxSetAside }, (_, i) => `journal.damaged-${i + 1}`);
    const paths = names.map((name) => join(this.#directory, name));
    try {
      const path = paths.find((one) => !this.#files.exists(one)) ?? `${paths.at(-1)}`;
      this.#files.replace(path, damaged.join('\n').slice(0, maxSetAsideLength), { mode: 0o600 });
    } catch (error) {
      onTrouble(`cannot set damaged lines of the journal aside: ${reasonOf(error)}`);
    }
  }
}

function kept(readings: readonly Reading[]): string {
  const services = new Set<string>();
  for (const line of readings.flatMap(({ lines }) => lines)) {
    if (isMemory(line)) services.add(line.memory.service);
    else if ('service' in line) services.add(String(line.service));
  }
  return `went on with what it and older files tell of ${services.size} service(s)`;
}

/** Generations overlap. A memory comes after the records that it is made of. */
function inOrder(lines: readonly Line[]): readonly Line[] {
  return [...lines].sort((a, b) => seqOf(a) - seqOf(b) || rank(a) - rank(b));
}

function seqOf(line: Line): number {
  return isMemory(line) ? line.memory.seq : line.seq;
}

function rank(line: Line): number {
  return isHeader(line) || isMemory(line) ? 1 : 0;
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
