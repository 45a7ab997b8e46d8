/**
 * Asks who listens at an address, so that an answer is not taken for the service's own
 * when somebody else gave it: an old copy, or a stranger that has the port.
 */
import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Endpoint } from '../machines/vocabulary.ts';
import type { Cancel, Kernel, Tree } from './port.ts';
import { tcpListeners, unixListeners } from './proc-net.ts';

export interface Listeners {
  /**
   * Whether a process of the tree holds the socket that listens there: null if so,
   * else one sentence that says who does.
   */
  doubt(at: Endpoint, tree: Tree, told: (doubt: string | null) => void): Cancel;
}

export interface Strangers {
  /** Who listens there and is not of the tree: `pid 12 (node)`. Slow, and for failures only. */
  stranger(at: Endpoint, tree: Tree): string | null;
}

/** As Linux tells it: from the socket's inode to the descriptors that hold it. */
export function createLinuxListeners(members: Kernel['members']): Listeners & Strangers {
  return {
    doubt(at, tree, told) {
      told(doubtOf(at, tree, members));
      return () => {};
    },
    stranger(at, tree) {
      const inodes = inodesAt(at);
      const isStrange = inodes.size > 0 && !holdsForTree(inodes, tree, members);
      return isStrange ? whoHolds(inodes) : null;
    },
  };
}

function doubtOf(at: Endpoint, tree: Tree, members: Kernel['members']): string | null {
  const inodes = inodesAt(at);
  if (inodes.size === 0)
    return 'answered by nobody that drover can see, perhaps from another container';
  if (holdsForTree(inodes, tree, members)) return null;
  return `answered by ${whoHolds(inodes)}, which is not of this service`;
}

function inodesAt(at: Endpoint): ReadonlySet<string> {
  if (at.kind === 'unix') return unixListeners((path) => isSame(path, at.path));
  return tcpListeners(at.host === 'localhost' ? { ...at, host: '127.0.0.1' } : at);
}

function holdsForTree(inodes: ReadonlySet<string>, tree: Tree, members: Kernel['members']) {
  return members(tree).some(({ pid }) => holdsAny(pid, inodes));
}

function whoHolds(inodes: ReadonlySet<string>): string {
  const pid = readdirSync('/proc').find((name) => /^\d+$/.test(name) && holdsAny(name, inodes));
  return pid === undefined ? 'a process that drover may not look into' : nameOf(pid);
}

function nameOf(pid: string): string {
  try {
    return `pid ${pid} (${readFileSync(`/proc/${pid}/comm`, 'utf8').trim()})`;
  } catch {
    return `pid ${pid}`;
  }
}

/** Also false where we may not look, and where the process has just ended. */
function holdsAny(pid: number | string, inodes: ReadonlySet<string>): boolean {
  const directory = `/proc/${pid}/fd`;
  return entriesOf(directory).some((entry) => {
    const inode = /^socket:\[(\d+)\]$/.exec(linkOf(`${directory}/${entry}`))?.[1];
    return inode !== undefined && inodes.has(inode);
  });
}

function entriesOf(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

/** A socket is listed by the path it was bound with, perhaps relative to where its server then was. */
function isSame(bound: string, path: string): boolean {
  if (bound === path) return true;
  if (basename(bound) !== basename(path)) return false;
  return !bound.startsWith('/') || real(bound) === real(path);
}

function real(path: string): string {
  try {
    return join(realpathSync(dirname(path)), basename(path));
  } catch {
    return path;
  }
}
