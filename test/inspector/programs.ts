/** Programs of drover beside a stack: what they say, and the pages that they show. Real OS. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { built } from '../support/built.ts';

const main = join(built, 'cli/main.js');
const nobodyLooks = { DISPLAY: '', WAYLAND_DISPLAY: '' };

/** Rejects where it fails. */
export function drover(cwd: string, ...words: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { cwd, env: { ...process.env, ...nobodyLooks }, timeout: 50_000 };
    execFile(process.execPath, [main, ...words], options, (error, out, said) => {
      if (error === null) resolve(out);
      else reject(new Error(`drover ${words.join(' ')}: ${out}${said}`));
    });
  });
}

/** To be called once at the top of a file: what it starts ends with the file at the latest. */
export function useShows() {
  const running: ChildProcess[] = [];
  afterAll(() => {
    for (const child of running) child.kill('SIGKILL');
  });

  /** Starts what prints the address of a page first, and resolves with that. */
  const show = (cwd: string, ...words: readonly string[]): Promise<string> =>
    new Promise((resolve, reject) => {
      const child = spawn(process.execPath, words, { cwd, stdio: ['ignore', 'pipe', 'inherit'] });
      running.push(child);
      child.stdout.once('data', (bytes) => resolve(String(bytes).trim()));
      child.once('exit', () => reject(new Error(`no page of: ${words.join(' ')}`)));
    });
  return {
    show,
    replay: (cwd: string, ...words: readonly string[]) =>
      show(cwd, main, 'replay', ...words, '--no-open', '--quiet'),
  };
}
