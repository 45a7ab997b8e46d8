/** Opens an address in the browser of whoever sits here, if somebody does. */
import { spawn } from 'node:child_process';
import type { Options } from '../options.ts';

export interface Desk {
  readonly platform: NodeJS.Platform;
  readonly env: NodeJS.ProcessEnv;
  /** Starts a program and does not wait for it. */
  readonly run: (program: string, words: readonly string[]) => void;
}

const here: Desk = {
  platform: process.platform,
  env: process.env,
  run: (program, words) => {
    const child = spawn(program, words, { detached: true, stdio: 'ignore' });
    // There may be no such program; then the address that was printed is all there is.
    child.on('error', () => {});
    child.unref();
  },
};

/** True: it was tried. A program that asks for JSON opens what it wants itself. */
export function openInBrowser(address: string, options: Options, desk: Desk = here): boolean {
  if (options['open'] === false || options.json === true || !hasDisplay(desk)) return false;
  desk.run(desk.platform === 'darwin' ? 'open' : 'xdg-open', [address]);
  return true;
}

const hasDisplay = ({ platform, env }: Desk): boolean =>
  platform === 'darwin'
    ? env['SSH_CONNECTION'] === undefined
    : Boolean(env['DISPLAY'] || env['WAYLAND_DISPLAY']);
