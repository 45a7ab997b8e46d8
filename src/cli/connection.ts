/**
 * Finds the daemon that is meant. It asks as little as it can: the state directory is
 * beside the configuration unless that says otherwise, so it is only read, with all
 * that takes to load, where it speaks of a state directory.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, extname, join, resolve } from 'node:path';
import { type Client, connect } from '../control/client.ts';
import { SupervisorError } from '../services/errors.ts';
import { findConfig } from '../services/find-config.ts';
import { configPath, type Options } from './options.ts';

/** Nothing is sent yet. Rejects with `no-config`, or what else is wrong with the flags. */
export async function connectTo(options: Options): Promise<Client> {
  const { socket, token } = options;
  if (socket?.startsWith('http://') === true) {
    return connect({ url: socket, ...(token === undefined ? {} : { token }) });
  }
  if (token !== undefined) {
    throw new SupervisorError(
      'usage',
      'cannot use --token: it is for a daemon that is asked over TCP',
      'say where it is, such as --socket http://127.0.0.1:7070',
    );
  }
  if (socket !== undefined) return connect({ socket });
  return connect({ stateDir: await stateDirOf(options) });
}

/**
 * A manager that starts has its state where the configuration says, so that everybody
 * finds it there who does not know how it was started. Throws `usage`.
 */
export function mustStartWhereItSays({ stateDir, socket }: Options): void {
  if (stateDir === undefined && socket === undefined) return;
  const flag = stateDir === undefined ? '--socket' : '--state-dir';
  throw new SupervisorError(
    'usage',
    `cannot start it with ${flag}: that names a manager which runs already`,
    `write state_dir: ${stateDir ?? 'PATH'} into the configuration`,
  );
}

export async function stateDirOf(options: Options): Promise<string> {
  if (options.stateDir !== undefined) return resolve(options.stateDir);
  const path = configPath(options);
  const beside = join(directoryOf(path), '.drover');
  const file = configOf(path, beside);
  if (file === null || !mayBeElsewhere(file, beside)) return beside;
  const { loadProject } = await import('../services/load.ts');
  return (await loadProject(file, { env: process.env })).stateDir;
}

/** null: the configuration is gone, and what it had started may still be here. */
function configOf(path: string, beside: string): string | null {
  try {
    return findConfig(path);
  } catch (error) {
    if (existsSync(beside)) return null;
    throw error;
  }
}

function directoryOf(path: string): string {
  const whole = resolve(path);
  const isDirectory = statSync(whole, { throwIfNoEntry: false })?.isDirectory() === true;
  return isDirectory ? whole : dirname(whole);
}

const textual = new Set(['.yaml', '.yml', '.json']);

/** A program may have its state directory from anywhere, so it is believed once it is used. */
function mayBeElsewhere(file: string, beside: string): boolean {
  if (!textual.has(extname(file))) return !existsSync(join(beside, 'journal.jsonl'));
  try {
    return readFileSync(file, 'utf8').includes('state_dir');
  } catch {
    return false;
  }
}
