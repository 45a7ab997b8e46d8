/**
 * Asks the file system, with Node's synchronous calls: a state file is small and near,
 * and an answer that comes later would have to be waited for. It never follows a link
 * at the end of a path that it writes to, and a FIFO without a peer never blocks it.
 */
import {
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { AppendFiles, syncDirectory } from './append-files.ts';
import { resolveCredentials } from './credentials.ts';
import { codeOf, kernelError } from './linux/errno.ts';
import { type DirectoryOptions, type Files, KernelError, type WriteOptions } from './port.ts';
import { SyncFiles } from './sync-files.ts';

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;

const appends = new AppendFiles();
const syncs = new SyncFiles();

/** The real file system. `close` lets go of what it keeps open; it may be used again afterwards. */
export const nodeFiles: Files & { close(): void } = {
  // A link that leads nowhere is something as well: it would be in the way of a new file.
  exists: (path) => attempt(`look at "${path}"`, () => orNull(() => entryAt(path)) !== null),
  read: (path) => attempt(`read "${path}"`, () => orNull(() => readAll(path))),
  size: (path) => attempt(`read "${path}"`, () => orNull(() => sizeOf(path))),
  readAt: (path, offset, length) =>
    attempt(`read "${path}"`, () => reading(path, (file) => readPart(file, offset, length))),
  append: (path, text) => attempt(`write "${path}"`, () => appends.append(resolve(path), text)),
  syncSoon: (path, failed) => syncs.syncSoon(path, failed),
  replace: (path, content, options) =>
    attempt(`write "${path}"`, () => replace(resolve(path), content, options ?? {})),
  makeDirectory: (path, options) =>
    attempt(`make directory "${path}"`, () => makeDirectory(resolve(path), options ?? {})),
  list: (path) => attempt(`list "${path}"`, () => readdirSync(path).sort()),
  rename: (from, to) => attempt(`rename "${from}" to "${to}"`, () => rename(from, to)),
  remove: (path) => attempt(`remove "${path}"`, () => remove(resolve(path))),
  close: () => appends.close(),
};

function attempt<Answer>(what: string, ask: () => Answer): Answer {
  try {
    return ask();
  } catch (error) {
    throw kernelError(what, error);
  }
}

function orNull<Answer>(ask: () => Answer): Answer | null {
  try {
    return ask();
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return null;
    throw error;
  }
}

/** That nothing is there is the usual answer, and no exception is made for it. */
const entryAt = (path: string): Stats | null => lstatSync(path, { throwIfNoEntry: false }) ?? null;

/** Of what a link leads to. */
const sizeOf = (path: string): number | null =>
  statSync(path, { throwIfNoEntry: false })?.size ?? null;

function readAll(path: string): string {
  return reading(path, (descriptor) => readFileSync(descriptor, 'utf8'));
}

/** Opening a FIFO would wait for its writer, and a read of one would take what is not ours. */
function reading<Answer>(path: string, read: (descriptor: number) => Answer): Answer {
  const descriptor = openSync(path, O_RDONLY | O_NONBLOCK);
  try {
    const stats = fstatSync(descriptor);
    if (stats.isDirectory()) throw new KernelError('EISDIR', 'it is a directory');
    if (!stats.isFile()) throw new KernelError('EINVAL', 'it is no regular file');
    return read(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function readPart(descriptor: number, offset: number, length: number): Uint8Array {
  const rest = Math.max(0, fstatSync(descriptor).size - offset);
  const bytes = Buffer.alloc(Math.min(length, rest));
  let read = 0;
  while (read < bytes.length) {
    const more = readSync(descriptor, bytes, read, bytes.length - read, offset + read);
    if (more === 0) break;
    read += more;
  }
  return bytes.subarray(0, read);
}

function replace(path: string, content: string, options: WriteOptions): void {
  // One name for each of our processes: what a crash left there is taken over, not piled up.
  const beside = join(dirname(path), `.${basename(path)}.${process.pid}.new`);
  const owner = ownerOf(options);
  rmSync(beside, { force: true });
  try {
    writeNew(beside, content, options.mode ?? 0o600, owner);
    appends.forget(path);
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
  syncDirectory(dirname(path));
}

function writeNew(path: string, content: string, mode: number, owner: Owner | null): void {
  const descriptor = openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  try {
    writeFileSync(descriptor, content);
    // In this order: a change of owner would take set-uid bits away again.
    if (owner !== null) fchownSync(descriptor, owner.uid, owner.gid);
    fchmodSync(descriptor, mode);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * As `mkdir -p`: what is there stays as it is, unless it is to be opened, and the mode is
 * for the last one alone.
 */
function makeDirectory(path: string, options: DirectoryOptions): void {
  if (isDirectory(path)) {
    if (options.opens === true) open(path, options.mode ?? 0);
    return;
  }
  const parent = dirname(path);
  if (parent !== path) makeDirectory(parent, { mode: 0o755 });
  const owner = ownerOf(options);
  // Made beside and moved: cut off halfway, it would be there for ever with the wrong owner.
  const beside = join(parent, `.${basename(path)}.${process.pid}.new`);
  rmSync(beside, { force: true, recursive: true });
  mkdirSync(beside, 0o700);
  try {
    if (owner !== null) lchownSync(beside, owner.uid, owner.gid);
    chmodSync(beside, options.mode ?? 0o755);
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true, recursive: true });
    // Somebody else may have made it, and filled it, since it was looked for.
    if (!isDirectory(path)) throw error;
  }
}

/** What is somebody else's is theirs to open. */
function open(path: string, wanted: number): void {
  const { mode, uid } = statSync(path);
  if (uid === process.geteuid?.() && (mode & wanted) !== wanted) chmodSync(path, mode | wanted);
}

function isDirectory(path: string): boolean {
  const stats = orNull(() => statSync(path));
  if (stats?.isDirectory() === true) return true;
  if (orNull(() => lstatSync(path)) === null) return false;
  throw new KernelError('EEXIST', 'something else is there');
}

function rename(from: string, to: string): void {
  appends.forget(resolve(from));
  appends.forget(resolve(to));
  renameSync(from, to);
  syncDirectory(dirname(to));
}

function remove(path: string): void {
  appends.forget(path);
  try {
    unlinkSync(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return;
    // EISDIR of Linux is EPERM elsewhere.
    if (codeOf(error) !== 'EISDIR' && codeOf(error) !== 'EPERM') throw error;
    rmSync(path, { recursive: true, force: true });
  }
}

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

function ownerOf({ owner }: WriteOptions): Owner | null {
  const found = owner === undefined || owner === null ? null : resolveCredentials(owner);
  if (found === null || !('problem' in found)) return found;
  throw new KernelError('EINVAL', found.reason);
}
