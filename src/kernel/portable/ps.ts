/**
 * Asks ps(1) about processes: all at once, for each question is a process of its own.
 * It knows the start of a process to the second only.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { ProcessIdentity } from '../../machines/vocabulary.ts';
import { KernelError } from '../port.ts';

export interface ProcessRow {
  readonly identity: ProcessIdentity;
  readonly parentPid: number;
  readonly group: number;
  readonly state: string;
  readonly residentBytes: number;
  readonly cpuMs: number;
  readonly command: string;
}

/** What one look saw, the dead that nobody has reaped left out. Our own ps is in it. */
export interface ProcessTable {
  readonly all: readonly ProcessRow[];
  find(pid: number): ProcessRow | null;
}

export interface Processes {
  /** As it was at some time in this turn of the event loop. */
  current(): ProcessTable;
  /** As it is now. */
  renewed(): ProcessTable;
  /** To be told when a process of ours was started: the next question looks again. */
  forget(): void;
  /** One process, now, also if it is a zombie. */
  look(pid: number): ProcessRow | null;
}

export function createProcesses(): Processes {
  let table: ProcessTable | null = null;
  const renewed = () => {
    if (table === null) setImmediate(forget);
    table = tableOf(ask(['-A']));
    return table;
  };
  const forget = () => {
    table = null;
  };
  return {
    current: () => table ?? renewed(),
    renewed,
    forget,
    look: (pid) => ask(['-p', `${pid}`]).find(({ identity }) => identity.pid === pid) ?? null,
  };
}

export function isZombie({ state }: ProcessRow): boolean {
  return state.startsWith('Z');
}

function tableOf(rows: readonly ProcessRow[]): ProcessTable {
  const all = rows.filter((row) => !isZombie(row));
  const byPid = new Map(all.map((row) => [row.identity.pid, row]));
  return { all, find: (pid) => byPid.get(pid) ?? null };
}

/** One `-o` each: what follows a `=` is a header up to the end of its word, commas included. */
const columns = ['pid', 'ppid', 'pgid', 'stat', 'rss', 'time', 'lstart', 'command'].flatMap(
  (name) => ['-o', `${name}=`],
);
/** So that the start is the same at every look, whatever the season. */
const env = { PATH: '/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C', TZ: 'UTC' };
const mostBytes = 67_108_864;

function ask(which: readonly string[]): readonly ProcessRow[] {
  const args = [...which, '-ww', ...columns];
  const asked = spawnSync('ps', args, { encoding: 'utf8', env, maxBuffer: mostBytes });
  // It ends with 1 where there is no such process.
  if (asked.error !== undefined || asked.status === null || asked.status > 1) {
    const why = asked.error?.message ?? asked.stderr.trim();
    throw new KernelError('EIO', `cannot ask ps for processes: ${why}`);
  }
  return asked.stdout
    .split('\n')
    .map(parseRow)
    .filter((row) => row !== null);
}

const row = /^ *(\d+) +(\d+) +(\d+) +(\S+) +(\d+) +(\S+) +(\w+ +\w+ +\d+ +[\d:]+ +\d+)(?: +(.*))?$/;

function parseRow(line: string): ProcessRow | null {
  const [, pid, parentPid, group, state = '', kilobytes, time = '', start, command = ''] =
    row.exec(line) ?? [];
  if (pid === undefined) return null;
  return {
    identity: {
      bootId: bootId(),
      pidNamespace: '',
      pid: Number(pid),
      startTime: Date.parse(`${start} UTC`) / 1_000,
    },
    parentPid: Number(parentPid),
    group: Number(group),
    state,
    residentBytes: Number(kilobytes) * 1_024,
    cpuMs: millisecondsOf(time),
    command: command.trimEnd(),
  };
}

/** `1-02:03:04` or `62:03.45`: days, and then as many of hours, minutes and seconds as are needed. */
function millisecondsOf(time: string): number {
  const [rest = '', days = '0'] = time.split('-').reverse();
  const seconds = rest.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  return Math.round((Number(days) * 86_400 + seconds) * 1_000);
}

let boot: string | null = null;

function bootId(): string {
  boot ??= process.platform === 'linux' ? linuxBootId() : sysctlBootId();
  return boot;
}

/** For the tests alone, which run on Linux. */
function linuxBootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}

/** The time of the boot moves when the clock is set; the session's name does not. */
function sysctlBootId(): string {
  for (const name of ['kern.bootsessionuuid', 'kern.boottime']) {
    const asked = spawnSync('sysctl', ['-n', name], { encoding: 'utf8', env });
    if (asked.status === 0 && asked.stdout.trim() !== '') return asked.stdout.trim();
  }
  throw new KernelError('EIO', 'cannot ask sysctl when the system was booted');
}
