/** A manager in a process of its own that is told what to do, and may be killed at any moment. Real OS. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { built } from '../../support/built.ts';

const script = fileURLToPath(new URL('./host.mjs', import.meta.url));

export type Verb = 'status' | 'start' | 'stop' | 'restart' | 'reload' | 'kill' | 'apply' | 'settle';

export interface ServiceSeen {
  readonly name: string;
  readonly state: string;
  readonly detail: string;
  readonly pid: number | null;
  readonly adopted: boolean;
  readonly desired: 'up' | 'down';
  readonly why: string;
}

export interface Answer {
  readonly services: readonly ServiceSeen[];
  readonly degraded?: readonly string[];
  readonly error?: { readonly code: string; readonly message: string };
}

export class Host {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (answer: Answer | null) => void>();
  /** Everything of it has ended, also whoever ran it. */
  readonly ended: Promise<void>;
  /** It has taken over; null where it died before. */
  readonly up: Promise<Answer | null>;
  #next = 1;
  #isOver = false;
  #complaints = '';

  /** `before`: the program, and its words, that runs it. */
  constructor(config: string, before: readonly string[] = [], env: NodeJS.ProcessEnv = {}) {
    const [program = '', ...words] = [...before, process.execPath, script, built, config];
    const child = spawn(program, words, { stdio: 'pipe', env: { ...process.env, ...env } });
    this.#child = child;
    this.up = new Promise((resolve) => this.#waiting.set(0, resolve));
    this.ended = new Promise((resolve) => {
      child.once('close', () => resolve());
    });
    child.stdin.on('error', () => {});
    child.stderr.on('data', (chunk) => {
      this.#complaints += chunk;
    });
    const lines = createInterface({ input: child.stdout });
    lines.on('line', (line) => this.#hear(line));
    lines.once('close', () => {
      this.#isOver = true;
      for (const answer of this.#waiting.values()) answer(null);
      this.#waiting.clear();
    });
  }

  #hear(line: string): void {
    const answer = JSON.parse(line) as Answer & { readonly id: number };
    this.#waiting.get(answer.id)?.(answer);
    this.#waiting.delete(answer.id);
  }

  /** null where it died before it answered. */
  ask(verb: Verb, names?: readonly string[], timeoutMs?: number): Promise<Answer | null> {
    if (this.#isOver) return Promise.resolve(null);
    const id = this.#next++;
    const answer = new Promise<Answer | null>((resolve) => this.#waiting.set(id, resolve));
    this.#child.stdin?.write(`${JSON.stringify({ id, verb, names, timeoutMs })}\n`);
    return answer;
  }

  /** Of the process that was started; of its ancestor, where something runs it. */
  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** kill -9, and waits until it is gone. `pid`: where something runs it. */
  async crash(pid = this.pid): Promise<void> {
    try {
      if (this.#child.exitCode === null && this.#child.signalCode === null)
        process.kill(pid, 'SIGKILL');
    } catch {
      // It has just died of something else.
    }
    await this.ended;
  }

  complaints(): string {
    return this.#complaints.trim().split('\n').slice(-5).join(' | ');
  }
}
