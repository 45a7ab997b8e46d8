/**
 * Layouts that were made before, on disk: a file for each chart, named by what is in it.
 * What cannot be read is as good as not there; what cannot be written is made again.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Definition, Layout } from '../protocol.ts';

/** Grows whenever charts come out differently. */
const version = 1;

export function keyOf({ root, nodes, edges }: Definition): string {
  const text = JSON.stringify([version, root, nodes, edges]);
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

export async function readCached(directory: string, key: string): Promise<Layout | null> {
  try {
    const kept = JSON.parse(await readFile(fileOf(directory, key), 'utf8')) as Kept;
    return kept.version === version && kept.key === key && isLayout(kept.layout)
      ? kept.layout
      : null;
  } catch {
    return null;
  }
}

export async function writeCached(directory: string, key: string, layout: Layout): Promise<void> {
  const made = `${fileOf(directory, key)}.${process.pid}`;
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await writeFile(made, JSON.stringify({ version, key, layout } satisfies Kept), { mode: 0o600 });
    await rename(made, fileOf(directory, key));
  } catch {
    await rm(made, { force: true }).catch(() => {});
  }
}

interface Kept {
  readonly version: number;
  readonly key: string;
  readonly layout: Layout;
}

const fileOf = (directory: string, key: string): string => join(directory, `${key}.json`);

/** A file that was cut short does not parse; one that was written by hand may hold anything. */
function isLayout(value: unknown): value is Layout {
  const { width, height, nodes, arrows, initials } = (value ?? {}) as Partial<Layout>;
  return (
    typeof width === 'number' &&
    typeof height === 'number' &&
    Array.isArray(nodes) &&
    nodes.every(
      ({ id, lines, title }) => typeof id === 'string' && Array.isArray(lines) && title,
    ) &&
    Array.isArray(arrows) &&
    arrows.every(({ edges, routes }) => Array.isArray(edges) && Array.isArray(routes)) &&
    Array.isArray(initials)
  );
}
