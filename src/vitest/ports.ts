/**
 * Ports for services that are told where to listen. They lie below those that the OS
 * gives to clients, so that no connection of anybody takes one before its service does,
 * and each is claimed, so that no other test run on this machine takes it either.
 */
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { basename, dirname, join } from 'node:path';

const first = 15_000;
const count = 15_000;

/** For the keeper whose directory that is; the claims end with the directory. */
export async function claimPorts(
  directory: string,
  names: readonly string[],
  start: number,
): Promise<Readonly<Record<string, number>>> {
  const claims = join(dirname(directory), 'ports');
  mkdirSync(claims, { recursive: true, mode: 0o700 });
  releasePorts(claims);
  const ports: Record<string, number> = {};
  let next = start;
  for (const name of names) {
    for (;;) {
      const port = first + (next++ % count);
      if (!claim(claims, port, directory)) continue;
      if (await isFree(port)) {
        ports[name] = port;
        break;
      }
    }
  }
  return ports;
}

function claim(claims: string, port: number, directory: string): boolean {
  try {
    const descriptor = openSync(join(claims, String(port)), 'wx', 0o600);
    writeSync(descriptor, basename(directory));
    closeSync(descriptor);
    return true;
  } catch {
    return false;
  }
}

/** Those whose keeper's directory is gone. */
function releasePorts(claims: string): void {
  for (const port of readdirSync(claims)) {
    const path = join(claims, port);
    const owner = read(path);
    // An empty one is being written.
    if (owner === '' || existsSync(join(dirname(claims), owner))) continue;
    rmSync(path, { force: true });
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** On all addresses, of either family. */
function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, () => server.close(() => resolve(true)));
  });
}
