/**
 * Asks the OS for real pipes. Node's own are sockets, which a program cannot reopen
 * as /dev/stderr: `nginx -t` then fails. These are FIFOs without a name.
 */
import { spawnSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { codeOf, kernelError } from './errno.ts';

/** A pipe whose write end others open by its path, while we read its end. */
export interface Pipe {
  /** Opens the write end, also in the launcher, for as long as this pipe is not closed. */
  readonly path: string;
  /** The last of what was written so far, all that has been written included. */
  tail(): string;
  close(): void;
}

export interface Pipes {
  open(): Pipe;
  close(): void;
}

/** Of the output of a command that ran by the way. */
const tailBytes = 16_384;
const drainBytes = 1_048_576;
const perCall = 8;

const { O_NONBLOCK, O_RDONLY } = constants;
const scratch = Buffer.allocUnsafe(65_536);

/** Made by the dozen, because each mkfifo(1) is a process. */
export function createPipes(): Pipes {
  const spare: number[] = [];
  const open = () => {
    if (spare.length === 0) spare.push(...makeUnnamed());
    return readPipe(spare.pop() ?? 0, (base) => spare.push(base));
  };
  const close = () => {
    for (const base of spare.splice(0)) closeSync(base);
  };
  return { open, close };
}

function readPipe(base: number, giveBack: (base: number) => void): Pipe {
  const path = `/proc/${process.pid}/fd/${base}`;
  const tail = createTail();
  const reader = new Socket({
    fd: openSync(path, O_RDONLY | O_NONBLOCK),
    readable: true,
    writable: false,
  });
  reader.on('data', tail.add).on('error', () => reader.destroy());
  reader.unref();
  const close = () => {
    reader.destroy();
    // Somebody who still holds it would write into the next command's output.
    if (drain(base, () => {}) === 'ended') giveBack(base);
    else closeSync(base);
  };
  const text = () => {
    drain(base, tail.add);
    return tail.text();
  };
  return { path, tail: text, close };
}

/** What libuv has not yet read. A grandchild that writes on and on is not waited for. */
function drain(base: number, take: (chunk: Buffer) => void): 'ended' | 'held' {
  try {
    for (let bytes = 0; bytes < drainBytes; ) {
      const read = readSync(base, scratch, 0, scratch.length, null);
      if (read === 0) return 'ended';
      take(scratch.subarray(0, read));
      bytes += read;
    }
  } catch (error) {
    if (codeOf(error) !== 'EAGAIN') throw error;
  }
  return 'held';
}

function createTail() {
  let kept = Buffer.alloc(0);
  const add = (chunk: Buffer) => {
    const both = Buffer.concat([kept, chunk.subarray(-tailBytes)]);
    kept = both.subarray(-tailBytes);
  };
  return { add, text: () => kept.toString('utf8') };
}

/** Open descriptors keep the FIFOs; their names go at once, so that nothing is left behind. */
function makeUnnamed(): number[] {
  const directory = mkdtempSync(join(tmpdir(), 'drover-'));
  try {
    const paths = Array.from({ length: perCall }, (_, index) => join(directory, String(index)));
    const made = spawnSync('mkfifo', ['-m', '600', ...paths]);
    if (made.error !== undefined) throw kernelError('run mkfifo (install coreutils)', made.error);
    return paths.map((path) => openSync(path, O_RDONLY | O_NONBLOCK));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
