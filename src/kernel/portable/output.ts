/**
 * Asks for somewhere to put the output of a command that is run by the way: a file
 * without much ado, as there is no /proc by which another could open our pipe.
 */
import { closeSync, fstatSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pipe, Pipes } from '../linux/pipes.ts';

const tailBytes = 16_384;

export function createOutputs(): Pipes {
  const opened = new Set<Pipe>();
  const open = () => {
    const output = makeOutput(() => opened.delete(output));
    opened.add(output);
    return output;
  };
  const close = () => {
    for (const output of [...opened]) output.close();
  };
  return { open, close };
}

function makeOutput(closed: () => void): Pipe {
  const directory = mkdtempSync(join(tmpdir(), 'drover-'));
  const path = join(directory, 'output');
  const descriptor = openSync(path, 'wx+', 0o600);
  let isOpen = true;
  const close = () => {
    if (!isOpen) return;
    isOpen = false;
    closeSync(descriptor);
    rmSync(directory, { recursive: true, force: true });
    closed();
  };
  return { path, tail: () => tailOf(descriptor), close };
}

function tailOf(descriptor: number): string {
  const { size } = fstatSync(descriptor);
  const bytes = Buffer.alloc(Math.min(size, tailBytes));
  const length = readSync(descriptor, bytes, 0, bytes.length, size - bytes.length);
  return bytes.toString('utf8', 0, length);
}
