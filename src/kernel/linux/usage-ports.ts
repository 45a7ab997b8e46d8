/**
 * Asks on which TCP ports many trees listen. Which sockets listen is read each time, and
 * is little; who holds them is much, so descriptors are looked at only of processes
 * that are new, and of all when a socket has begun to listen that nobody is known to hold.
 */
import { readdirSync, readlinkSync } from 'node:fs';
import { listeningPorts } from '../proc-net.ts';
import { codeOf } from './errno.ts';
import { isScarcity, withReserve } from './scarcity.ts';
import type { Work } from './slices.ts';
import type { ProcessStat } from './stat.ts';

/** In the order of the trees; null where a process of it may not be looked into. */
export type Ports = (
  members: readonly (readonly ProcessStat[])[],
) => Work<readonly (readonly number[] | null)[]>;

/** How the OS is asked. */
export interface SocketQuestions {
  /** The port of each socket that listens, by its inode. */
  listening(): ReadonlyMap<string, number>;
  /** The inodes of all sockets of a process; null where we may not know. */
  socketsOf(pid: number): Work<readonly string[] | null>;
}

interface Seen {
  readonly startTime: number;
  /** Of the sockets that listened when it was looked at. */
  readonly inodes: readonly string[] | null;
}

export function createPorts(ask: SocketQuestions = linuxQuestions): Ports {
  let memory = new Map<number, Seen>();
  /** Sockets that somebody holds who is not of any tree. */
  let foreign: ReadonlySet<string> = new Set();

  function* look({ pid, startTime }: ProcessStat, listening: ReadonlyMap<string, number>) {
    const sockets = yield* ask.socketsOf(pid);
    return { startTime, inodes: sockets?.filter((inode) => listening.has(inode)) ?? null };
  }

  return function* portsOf(members) {
    const listening = ask.listening();
    const all = members.flat();
    const seen = new Map<number, Seen>();
    const old: ProcessStat[] = [];
    for (const stat of all) {
      const before = memory.get(stat.pid);
      const isKnown = before?.startTime === stat.startTime;
      if (isKnown) old.push(stat);
      seen.set(stat.pid, isKnown ? before : yield* look(stat, listening));
      yield;
    }
    const wanted = unknownOf(listening, seen, foreign);
    for (const stat of old) {
      if (wanted.size === 0) break;
      const again = yield* look(stat, listening);
      seen.set(stat.pid, again);
      for (const inode of again.inodes ?? []) wanted.delete(inode);
    }
    memory = seen;
    foreign = new Set([...foreign, ...wanted].filter((inode) => listening.has(inode)));
    return members.map((stats) => portsIn(stats, seen, listening));
  };
}

function unknownOf(
  listening: ReadonlyMap<string, number>,
  seen: ReadonlyMap<number, Seen>,
  foreign: ReadonlySet<string>,
): Set<string> {
  const wanted = new Set(listening.keys());
  for (const inode of foreign) wanted.delete(inode);
  for (const { inodes } of seen.values()) for (const inode of inodes ?? []) wanted.delete(inode);
  return wanted;
}

function portsIn(
  stats: readonly ProcessStat[],
  seen: ReadonlyMap<number, Seen>,
  listening: ReadonlyMap<string, number>,
): readonly number[] | null {
  const ports = new Set<number>();
  for (const { pid } of stats) {
    const inodes = seen.get(pid)?.inodes ?? null;
    if (inodes === null) return null;
    for (const inode of inodes) {
      const port = listening.get(inode);
      if (port !== undefined) ports.add(port);
    }
  }
  return [...ports].sort((one, other) => one - other);
}

const linuxQuestions: SocketQuestions = {
  listening: listeningPorts,
  *socketsOf(pid) {
    const inodes: string[] = [];
    try {
      // Of another network nothing is in our table.
      if (!isOfOurNetwork(pid)) return null;
      for (const entry of withReserve(() => readdirSync(`/proc/${pid}/fd`))) {
        const inode = socketAt(`/proc/${pid}/fd/${entry}`);
        if (inode !== null) inodes.push(inode);
        yield;
      }
    } catch (error) {
      if (isScarcity(error)) throw error;
      return hasEnded.has(codeOf(error)) ? inodes : null;
    }
    return inodes;
  },
};

const hasEnded: ReadonlySet<string> = new Set(['ENOENT', 'ESRCH']);

let ourNetwork: string | null = null;

function isOfOurNetwork(pid: number): boolean {
  ourNetwork ??= readlinkSync('/proc/self/ns/net');
  return readlinkSync(`/proc/${pid}/ns/net`) === ourNetwork;
}

const socket = /^socket:\[(\d+)\]$/;

function socketAt(path: string): string | null {
  try {
    return socket.exec(readlinkSync(path))?.[1] ?? null;
  } catch {
    return null;
  }
}
