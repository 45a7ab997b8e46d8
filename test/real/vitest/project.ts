/** A project of a user's, made of an example: in a directory of its own, with the built package installed. */
import { type ChildProcess, spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { built } from '../../support/built.ts';
import { living, type Seen } from '../../support/oracle.ts';

const root = resolve(import.meta.dirname, '../../..');

export class UserProject {
  readonly directory: string;
  /** Where `drover/vitest` puts all of its own. */
  readonly temporary: string;

  constructor(example: string) {
    this.directory = mkdtempSync(join(tmpdir(), 'user-'));
    this.temporary = join(this.directory, 't');
    mkdirSync(this.temporary);
    const filter = (path: string) => !path.endsWith('/.drover');
    cpSync(join(root, 'examples', example), this.directory, { recursive: true, filter });
    // Servers that drop root have to get through.
    for (const directory of [this.directory, this.temporary]) chmodSync(directory, 0o755);
    const installed = join(this.directory, 'node_modules');
    mkdirSync(join(installed, 'drover'), { recursive: true });
    cpSync(join(root, 'package.json'), join(installed, 'drover/package.json'));
    symlinkSync(built, join(installed, 'drover/dist'));
    for (const name of ['vitest', 'vite', '@types', 'typescript']) {
      symlinkSync(join(root, 'node_modules', name), join(installed, name));
    }
  }

  get env(): NodeJS.ProcessEnv {
    const own = Object.entries(process.env).filter(
      ([name]) => !/^(VITEST|VITE_|TEST$|NODE_ENV)/.test(name),
    );
    return { ...Object.fromEntries(own), TMPDIR: this.temporary, NO_COLOR: '1' };
  }

  /** Runs a program of node_modules to its end. */
  async run(
    program: string,
    ...words: readonly string[]
  ): Promise<{ code: number | null; said: string }> {
    const child = this.start(program, ...words);
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
    }
    const code = await new Promise<number | null>((done) => child.once('close', done));
    return { code, said };
  }

  /** In a process group of its own, as a shell would. */
  start(program: string, ...words: readonly string[]): ChildProcess {
    return spawn(process.execPath, [join('node_modules', program), ...words], {
      cwd: this.directory,
      env: this.env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  /** Everybody who works here, or was told of a path in here. */
  processes(): readonly Seen[] {
    return living().filter(({ pid }) => pid !== process.pid && this.#isHere(pid));
  }

  /** The directories of keepers that are there yet. */
  left(): readonly string[] {
    const all = join(this.temporary, `drover-tests-${process.geteuid?.()}`);
    return existsSync(all) ? readdirSync(all).filter((name) => name !== 'ports') : [];
  }

  close(): void {
    const left = this.processes();
    for (const { pid } of left) process.kill(pid, 'SIGKILL');
    rmSync(this.directory, { recursive: true, force: true });
    if (left.length > 0) throw new Error(`left behind: ${left.map(({ pid }) => pid).join()}`);
  }

  #isHere(pid: number): boolean {
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, 'latin1');
      return (
        words.includes(this.directory) ||
        readlinkSync(`/proc/${pid}/cwd`).startsWith(this.directory)
      );
    } catch {
      return false;
    }
  }
}

/** What has no event to wait for is asked again and again. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((again) => setTimeout(again, 20));
}

export const vitest = 'vitest/vitest.mjs';
