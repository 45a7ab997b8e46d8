/**
 * Binds the control socket so that nobody else could ever have reached it: in a new
 * directory of ours alone, its mode set there, and only then moved to its place,
 * over whatever an earlier daemon left behind.
 */
import { createHash } from 'node:crypto';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { connect, type Server } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { SupervisorError } from '../services/errors.ts';
import { fitsSocket, maxSocketPath, pointerName, socketDirectory, socketName } from './address.ts';

export interface BoundSocket {
  readonly path: string;
  /** Whether clients still find it there. */
  isInPlace(): boolean;
  remove(): void;
}

/** Rejects `already-listening`, `socket-unusable`. */
export async function bindSocket(server: Server, stateDir: string): Promise<BoundSocket> {
  const path = placeFor(stateDir);
  if (await isAnswered(path)) {
    throw new SupervisorError(
      'already-listening',
      `cannot listen at ${path}: another daemon answers there`,
    );
  }
  const nursery = mkdtempSync(join(dirname(path), '.n'));
  const born = join(nursery, 's');
  try {
    await listen(server, born);
    chmodSync(born, 0o600);
    renameSync(born, path);
  } finally {
    rmSync(nursery, { recursive: true, force: true });
  }
  if (path !== usualPlace(stateDir)) point(stateDir, path);
  return boundAt(path);
}

function boundAt(path: string): BoundSocket {
  const { ino, dev } = statSync(path);
  const isInPlace = (): boolean => {
    const now = statSync(path, { throwIfNoEntry: false });
    return now !== undefined && now.ino === ino && now.dev === dev;
  };
  return {
    path,
    isInPlace,
    remove: () => {
      // A later daemon may have put its own there.
      if (isInPlace()) unlinkSync(path);
    },
  };
}

/** Where the state directory's own path is too long, a short one that is ours alone. */
function placeFor(stateDir: string): string {
  const path = usualPlace(stateDir);
  if (fitsSocket(path)) return makePrivate(path);
  const tag = createHash('sha256').update(stateDir).digest('hex').slice(0, 16);
  const { uid } = userInfo();
  const runtime = process.env['XDG_RUNTIME_DIR'];
  const parents = [runtime, tmpdir(), '/tmp'].filter((one) => one?.startsWith('/') === true);
  const elsewhere = parents.map((parent) => join(`${parent}`, `drover-${uid}-${tag}`, socketName));
  const short = elsewhere.find((candidate) => fitsSocket(candidate) && isPrivate(candidate, uid));
  if (short !== undefined) return short;
  throw new SupervisorError(
    'socket-unusable',
    `cannot listen at ${path}: it is longer than ${maxSocketPath} bytes, and no short directory can be used instead`,
    'set state_dir to a shorter path, or XDG_RUNTIME_DIR to a directory of yours',
  );
}

const usualPlace = (stateDir: string): string => join(stateDir, socketDirectory, socketName);

/** Whatever the umask is. */
function makePrivate(path: string): string {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  chmodSync(dirname(path), 0o700);
  return path;
}

/** Made by us or by an earlier daemon of ours: a directory and no link to one, with mode 0700. */
function isPrivate(path: string, uid: number): boolean {
  const directory = dirname(path);
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const stat = lstatSync(directory);
    return stat.isDirectory() && stat.uid === uid && (stat.mode & 0o077) === 0;
  } catch {
    return false;
  }
}

/** Atomic, for a client may be reading it. */
function point(stateDir: string, path: string): void {
  const pointer = join(stateDir, pointerName);
  writeFileSync(`${pointer}.new`, `${path}\n`, { mode: 0o600 });
  renameSync(`${pointer}.new`, pointer);
}

/** A full queue refuses a crowd that comes all at once; the kernel cuts this to its own bound. */
const backlog = 4_096;

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => {
      reject(
        new SupervisorError(
          'socket-unusable',
          `cannot listen at ${path}: ${error.message}`,
          null,
          error,
        ),
      );
    };
    server.once('error', fail);
    server.listen(path, backlog, () => {
      server.off('error', fail);
      resolve();
    });
  });
}

const answerMs = 500;

/** Whether a living process has it: what a dead one left refuses at once. */
function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const settle = (isAlive: boolean): void => {
      socket.destroy();
      resolve(isAlive);
    };
    socket.once('connect', () => settle(true));
    socket.once('error', (error: NodeJS.ErrnoException) => settle(error.code === 'EAGAIN'));
    socket.setTimeout(answerMs, () => settle(true));
  });
}
