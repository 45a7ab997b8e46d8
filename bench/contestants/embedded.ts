/** drover in a host: one Node process that embeds the built package, and is told when to begin. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Contestant, Job, Run } from '../contestant.ts';

const host = fileURLToPath(new URL('../host.mjs', import.meta.url));

/** What only drover is asked for. */
export interface EmbeddedRun extends Run {
  /** Starts the host alone; `start` does so too where it has not been. */
  open(): Promise<void>;
  /** Resolves when the host has said that word; answers the milliseconds it gave. */
  said(word: string): Promise<number>;
  tell(command: 'start' | 'stop' | 'adopt'): void;
  /** SIGKILL to the host, and to nobody else. */
  crash(): Promise<void>;
}

export interface EmbeddedContestant extends Contestant {
  prepare(job: Job): EmbeddedRun;
}

/** `entry` is the built package's main file. */
export function createEmbedded(entry: string): EmbeddedContestant {
  return {
    name: 'drover in a host',
    missing: () => (existsSync(entry) ? null : `${entry} is missing (npm run build)`),
    prepare(job) {
      const config = join(job.directory, 'drover.json');
      writeFileSync(config, JSON.stringify(configOf(job)));
      return new HostRun([host, entry, config]);
    },
  };
}

class HostRun implements EmbeddedRun {
  readonly #words: readonly string[];
  #child: ChildProcess | null = null;
  readonly #said = new Map<string, number>();
  #listeners: (() => void)[] = [];

  constructor(words: readonly string[]) {
    this.#words = words;
  }

  async open(): Promise<void> {
    this.#said.clear();
    // As Node is by default: the flags of the daemon are not a host's.
    const child = spawn(process.execPath, this.#words, {
      stdio: ['pipe', 'pipe', 'inherit'],
      detached: true,
    });
    createInterface({ input: child.stdout }).on('line', (line) => this.#hear(line));
    child.stdin.on('error', () => {});
    this.#child = child;
    await this.said('made');
  }

  async start(): Promise<void> {
    if (this.#child === null) await this.open();
    this.tell('start');
  }

  async stop(): Promise<void> {
    this.tell('stop');
  }

  manager(): number {
    return this.#child?.pid ?? 0;
  }

  async said(word: string): Promise<number> {
    while (!this.#said.has(word)) {
      await new Promise<void>((resolve) => this.#listeners.push(resolve));
    }
    return this.#said.get(word) ?? 0;
  }

  tell(command: 'start' | 'stop' | 'adopt'): void {
    this.#child?.stdin?.write(`${command}\n`);
  }

  async crash(): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    await new Promise((resolve) => {
      child.once('exit', resolve);
      child.kill('SIGKILL');
    });
    this.#child = null;
  }

  #hear(line: string): void {
    const end = line.lastIndexOf(' ');
    this.#said.set(line.slice(0, end), Number(line.slice(end + 1)));
    for (const listener of this.#listeners.splice(0)) listener();
  }
}

function configOf({ directory, count, argv, graceMs }: Job) {
  const service = {
    command: argv,
    restart: { policy: 'always', delay: 0, jitter: 0, intensity: 1_000_000, period: 3_600_000 },
    ...(graceMs > 0 ? { stopGracePeriod: graceMs } : {}),
  };
  const names = Array.from({ length: count }, (_, index) => `s${index}`);
  return {
    name: 'bench',
    stateDir: join(directory, 'state'),
    services: Object.fromEntries(names.map((name) => [name, service])),
  };
}
