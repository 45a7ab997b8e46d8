/**
 * Kills a manager at its k-th system call that changes something, counted from a moment
 * of our choice. Between two of those nothing changes, so this is every state that a
 * kill can leave behind. Real OS.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { living } from '../../support/oracle.ts';
import { type Arena, soon } from './arena.ts';
import type { Host } from './host.ts';

/** A name that this architecture has not is passed over for its question mark. */
const changing = [
  ...['clone', 'clone3', 'fork', 'vfork', 'kill', 'tgkill', 'pidfd_send_signal'],
  ...['write', 'writev', 'pwrite64', 'pwritev', 'copy_file_range', 'sendfile'],
  ...['rename', 'renameat', 'renameat2', 'unlink', 'unlinkat', 'link', 'linkat'],
  ...['mkdir', 'mkdirat', 'mknod', 'mknodat', 'ftruncate', 'fallocate', 'fsync', 'fdatasync'],
  ...['chmod', 'fchmod', 'fchmodat', 'fchown'],
];

export const mustHaveStrace = (): void => {
  const { status } = spawnSync('strace', ['-V'], { stdio: 'ignore' });
  if (status !== 0) throw new Error('strace is needed for this test: apt install strace');
};

export const injection = (
  effect: string,
  count: number,
  calls: readonly string[] = changing,
): readonly string[] => {
  const set = calls.map((name) => `?${name}`).join(',');
  return ['-qq', '-o', '/dev/null', '-e', `inject=${set}:${effect}:when=${count}`];
};

/**
 * Becomes strace once it is told what to trace, by a FIFO. So it is an ancestor of the
 * manager, and may trace it where nobody else may.
 */
const lateStrace = `mkfifo "$0"
exec 3<&0
"$@" <&3 3<&- &
exec 3<&- >/dev/null
read -r words <"$0"
exec strace $words`;

/** Its own thread, or the one that does what Node does beside it. */
export type Threads = 'main' | 'pool';

export class Victim {
  readonly host: Host;
  readonly #fifo: string;
  #isExposed = false;

  /** `atOnce`: counting begins with its life. */
  constructor(arena: Arena, atOnce: { effect: string; count: number } | null = null) {
    this.#fifo = arena.path(`strace-${Math.random()}`);
    this.#isExposed = atOnce !== null;
    const before =
      atOnce === null
        ? ['sh', '-c', lateStrace, this.#fifo]
        : ['strace', ...injection(atOnce.effect, atOnce.count)];
    this.host = arena.host(before, { UV_THREADPOOL_SIZE: '1' });
  }

  /** Counting begins now. False where it died of something else before. */
  async expose(
    effect: string,
    count: number,
    threads: Threads,
    calls?: readonly string[],
    paths: readonly string[] = [],
  ): Promise<boolean> {
    const pid = this.pid;
    if (pid === null) return false;
    const all = readdirSync(`/proc/${pid}/task`).map(Number);
    const traced = all.filter((thread) => (thread === pid) === (threads === 'main'));
    const words = [
      ...injection(effect, count, calls),
      ...paths.flatMap((path) => ['-P', path]),
      ...traced.flatMap((one) => ['-p', one]),
    ];
    this.#isExposed = true;
    await writeFile(this.#fifo, `${words.join(' ')}\n`);
    return soon(() => this.host.isOver || traced.every((one) => isTraced(pid, one)));
  }

  /** The manager itself, a child of what became strace. */
  get pid(): number | null {
    return living().find(({ parent }) => parent === this.host.pid)?.pid ?? null;
  }

  /** However far it came. */
  async end(): Promise<void> {
    const { pid } = this;
    if (pid !== null) process.kill(pid, 'SIGKILL');
    if (!this.#isExposed) process.kill(this.host.pid, 'SIGKILL');
    await this.host.ended;
  }
}

function isTraced(pid: number, thread: number): boolean {
  try {
    return !/^TracerPid:\t0$/m.test(readFileSync(`/proc/${pid}/task/${thread}/status`, 'utf8'));
  } catch {
    return true;
  }
}
