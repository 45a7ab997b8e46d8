/**
 * Asks whether anybody holds a lifeline: a FIFO whose write end every process of a
 * service inherits. The manager itself never keeps a write end.
 */
import { spawnSync } from 'node:child_process';
import { closeSync, constants, fstatSync, lstatSync, openSync, readSync } from 'node:fs';
import { Socket } from 'node:net';
import { type Cancel, KernelError } from '../port.ts';
import { clock } from './clock.ts';
import { codeOf, kernelError } from './errno.ts';
import { isScarcity, withReserve } from './scarcity.ts';

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;
const scratch = Buffer.allocUnsafe(65_536);

/** A command line has room for many paths, but not for any number. */
const pathsPerCall = 500;
const pollMs = 1_000;

/** Makes the FIFOs that are missing, many in one call of mkfifo(1). */
export function makeLifelines(paths: readonly string[]): void {
  const missing = paths.filter((path) => !isThere(path));
  for (let from = 0; from < missing.length; from += pathsPerCall) {
    make(missing.slice(from, from + pathsPerCall));
  }
}

/** Refuses what is there and is no FIFO, where whoever launches makes what is missing. */
export function checkLifelines(paths: readonly string[]): void {
  for (const path of paths) isThere(path);
}

/** Whether anybody at all holds the lifeline; false where there is none. */
export function isHeld(path: string): boolean {
  return withReserve(() => {
    const descriptor = openReadEnd(path);
    if (descriptor === null) return false;
    try {
      return hasWriter(descriptor);
    } finally {
      closeSync(descriptor);
    }
  });
}

/** Calls back once, when nobody holds the lifeline any more. */
export function watchLifeline(path: string, ended: () => void): Cancel {
  const descriptor = openToWatch(path);
  if (descriptor === 'scarce') return pollEnd(path, ended);
  // A FIFO that nobody holds gives no event when it is opened, so it is asked first.
  if (descriptor === null || !hasWriter(descriptor)) {
    if (descriptor !== null) closeSync(descriptor);
    return callSoon(ended);
  }
  return watchEnd(descriptor, ended);
}

/** Where there is no descriptor left to wait with, it is asked now and then. */
function pollEnd(path: string, ended: () => void): Cancel {
  let timer: unknown = null;
  const ask = () => {
    if (isHeld(path)) arm();
    else ended();
  };
  const arm = () => {
    timer = clock.setTimeout(ask, pollMs);
  };
  arm();
  return () => clock.clearTimeout(timer);
}

function openToWatch(path: string): number | null | 'scarce' {
  try {
    return openReadEnd(path);
  } catch (error) {
    if (isScarcity(error)) return 'scarce';
    throw error;
  }
}

function watchEnd(descriptor: number, ended: () => void): Cancel {
  const socket = new Socket({ fd: descriptor, readable: true, writable: false });
  const finish = () => {
    socket.removeAllListeners('end');
    socket.destroy();
    ended();
  };
  socket.once('end', finish);
  socket.on('error', () => socket.destroy());
  socket.resume();
  socket.unref();
  return () => {
    socket.removeAllListeners('end');
    socket.destroy();
  };
}

/** Not before the caller has its Cancel, and not after it was used. */
function callSoon(run: () => void): Cancel {
  let cancelled = false;
  process.nextTick(() => {
    if (!cancelled) run();
  });
  return () => {
    cancelled = true;
  };
}

/** End of file means that no writer is left; "try again" means that one is. */
function hasWriter(descriptor: number): boolean {
  try {
    // A service that writes to its lifeline proves thereby only that it once lived.
    for (let reads = 0; reads < 64; reads++) {
      if (readSync(descriptor, scratch, 0, scratch.length, null) === 0) return false;
    }
    return true;
  } catch (error) {
    if (codeOf(error) === 'EAGAIN') return true;
    throw kernelError('read a lifeline', error);
  }
}

function openReadEnd(path: string): number | null {
  if (path === '') return null;
  let descriptor: number;
  try {
    descriptor = openSync(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return null;
    throw kernelError(`open the lifeline ${path}`, error);
  }
  if (fstatSync(descriptor).isFIFO()) return descriptor;
  closeSync(descriptor);
  throw new KernelError('EEXIST', notFifo(path));
}

function isThere(path: string): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return false;
  if (!stats.isFIFO()) throw new KernelError('EEXIST', notFifo(path));
  return true;
}

function make(paths: readonly string[]): void {
  const made = spawnSync('mkfifo', ['-m', '600', '--', ...paths], { encoding: 'utf8' });
  if (made.error !== undefined) throw kernelError('run mkfifo (install coreutils)', made.error);
  if (made.status === 0 || paths.every(isThere)) return;
  const reason = made.stderr.trim().split('\n')[0] ?? '';
  throw new KernelError('EIO', `cannot make lifelines: ${reason}`);
}

const notFifo = (path: string) =>
  `cannot use ${path} as a lifeline: it is not a FIFO; move it out of the way`;
