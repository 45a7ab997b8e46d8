/**
 * Remembers, in a small file beside a log, which address the live file begins at, so that
 * an address holds for later managers too. A log that was never rotated needs none: its
 * file says by itself which one it is. It does not decide when anything is written.
 */
import { constants, statSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import type { Files } from '../kernel/port.ts';

/** A head on its way: to a generation, or to nowhere. null: none is. */
export type Cut = 'kept' | 'lost' | null;

export interface LogOrigin {
  /** The name of the row of bytes that addresses are of. */
  readonly log: string;
  /** The live file, for somebody may have put another one there. */
  readonly live: string;
  /** The address of the live file's first byte. */
  readonly base: number;
  readonly cut: Cut;
}

/** What a log is called as long as there is no file. */
export const unborn = '-';

export function originPath(path: string): string {
  return `${path}.origin`;
}

/** null where there is none. */
export function readOrigin(files: Pick<Files, 'read'>, path: string): LogOrigin | 'spoiled' | null {
  try {
    const text = files.read(originPath(path));
    return text === null ? null : parse(JSON.parse(text));
  } catch {
    return 'spoiled';
  }
}

/** On disk, or as it was before. */
export async function writeOrigin(path: string, origin: LogOrigin): Promise<void> {
  const beside = `${originPath(path)}.new`;
  await rm(beside, { force: true });
  const file = await open(beside, 'wx', 0o600);
  try {
    await file.writeFile(`${JSON.stringify(origin)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(beside, originPath(path));
}

/** Works on a full disk too: emptied, it says that nobody knows. */
export async function spoilOrigin(path: string): Promise<void> {
  const { O_CREAT, O_NOFOLLOW, O_TRUNC, O_WRONLY } = constants;
  const file = await open(originPath(path), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o600);
  await file.close();
}

/**
 * An inode alone is given to another file as soon as this one is gone; with its birth it
 * is not. null: there is no file, as is always so in a simulated world.
 */
export function identityOf(path: string): { inode: number; name: string } | null {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return null;
    const born = Math.round(stats.birthtimeMs * 1_000);
    return { inode: stats.ino, name: `${stats.ino.toString(36)}-${born.toString(36)}` };
  } catch {
    return null;
  }
}

function parse(value: unknown): LogOrigin | 'spoiled' {
  const { log, live, base, cut } = value as Record<keyof LogOrigin, unknown>;
  if (typeof log !== 'string' || typeof live !== 'string') return 'spoiled';
  if (typeof base !== 'number' || !Number.isSafeInteger(base) || base < 0) return 'spoiled';
  return { log, live, base, cut: cut === 'kept' || cut === 'lost' ? cut : null };
}
