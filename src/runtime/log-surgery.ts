/**
 * Takes the head off a file that others are appending to, and keeps it elsewhere, so
 * that every byte is in exactly one of the two. It does not decide when.
 */
import { constants } from 'node:fs';
import { type FileHandle, open, rename, rm, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Kernel } from '../kernel/port.ts';
import { movingPath } from './log-file.ts';

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_RDWR, O_WRONLY } = constants;
const copyBytes = 1024 * 1024;
const settleMs = 5;
const maxSettles = 200;
const smallBytes = 64 * 1024;

/** How much can be taken off at most, in whole blocks: never the last byte. */
export async function removable(path: string): Promise<{ most: number; block: number }> {
  const { bsize: block } = await statfs(dirname(path));
  const size = await sizeOf(path);
  return { most: Math.floor(Math.max(0, size - 1) / block) * block, block };
}

export async function sizeOf(path: string): Promise<number> {
  return using(path, O_RDONLY, async (file) => (await file.stat()).size);
}

/** Copies the first `length` bytes to the moving file, made with the same owner and mode. */
export async function copyHead(path: string, length: number): Promise<void> {
  await rm(movingPath(path), { force: true });
  await using(path, O_RDONLY, async (from) => {
    await using(movingPath(path), O_WRONLY | O_CREAT | O_EXCL, async (to) => {
      const { mode, uid, gid } = await from.stat();
      if (process.getuid?.() === 0) await to.chown(uid, gid);
      await to.chmod(mode & 0o777);
      await copyRange(from, to, 0, length);
    });
  });
}

/**
 * Cuts `length` bytes off the head, in one step that no writer can come between
 * (`FALLOC_FL_COLLAPSE_RANGE`: ext4, xfs). Answers why not, where it cannot be done.
 */
export function collapse(kernel: Kernel, path: string, length: number): Promise<string | null> {
  const argv = ['fallocate', '--collapse-range', '--offset', '0', '--length', `${length}`, path];
  const command = {
    argv: argv as [string, ...string[]],
    cwd: '/',
    env: { PATH: '/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C' },
    credentials: null,
    umask: null,
    nice: null,
    limits: {},
  };
  const options = { lifeline: null, output: null, timeoutMs: 30_000 };
  return new Promise((resolve) => {
    kernel.run(command, options, (outcome) => {
      if (outcome.kind === 'exited' && outcome.exit.code === 0) resolve(null);
      else if (outcome.kind === 'not-spawned') resolve(outcome.reason);
      else resolve(outcome.output.trim() || outcome.kind);
    });
  });
}

/**
 * For file systems that cannot: copies all but the last, pauses whoever writes, copies the
 * last and empties the file. Answers how many bytes that were. A write that was under way
 * when its writer was paused still ends, so the file must have come to rest before.
 */
export async function empty(
  path: string,
  { pause, resume }: { pause(): void; resume(): void },
): Promise<number> {
  await copyHead(path, await sizeOf(path));
  return using(path, O_RDWR, async (from) => {
    return using(movingPath(path), O_WRONLY, async (to) => {
      const copied = await caughtUp(from, to);
      pause();
      try {
        const size = await settled(from);
        await copyRange(from, to, copied, size - copied);
        await from.truncate(0);
        return size;
      } finally {
        resume();
      }
    });
  });
}

/**
 * The less is left, the shorter the pause. A writer that is as fast as we are is not raced
 * with, for the disk would fill meanwhile: it is paused for more.
 */
async function caughtUp(from: FileHandle, to: FileHandle): Promise<number> {
  let { size: copied } = await to.stat();
  let before = copied;
  for (;;) {
    const { size } = await from.stat();
    const left = size - copied;
    if (left < smallBytes || left > before / 2) return copied;
    await copyRange(from, to, copied, left);
    copied = size;
    before = left;
  }
}

async function settled(file: FileHandle): Promise<number> {
  let { size } = await file.stat();
  for (let tries = 0; tries < maxSettles; tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, settleMs));
    const { size: now } = await file.stat();
    if (now === size) return size;
    size = now;
  }
  throw new Error('its writers do not pause');
}

/**
 * Whether the moving file holds what the log has no more. If the manager died between the
 * copy and the cut, the log still begins with it, and the copy is a double.
 */
export async function hasMoved(path: string): Promise<boolean> {
  const length = await sizeOf(movingPath(path)).catch(() => null);
  if (length === null || length === 0) return false;
  if ((await sizeOf(path).catch(() => 0)) < length) return true;
  return using(path, O_RDONLY, (a) =>
    using(movingPath(path), O_RDONLY, (b) => differ(a, b, length)),
  );
}

/** The moving file becomes generation 1, the others one older. */
export async function shift(path: string, maxFiles: number): Promise<void> {
  for (let number = maxFiles - 1; number >= 1; number -= 1) {
    await rename(`${path}.${number}`, `${path}.${number + 1}`).catch(ignoreMissing);
  }
  await rename(movingPath(path), `${path}.1`);
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}

async function differ(a: FileHandle, b: FileHandle, length: number): Promise<boolean> {
  const [left, right] = [Buffer.alloc(copyBytes), Buffer.alloc(copyBytes)];
  for (let at = 0; at < length; at += copyBytes) {
    const part = Math.min(copyBytes, length - at);
    await readFully(a, left.subarray(0, part), at);
    await readFully(b, right.subarray(0, part), at);
    if (!left.subarray(0, part).equals(right.subarray(0, part))) return true;
  }
  return false;
}

async function copyRange(from: FileHandle, to: FileHandle, at: number, length: number) {
  const buffer = Buffer.alloc(Math.min(copyBytes, Math.max(1, length)));
  for (let done = 0; done < length; ) {
    const part = buffer.subarray(0, Math.min(buffer.length, length - done));
    await readFully(from, part, at + done);
    await to.write(part, 0, part.length, at + done);
    done += part.length;
  }
}

async function readFully(file: FileHandle, buffer: Buffer, at: number): Promise<void> {
  for (let done = 0; done < buffer.length; ) {
    const { bytesRead } = await file.read(buffer, done, buffer.length - done, at + done);
    if (bytesRead === 0) throw new Error('the file became shorter meanwhile');
    done += bytesRead;
  }
}

async function using<Answer>(
  path: string,
  flags: number,
  use: (file: FileHandle) => Promise<Answer>,
): Promise<Answer> {
  const file = await open(path, flags | O_NOFOLLOW | O_NONBLOCK, 0o600);
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}
