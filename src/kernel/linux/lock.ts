/**
 * Asks for a directory to be ours alone. The lock is flock(2) on a file in it: the
 * kernel frees it when we die, however we die, and it holds between containers too.
 */
import { spawnSync } from 'node:child_process';
import { closeSync, constants, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type Kernel, KernelError } from '../port.ts';
import { kernelError } from './errno.ts';
import { isAlive, self } from './identity.ts';
import { findTool } from './search-path.ts';

type Answer = Parameters<Kernel['lock']>[1];

const { O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_RDWR } = constants;
const fileName = 'lock';

/** Of util-linux and of busybox alike. */
const isTakenStatus = 1;

/**
 * Node has no flock. But a lock belongs to the open file and not to the process, so
 * a helper that inherits the descriptor locks it for us, and ends.
 */
const helpers: Readonly<Record<string, readonly string[]>> = {
  flock: ['-n', '3'],
  perl: ['-MFcntl=:flock', '-e', 'open(F, "+<&=3") or die $!; exit !flock(F, LOCK_EX | LOCK_NB)'],
};

export function lock(directory: string, answer: Answer): void {
  const path = join(directory, fileName);
  let descriptor: number;
  try {
    descriptor = openSync(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600);
  } catch (error) {
    return answer.failed(kernelError(`lock ${directory}`, error));
  }
  const outcome = tryLock(descriptor);
  if (outcome === 'locked') return keep(descriptor, answer);
  const holder = outcome === 'taken' ? readHolder(path) : null;
  closeSync(descriptor);
  if (outcome === 'taken') answer.taken(holder);
  else answer.failed(new KernelError('ENOLCK', `cannot lock ${directory}: ${outcome.why}`));
}

function tryLock(descriptor: number): 'locked' | 'taken' | { readonly why: string } {
  const name = Object.keys(helpers).find((helper) => findTool(helper) !== null);
  const tool = name === undefined ? null : findTool(name);
  if (name === undefined || tool === null) {
    return { why: 'flock(1) is needed; install util-linux, or perl' };
  }
  const stdio = ['ignore', 'ignore', 'pipe', descriptor] as const;
  const ran = spawnSync(tool, helpers[name], { stdio: [...stdio], encoding: 'utf8' });
  if (ran.status === 0) return 'locked';
  if (ran.status === isTakenStatus) return 'taken';
  return { why: ran.error?.message ?? String(ran.stderr).trim() };
}

/** Who we are is written into the locked file, for those who come too late. */
function keep(descriptor: number, answer: Answer): void {
  introduce(descriptor);
  let released = false;
  answer.locked(() => {
    if (released) return;
    released = true;
    // The file stays: removing it would let two lock two files of one name.
    closeSync(descriptor);
  });
}

function introduce(descriptor: number): void {
  try {
    ftruncateSync(descriptor, 0);
    writeSync(descriptor, `${JSON.stringify(self())}\n`, 0);
  } catch {
    // On a full disk the lock holds all the same; only nobody is told by whom.
  }
}

/** null in another container, where our numbers mean nothing, and before it has written. */
function readHolder(path: string): number | null {
  try {
    const holder: unknown = JSON.parse(readFileSync(path, 'utf8').slice(0, 1_024));
    if (typeof holder !== 'object' || holder === null) return null;
    const { bootId, pidNamespace, pid, startTime } = holder as Record<string, unknown>;
    if (typeof bootId !== 'string' || typeof pidNamespace !== 'string') return null;
    if (typeof pid !== 'number' || typeof startTime !== 'number') return null;
    return isAlive({ bootId, pidNamespace, pid, startTime }) ? pid : null;
  } catch {
    return null;
  }
}
