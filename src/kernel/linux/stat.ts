/**
 * Asks /proc what one process is doing. It never keeps an answer.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { isScarcity, scarcityError, withReserve } from './scarcity.ts';

/** The fields of /proc/<pid>/stat that drover has a use for. */
export interface ProcessStat {
  readonly pid: number;
  readonly state: string;
  readonly parentPid: number;
  readonly group: number;
  readonly session: number;
  /** User and system time together, in clock ticks. */
  readonly cpuTicks: number;
  readonly threads: number;
  /** In clock ticks since boot. */
  readonly startTime: number;
  readonly residentPages: number;
  /** A thread that does not lead its process has a stat file as well, but is no process. */
  readonly isThread: boolean;
}

const buffer = Buffer.allocUnsafe(4_096);
const closingBracket = ')'.charCodeAt(0);
const endedStates = new Set([...'ZXx'].map((state) => state.charCodeAt(0)));

/** null where no such process exists, or where it ended while being looked at. */
export function readStat(pid: number): ProcessStat | null {
  const text = readStatText(pid);
  return text === null ? null : parseStat(text);
}

/**
 * A zombie answers signals but is dead; so is X. A process whose first thread has
 * ended while others run on shows Z too, and is alive.
 */
export function isAliveStat(stat: ProcessStat): boolean {
  const ended = stat.state === 'Z' || stat.state === 'X' || stat.state === 'x';
  return !stat.isThread && (!ended || stat.threads > 1);
}

/** Parsed after the last `)`: a process may call itself `x) Z 1 1 (`. */
export function parseStat(text: string): ProcessStat | null {
  const end = text.lastIndexOf(')');
  const pid = Number.parseInt(text, 10);
  const fields = text.slice(end + 2).split(' ');
  if (end < 0 || fields.length < 36 || !Number.isSafeInteger(pid)) return null;
  const number = (index: number) => Number(fields[index]);
  return {
    pid,
    state: fields[0] ?? '',
    parentPid: number(1),
    group: number(2),
    session: number(3),
    cpuTicks: number(11) + number(12),
    threads: number(17),
    startTime: number(19),
    residentPages: number(21),
    isThread: number(35) === -1,
  };
}

/** A stat file that is open already: null once that very process was reaped. */
export function readOpenStat(descriptor: number): ProcessStat | null {
  const length = readInto(descriptor);
  return length === 0 ? null : parseStat(buffer.toString('latin1', 0, length));
}

/** The same question many times a second: nothing is parsed for the living. */
export function isOpenStatAlive(descriptor: number): boolean {
  const length = readInto(descriptor);
  const state = buffer[buffer.lastIndexOf(closingBracket, length - 1) + 2] ?? 0;
  if (length === 0 || !endedStates.has(state)) return length > 0;
  const stat = parseStat(buffer.toString('latin1', 0, length));
  return stat !== null && isAliveStat(stat);
}

function readInto(descriptor: number): number {
  try {
    return readSync(descriptor, buffer, 0, buffer.length, 0);
  } catch {
    return 0;
  }
}

function readStatText(pid: number): string | null {
  try {
    return withReserve(() => readWhole(`/proc/${pid}/stat`));
  } catch (error) {
    if (isScarcity(error)) throw scarcityError(error);
    return null;
  }
}

function readWhole(path: string): string {
  const descriptor = openSync(path, 'r');
  try {
    return buffer.toString('latin1', 0, readSync(descriptor, buffer, 0, buffer.length, 0));
  } finally {
    closeSync(descriptor);
  }
}
