/** A directory of its own for each test, and a look at what is open, for tests of the real OS. */
import { mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

export function scratchDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'drover-test-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** What our open descriptors lead to, as far as it is below that directory. Linux only. */
export function openBelow(directory: string): readonly string[] {
  return readdirSync('/proc/self/fd')
    .map((descriptor) => linkOf(`/proc/self/fd/${descriptor}`))
    .filter((path) => path.startsWith(directory));
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

export const isRoot = process.geteuid?.() === 0;
