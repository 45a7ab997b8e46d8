/**
 * Asks the OS to append to files, each kept open for as long as its path names it. It
 * never writes to a file that was deleted or moved: that would be lost without a word.
 */
import {
  type BigIntStats,
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  openSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { codeOf } from './linux/errno.ts';
import { KernelError } from './port.ts';

const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;
const flags = O_WRONLY | O_APPEND | O_NOFOLLOW | O_NONBLOCK;

/** One journal and a few of its neighbours; a kept descriptor is one fewer for services. */
const mostKept = 8;

interface Kept {
  readonly descriptor: number;
  readonly device: bigint;
  readonly inode: bigint;
}

export class AppendFiles {
  /** Least recently used first. */
  readonly #kept = new Map<string, Kept>();

  append(path: string, text: string): void {
    const bytes = Buffer.from(text);
    const { descriptor } = this.#current(path);
    // A disk that fills up takes a part and no error; only the next write is told of it.
    for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
  }

  /** What is at this path, or below it, is about to be another file. */
  forget(path: string): void {
    for (const [kept, { descriptor }] of this.#kept) {
      if (kept !== path && !kept.startsWith(`${path}/`)) continue;
      this.#kept.delete(kept);
      closeSync(descriptor);
    }
  }

  close(): void {
    for (const { descriptor } of this.#kept.values()) closeSync(descriptor);
    this.#kept.clear();
  }

  #current(path: string): Kept {
    const kept = this.#kept.get(path);
    if (kept !== undefined && isAt(path, kept)) {
      this.#kept.delete(path);
      this.#kept.set(path, kept);
      return kept;
    }
    this.forget(path);
    this.#makeRoom();
    const opened = open(path);
    this.#kept.set(path, opened);
    return opened;
  }

  #makeRoom(): void {
    const [oldest] = this.#kept.keys();
    if (oldest !== undefined && this.#kept.size >= mostKept) this.forget(oldest);
  }
}

/** Makes the entries of a directory outlive a power cut. */
export function syncDirectory(path: string): void {
  const descriptor = openSync(path, O_RDONLY);
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function isAt(path: string, kept: Kept): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false, bigint: true });
  return stats !== undefined && stats.ino === kept.inode && stats.dev === kept.device;
}

function open(path: string): Kept {
  const descriptor = openOrMake(path);
  try {
    const stats: BigIntStats = fstatSync(descriptor, { bigint: true });
    if (!stats.isFile()) throw new KernelError('EINVAL', 'it is no regular file');
    return { descriptor, device: stats.dev, inode: stats.ino };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

function openOrMake(path: string): number {
  try {
    return openSync(path, flags);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
  const descriptor = openSync(path, flags | O_CREAT | O_EXCL, 0o600);
  // The umask may have taken even the owner's rights.
  fchmodSync(descriptor, 0o600);
  syncDirectory(dirname(path));
  return descriptor;
}
