/**
 * Builds the package once for the tests that start it as a user would. Two runs at
 * once share one build: a lock decides who makes it, and the other waits for it.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const root = resolve(import.meta.dirname, '../..');
const stamp = join(root, 'dist/.built');
const lock = join(root, 'node_modules/.building');

export default async function setup(): Promise<void> {
  while (!isFresh()) {
    if (!take()) {
      await delay(200);
      continue;
    }
    try {
      if (!isFresh()) build();
    } finally {
      rmdirSync(lock);
    }
  }
}

function build(): void {
  const began = Date.now() / 1_000;
  // Type errors are for the type check to tell; the code runs without.
  spawnSync(process.execPath, ['scripts/build.mjs'], { cwd: root, stdio: 'inherit' });
  writeFileSync(stamp, '');
  utimesSync(stamp, began, began);
}

function take(): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch {
    // A run that was killed in the middle of a build left its lock behind.
    const age = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > 120_000) rmdirSync(lock);
    return false;
  }
}

function isFresh(): boolean {
  const built = statSync(stamp, { throwIfNoEntry: false })?.mtimeMs;
  if (built === undefined) return false;
  const sources = ['src', 'inspector'].flatMap((directory) =>
    readdirSync(join(root, directory), { recursive: true, withFileTypes: true }),
  );
  return sources
    .filter((entry) => entry.isFile())
    .every((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs <= built);
}
