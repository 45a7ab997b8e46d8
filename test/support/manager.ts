/** A manager in a process of its own, and the words it says. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { built } from './built.ts';

const script = new URL('./manager.mjs', import.meta.url).pathname;

export type Identities = Readonly<
  Record<string, { readonly pid: number; readonly adopted: boolean; readonly restarts: number }>
>;

export class ManagerProcess {
  readonly child: ChildProcess;
  readonly #words = new Map<string, (value: unknown) => void>();
  #reject: (error: Error) => void = () => {};
  readonly #heard = new Map<string, unknown>();

  constructor(config: string, env: NodeJS.ProcessEnv = process.env) {
    this.child = spawn(process.execPath, [script, built, config], {
      env,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const { stdin, stdout } = this.child;
    if (stdin === null || stdout === null) throw new Error('a manager is spoken with');
    // It may be leaving while it is told something; its exit says so, and is waited for.
    stdin.on('error', () => {});
    this.child.once('exit', (code, signal) =>
      this.#reject(new Error(`the manager left: ${code ?? signal}`)),
    );
    createInterface({ input: stdout }).on('line', (line) => this.#hear(line));
  }

  /** Resolves with the value that came with the word; `failed` rejects it. */
  async hear<T>(word: string): Promise<T> {
    if (this.#heard.has(word)) {
      const value = this.#heard.get(word) as T;
      this.#heard.delete(word);
      return value;
    }
    return new Promise<T>((resolve, reject) => {
      this.#words.set(word, (value) => resolve(value as T));
      this.#words.set('failed', (value) => reject(new Error(JSON.stringify(value))));
      this.#reject = reject;
    });
  }

  tell(word: string): void {
    this.child.stdin?.write(`${word}\n`);
  }

  async ask<T>(word: string, answer = word): Promise<T> {
    const heard = this.hear<T>(answer);
    this.tell(word);
    return heard;
  }

  /** An ordered stop, if it still lives, whatever became of the story. */
  async end(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = once(this.child, 'exit');
    this.tell('stop');
    await gone;
  }

  /** kill -9, and waits until it is gone. */
  async crash(): Promise<void> {
    const gone = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await gone;
  }

  #hear(line: string): void {
    const space = line.indexOf(' ');
    const word = line.slice(0, space);
    const value: unknown = JSON.parse(line.slice(space + 1));
    const waiting = this.#words.get(word);
    this.#words.delete(word);
    if (waiting === undefined) this.#heard.set(word, value);
    else waiting(value);
  }
}
