/** Real processes that do what they are told: whoever lives has a connection here. */
import { createServer, type Server, type Socket } from 'node:net';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { createKernel } from '../../../src/kernel/index.ts';
import type { Kernel } from '../../../src/kernel/port.ts';
import { temporaryDirectory } from '../../support/temporary.ts';

export const puppetProgram = resolve(import.meta.dirname, 'puppet.pl');

interface Puppet {
  readonly pid: number;
  readonly name: string;
  readonly socket: Socket;
  readonly said: string[];
  isClaimed: boolean;
}

export class Puppets {
  readonly path: string;
  readonly #server: Server;
  readonly #puppets = new Map<number, Puppet>();

  constructor(path: string) {
    this.path = path;
    this.#server = createServer((socket) => this.#meet(socket));
  }

  open(): Promise<void> {
    return new Promise((resolve) => this.#server.listen(this.path, resolve));
  }

  /** Whoever hangs on a connection leaves with it. */
  close(): Promise<void> {
    for (const { socket } of this.#puppets.values()) socket.destroy();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  /** The newest of that name whom nobody has claimed yet. */
  claim(name: string): number | null {
    const puppet = [...this.#puppets.values()].findLast(
      (one) => one.name === name && !one.isClaimed,
    );
    if (puppet === undefined) return null;
    puppet.isClaimed = true;
    return puppet.pid;
  }

  unclaimed(name: string): readonly number[] {
    const all = [...this.#puppets.values()];
    return all.filter((one) => one.name === name && !one.isClaimed).map(({ pid }) => pid);
  }

  /** It has said so; what it said is forgotten. */
  hasSaid(pid: number, word: string): string | null {
    const puppet = this.#puppets.get(pid);
    const at = puppet?.said.findIndex((line) => line.startsWith(word)) ?? -1;
    return at < 0 ? null : (puppet?.said.splice(at, 1)[0] ?? null);
  }

  tell(pid: number, line: string): void {
    this.#puppets.get(pid)?.socket.write(`${line}\n`);
  }

  claimPid(pid: number): boolean {
    const puppet = this.#puppets.get(pid);
    if (puppet === undefined) return false;
    puppet.isClaimed = true;
    return true;
  }

  /** Its number may be somebody else's from now on. */
  forget(pid: number): void {
    this.#puppets.get(pid)?.socket.destroy();
    this.#puppets.delete(pid);
  }

  #meet(socket: Socket): void {
    let rest = '';
    let puppet: Puppet | null = null;
    socket.setEncoding('utf8');
    socket.on('error', () => {});
    socket.on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (puppet !== null) {
          puppet.said.push(line);
          continue;
        }
        const [name = '', pid = ''] = line.split(' ');
        puppet = { pid: Number(pid), name, socket, said: [], isClaimed: false };
        // One that had this number before is older than all others.
        this.#puppets.delete(puppet.pid);
        this.#puppets.set(puppet.pid, puppet);
      }
    });
    socket.on('close', () => {
      if (puppet !== null && this.#puppets.get(puppet.pid) === puppet)
        this.#puppets.delete(puppet.pid);
    });
  }
}

export interface Theatre {
  readonly kernel: Kernel;
  readonly puppets: Puppets;
  readonly directory: string;
}

/** One kernel, and one place where puppets report, for all tests of a file. */
export function usePuppets(): () => Theatre {
  let theatre: Theatre | null = null;
  beforeAll(async () => {
    const directory = temporaryDirectory('drover-paths-');
    const puppets = new Puppets(join(directory, 'socket'));
    await puppets.open();
    theatre = { kernel: createKernel(), puppets, directory };
  });
  afterAll(async () => {
    await theatre?.puppets.close();
    theatre?.kernel.close();
  });
  return () => {
    if (theatre === null) throw new Error('there is no theatre outside of a test');
    return theatre;
  };
}
