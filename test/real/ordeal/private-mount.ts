/**
 * A file system that is mounted where nobody else sees it: it is reached through the root of
 * a process that lives in its mount namespace, and is gone with it. Real OS, as root.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmdirSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { soon } from './arena.ts';

export class PrivateMount {
  readonly directory: string;
  readonly #place = mkdtempSync(join(tmpdir(), 'drover-mount-'));
  readonly #holder: ChildProcess;
  readonly #mounted: Promise<unknown>;

  constructor(type: string, options: string) {
    const script = 'mount -t "$1" -o "$2" none "$0" && echo there && exec sleep 86400';
    const words = ['-m', 'sh', '-c', script, this.#place, type, options];
    this.#holder = spawn('unshare', words, { stdio: ['ignore', 'pipe', 'inherit'] });
    const { stdout } = this.#holder;
    this.#mounted = Promise.race([
      stdout === null ? Promise.resolve() : once(stdout, 'data'),
      once(this.#holder, 'exit').then(() => {
        throw new Error(`cannot mount a ${type} with ${options}`);
      }),
    ]);
    // The other one of the two is of no interest.
    this.#mounted.catch(() => {});
    this.directory = `/proc/${this.#holder.pid}/root${this.#place}`;
  }

  async mounted(): Promise<this> {
    await this.#mounted;
    return this;
  }

  remount(options: string): void {
    const words = ['-m', 'mount', '-o', `remount,${options}`, this.#place];
    execFileSync('nsenter', ['-t', `${this.#holder.pid}`, ...words]);
  }

  end(): void {
    this.#holder.kill('SIGKILL');
    rmdirSync(this.#place);
  }
}

const plenty = `size=${16 * 1024 * 1024},nr_inodes=10000`;

/** Has exactly as much room as a test wants. */
export class SmallDisk extends PrivateMount {
  constructor() {
    super('tmpfs', `${plenty},mode=700`);
  }

  /** So many pages more can be written. */
  leavePages(pages: number): void {
    const { blocks, bfree, bsize } = statfsSync(this.directory);
    this.remount(`size=${(blocks - bfree + pages) * bsize}`);
  }

  /** So many files more can be made. */
  leaveFiles(count: number): void {
    const { files, ffree } = statfsSync(this.directory);
    this.remount(`nr_inodes=${files - ffree + count}`);
  }

  makeRoom(): void {
    this.remount(plenty);
  }
}

/** Who is in it does nothing, and dies of nothing, until it is thawed: not of SIGKILL either. */
export class Freezer extends PrivateMount {
  readonly #name = `drover-${process.pid}-${Date.now()}`;

  constructor() {
    super('cgroup', 'freezer');
  }

  async freeze(pids: readonly number[]): Promise<void> {
    mkdirSync(this.#path());
    for (const pid of pids) writeFileSync(this.#path('cgroup.procs'), String(pid));
    writeFileSync(this.#path('freezer.state'), 'FROZEN');
    const state = () => readFileSync(this.#path('freezer.state'), 'utf8').trim();
    if (!(await soon(() => state() === 'FROZEN'))) throw new Error('it does not freeze');
  }

  /** Again, if it was thawed before. */
  async thaw(): Promise<void> {
    try {
      writeFileSync(this.#path('freezer.state'), 'THAWED');
    } catch {
      return;
    }
    const isRemoved = (): boolean => {
      try {
        // Whoever is in it and lives on goes back to where all are.
        const left = readFileSync(this.#path('cgroup.procs'), 'utf8').split('\n').filter(Boolean);
        for (const pid of left) writeFileSync(join(this.directory, 'cgroup.procs'), pid);
        rmdirSync(this.#path());
        return true;
      } catch {
        return false;
      }
    };
    if (!(await soon(isRemoved))) throw new Error('the freezer does not empty');
  }

  #path(name = ''): string {
    return join(this.directory, this.#name, name);
  }
}
