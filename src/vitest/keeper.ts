/** The test run's end of its keeper: starts the process, asks it one thing after the other, ends it. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { SupervisorError } from '../services/errors.ts';
import { errorOf } from './failure.ts';
import type { Answer, Request } from './messages.ts';

const program = fileURLToPath(new URL('./keeper-main.js', import.meta.url));

interface Waiting {
  readonly answered: (answer: Answer) => void;
  readonly failed: (error: Error) => void;
}

export class Keeper {
  readonly #process: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #waiting: Waiting[] = [];
  readonly #ended: Promise<unknown>;
  #complaints = '';
  #isClosing = false;

  /** In a session of its own, so that the Ctrl-C of a test run is not for it as well. */
  constructor(env: Readonly<Record<string, string>>) {
    // What is meant for Node in the tests (an inspector, coverage) is not meant for it.
    const { NODE_OPTIONS: _, NODE_V8_COVERAGE: __, ...inherited } = process.env;
    this.#process = spawn(process.execPath, [program], {
      detached: true,
      env: { ...inherited, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#ended = once(this.#process, 'close').catch(() => {});
    this.#process.once('error', (error) => this.#fail(error));
    this.#process.once('close', () => this.#fail(this.#gone()));
    this.#process.stdin.on('error', () => {});
    this.#process.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#complaints = (this.#complaints + text).slice(-4_000);
    });
    createInterface({ input: this.#process.stdout }).on('line', (line) => {
      this.#waiting.shift()?.answered(JSON.parse(line));
      this.#hold();
    });
    this.#hold();
  }

  /** Rejects with a SupervisorError that says all that is known. */
  async ask<Type extends Answer['type']>(
    request: Request,
    expected: Type,
  ): Promise<Extract<Answer, { type: Type }>> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) throw this.#gone();
    const answer = await new Promise<Answer>((answered, failed) => {
      this.#waiting.push({ answered, failed });
      this.#hold();
      this.#process.stdin.write(`${JSON.stringify(request)}\n`);
    });
    if (answer.type === 'failed') throw errorOf(answer.failure);
    if (answer.type !== expected) throw new Error(`the keeper answered ${answer.type}`);
    return answer as Extract<Answer, { type: Type }>;
  }

  /** Resolves when all is stopped and removed. Rejects where something was left. */
  async end(): Promise<void> {
    this.#isClosing = true;
    this.#hold();
    this.#process.stdin.end();
    await this.#ended;
    const { exitCode } = this.#process;
    if (exitCode !== 0) throw this.#gone();
  }

  /** It keeps the host alive only while somebody waits for it. */
  #hold(): void {
    const isNeeded = this.#isClosing || this.#waiting.length > 0;
    const { stdin, stdout, stderr } = this.#process;
    for (const one of [this.#process, ...([stdin, stdout, stderr] as unknown as Socket[])]) {
      if (isNeeded) one.ref();
      else one.unref();
    }
  }

  #fail(error: Error): void {
    for (const { failed } of this.#waiting.splice(0)) failed(error);
  }

  #gone(): SupervisorError {
    const { exitCode, signalCode } = this.#process;
    const how = signalCode ?? `exit code ${exitCode}`;
    const said = this.#complaints.trim();
    return new SupervisorError(
      'keeper-gone',
      `cannot look after the services: their keeper ended by ${how}${said === '' ? '' : `: ${said}`}`,
      'what it left running is stopped at the beginning of the next test run',
    );
  }
}
