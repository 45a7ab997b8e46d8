/** A manager in a process of its own, perhaps under strace, and what it tells. Real OS. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export type Service = 'plain' | 'daemon' | 'workers';
export type Deed = 'start' | 'restart' | 'settle' | 'stop' | 'leave' | 'wait';

export interface Told {
  readonly deed: Deed;
  readonly services: readonly { name: Service; state: string; pid: number | null }[];
}

export class Manager {
  readonly #child: ChildProcess;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null }>;
  readonly #told: Told[] = [];
  #complaints = '';
  #isOver = false;
  #wake: () => void = () => {};

  constructor([program = '', ...words]: readonly string[]) {
    const child = spawn(program, words, { stdio: 'pipe' });
    this.#child = child;
    this.ended = new Promise((resolve) => {
      // Not at its exit: whoever ran it may be gone before it is.
      child.once('close', (code, signal) => resolve({ code, signal }));
    });
    void this.ended.then(() => {
      this.#isOver = true;
    });
    createInterface({ input: child.stdout }).on('line', (line) => {
      this.#told.push(JSON.parse(line));
      this.#wake();
    });
    child.stderr.on('data', (chunk) => {
      this.#complaints += chunk;
    });
  }

  /** null where it ended before. */
  async told(deed: Deed): Promise<Told | null> {
    const find = () => this.#told.find((one) => one.deed === deed) ?? null;
    const news = () =>
      new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    while (find() === null && !this.#isOver) await Promise.race([news(), this.ended]);
    return find();
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  isOver(): boolean {
    return this.#isOver;
  }

  /** Lets it go on that waits. */
  goOn(): void {
    this.#child.stdin?.write('\n');
  }

  complaints(): string {
    return this.#complaints.trim().split('\n').slice(-5).join(' | ');
  }
}
