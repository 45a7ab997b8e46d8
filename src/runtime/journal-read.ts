/** Reads the text of a journal, whole or damaged. Pure; it never throws for what it finds. */
import { isHeader, isMemory, journalVersion, type Line, readLine } from './journal-record.ts';

export interface Reading {
  readonly lines: readonly Line[];
  /** Text that is no line, as it stands there. */
  readonly damaged: readonly string[];
  /** What a manager had begun to write when it died. Nobody was ever told that it was written. */
  readonly torn: boolean;
  /** The first line is a header, and as many memories follow as it promises. */
  readonly complete: boolean;
}

export function readJournal(text: string): Reading {
  const parts = text.split('\n');
  const last = parts.pop() ?? '';
  const lines: Line[] = [];
  const damaged: string[] = [];
  for (const part of parts) {
    if (part !== '') readPart(part, lines, damaged);
  }
  const waste: string[] = [];
  if (last !== '') readPart(last, lines, waste);
  return { lines, damaged, torn: last !== '', complete: isComplete(lines) };
}

function readPart(part: string, lines: Line[], damaged: string[]): void {
  const line = readLine(part);
  if (line !== null) lines.push(line);
  else salvage(part, lines, damaged);
}

/** Where a line may begin in the middle of another one. */
const head = /(?=[0-9a-f]{8} \{")/;

/** Lines that ran into each other, by a torn write or a lost newline, are taken apart again. */
function salvage(part: string, lines: Line[], damaged: string[]): void {
  for (const piece of part.split(head)) {
    const line = readLine(piece) ?? readLine(piece.slice(0, -1));
    if (line === null) damaged.push(piece);
    else lines.push(line);
  }
}

function isComplete(lines: readonly Line[]): boolean {
  const [first] = lines;
  if (first === undefined || !isHeader(first)) return false;
  return lines.filter(isMemory).length >= first.memories;
}

const version = /^(?:[0-9a-f]{8} )?\{"type":"journal","version":(\d+)/;
/** One flipped bit makes these of a 1; damage, unless the checksum holds. */
const lookalikes: readonly number[] = [3, 5, 9];

/** The version of a journal that only a later drover can read; else null. */
export function newerVersion(text: string): number | null {
  const first = text.split('\n', 1)[0] ?? '';
  const found = Number(version.exec(first)?.[1] ?? journalVersion);
  if (found <= journalVersion) return null;
  return readLine(first) === null && lookalikes.includes(found) ? null : found;
}
