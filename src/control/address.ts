/** Where the control socket of a state directory is. Shared by those who bind it and those who connect. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What fits into sockaddr_un; macOS has 104. */
export const maxSocketPath = process.platform === 'darwin' ? 103 : 107;

/** In a directory that is ours alone, also where users of services may pass through the state directory. */
export const socketDirectory = 'control';
export const socketName = 'daemon.sock';
/** Holds the path of a socket that is elsewhere, because this place has too long a name. */
export const pointerName = 'control.path';
export const tokenName = 'control.token';

export const fitsSocket = (path: string): boolean => Buffer.byteLength(path) <= maxSocketPath;

/** The path to connect to; null where the state directory's is too long and nothing points elsewhere. */
export function socketOf(stateDir: string): string | null {
  const path = join(stateDir, socketDirectory, socketName);
  if (fitsSocket(path)) return path;
  try {
    const elsewhere = readFileSync(join(stateDir, pointerName), 'utf8').trim();
    return elsewhere.startsWith('/') && fitsSocket(elsewhere) ? elsewhere : null;
  } catch {
    return null;
  }
}
