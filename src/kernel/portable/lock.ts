/**
 * Asks for a directory to be ours alone. The lock is a socket that listens in it: its
 * file outlives us, but nobody answers there any more once we are dead.
 */
import { lstatSync, renameSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { codeOf, kernelError } from '../linux/errno.ts';
import { type Kernel, KernelError } from '../port.ts';

type Answer = Parameters<Kernel['lock']>[1];

const answerMs = 1_000;
const proofMs = 50;
const mostTries = 20;

export function lock(directory: string, answer: Answer): void {
  new Locking(directory, answer).tryOn(mostTries);
}

class Locking {
  readonly #directory: string;
  readonly #path: string;
  readonly #answer: Answer;

  constructor(directory: string, answer: Answer) {
    this.#directory = directory;
    this.#path = join(directory, 'lock.sock');
    this.#answer = answer;
  }

  tryOn(tries: number): void {
    if (tries === 0) return this.#fail(new KernelError('EAGAIN', 'too many want it at once'));
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.end(`${process.pid}\n`);
    });
    server.once('error', (error) => {
      if (codeOf(error) === 'EADDRINUSE') this.#meet(tries);
      else this.#fail(error);
    });
    server.listen(this.#path, () => this.#prove(server, tries));
    server.unref();
  }

  /** Somebody who took us for a dead one's socket puts us back, or we see that we are not there. */
  #prove(server: Server, tries: number): void {
    const ours = versionOf(this.#path);
    setTimeout(() => {
      if (ours !== null && versionOf(this.#path) === ours) return this.#keep(server, ours);
      server.close();
      this.tryOn(tries - 1);
    }, proofMs);
  }

  #keep(server: Server, ours: string): void {
    let released = false;
    this.#answer.locked(() => {
      if (released) return;
      released = true;
      if (versionOf(this.#path) === ours) rmSync(this.#path, { force: true });
      server.close();
    });
  }

  #meet(tries: number): void {
    const met = versionOf(this.#path);
    const socket = connect(this.#path);
    let said = '';
    socket.setEncoding('utf8').setTimeout(answerMs, () => socket.destroy());
    socket.on('data', (text: string) => {
      said += text;
    });
    let refused = false;
    socket.on('error', (error) => {
      refused = codeOf(error) === 'ECONNREFUSED' || codeOf(error) === 'ENOENT';
    });
    socket.on('close', () => {
      if (!refused) return this.#answer.taken(/^\d+\n$/.test(said) ? Number(said) : null);
      this.#removeDead(met);
      this.tryOn(tries - 1);
    });
  }

  /** Whoever else found it dead may have its own there by now, which is put back. */
  #removeDead(met: string | null): void {
    const aside = join(this.#directory, `lock.${process.pid}.old`);
    try {
      renameSync(this.#path, aside);
      if (versionOf(aside) === met) rmSync(aside, { force: true });
      else renameSync(aside, this.#path);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#answer.failed(kernelError(`lock ${this.#directory}`, error));
  }
}

/** A number alone is given to the next file; the time of its making is not. */
function versionOf(path: string): string | null {
  const stats = lstatSync(path, { throwIfNoEntry: false, bigint: true });
  return stats === undefined ? null : `${stats.ino} ${stats.mtimeNs}`;
}
