/**
 * Asks where a program is and what it needs to run. It starts nothing.
 */
import { closeSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import { delimiter, resolve } from 'node:path';
import { codeOf } from './errno.ts';

/** What execvp(3) searches where the environment has no PATH. */
const defaultPath = '/bin:/usr/bin';

/** Where a program was found, or what is wrong with where it was not. */
export type Located =
  | { readonly kind: 'found'; readonly path: string }
  | { readonly kind: 'not-executable'; readonly path: string; readonly why: string }
  | { readonly kind: 'missing' };

/** As execvp(3) looks for it: with the PATH of the program's own environment. */
export function locate(file: string, cwd: string, path: string | undefined): Located {
  if (file.includes('/')) return judge(resolve(cwd, file));
  let refused: Located = { kind: 'missing' };
  for (const directory of (path ?? defaultPath).split(delimiter)) {
    const located = judge(resolve(cwd, directory, file));
    if (located.kind === 'found') return located;
    if (located.kind === 'not-executable') refused = located;
  }
  return refused;
}

/** A program that drover itself needs, wherever a system may keep it. */
export function findTool(name: string): string | null {
  const path = `/usr/bin:/bin:/usr/sbin:/sbin:/usr/local/bin:${process.env['PATH'] ?? ''}`;
  const located = locate(name, '/', path);
  return located.kind === 'found' ? located.path : null;
}

/** The path in a script's `#!` line; null for anything else. */
export function interpreterOf(path: string): string | null {
  const line = firstBytes(path).split('\n')[0] ?? '';
  return /^#!\s*(\S+)/.exec(line)?.[1] ?? null;
}

/** Whether the file is a program for the kernel, which then has a loader of its own. */
export function isElf(path: string): boolean {
  return firstBytes(path).startsWith('\x7fELF');
}

function judge(path: string): Located {
  let stats: Stats | undefined;
  try {
    stats = statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (codeOf(error) !== 'EACCES') return { kind: 'missing' };
    return { kind: 'not-executable', path, why: 'a directory on the way to it is closed to us' };
  }
  if (stats === undefined) return { kind: 'missing' };
  if (stats.isDirectory()) return { kind: 'not-executable', path, why: 'it is a directory' };
  if ((stats.mode & 0o111) !== 0) return { kind: 'found', path };
  return { kind: 'not-executable', path, why: `it has no x bit; run chmod +x ${path}` };
}

function firstBytes(path: string): string {
  const buffer = Buffer.alloc(256);
  try {
    const descriptor = openSync(path, 'r');
    try {
      return buffer.toString('latin1', 0, readSync(descriptor, buffer, 0, buffer.length, 0));
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return '';
  }
}
