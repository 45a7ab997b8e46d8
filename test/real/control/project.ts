/** A project in a directory of its own, with its daemon in a process of its own. Real OS. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Client, connect } from '../../../src/control/client.ts';
import { built } from '../../support/built.ts';

const script = new URL('./start-daemon.mjs', import.meta.url).pathname;

export interface Started {
  readonly pid: number;
  readonly isNew: boolean;
  readonly outcomes: readonly { readonly name: string; readonly summary: string }[];
  readonly code?: string;
  readonly message?: string;
}

export class Project {
  readonly directory: string;
  readonly stateDir: string;
  readonly client: Client;

  /** `config`: null where the directory has one. */
  constructor(config: string | null, directory = mkdtempSync(join(tmpdir(), 'drover-daemon-'))) {
    this.directory = directory;
    this.stateDir = join(directory, '.drover');
    mkdirSync(directory, { recursive: true });
    if (config !== null) this.write(config);
    this.client = connect({ stateDir: this.stateDir });
  }

  write(config: string): void {
    writeFileSync(join(this.directory, 'drover.yaml'), config);
  }

  /** As a shell does in `x=$(drover up -d)`: it ends when everybody has closed the pipe. */
  up(env: NodeJS.ProcessEnv = process.env): Promise<Started> {
    return new Promise((resolve, reject) => {
      const words = [script, built, this.directory, this.stateDir];
      execFile(process.execPath, words, { env, timeout: 30_000 }, (_, stdout, stderr) => {
        try {
          resolve(JSON.parse(stdout));
        } catch {
          reject(new Error(`no answer: ${stdout}${stderr}`));
        }
      });
    });
  }

  /** The same as words, for a directory that has another name where it runs. */
  upCommand(directory: string): readonly string[] {
    return [process.execPath, script, built, directory, join(directory, '.drover')];
  }

  async pids(): Promise<Readonly<Record<string, number | null>>> {
    const { services } = await this.client.status();
    return Object.fromEntries(services.map(({ name, pid }) => [name, pid]));
  }

  /** Ends the daemon and all it runs, if it is there. */
  async down(): Promise<void> {
    try {
      const { pid } = await this.client.daemon();
      process.kill(pid, 'SIGCONT');
      await this.client.shutdown();
      await gone(pid);
    } catch {
      // Nobody listens.
    }
    this.client.close();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** Resolves when that process lives no more. */
export async function gone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
