/** Finds and reads a configuration file. Runs it where it is TypeScript or JavaScript. */
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readFileSync,
  type Stats,
  statSync,
} from 'node:fs';
import { basename, dirname, extname } from 'node:path';
import type { ProjectSpec } from '../machines/vocabulary.ts';
import { SupervisorError } from './errors.ts';
import { findConfig } from './find-config.ts';
import type { Variables } from './interpolate.ts';
import type { Circumstances } from './resolve.ts';

export { fileNames, findConfig } from './find-config.ts';

const largestFile = 1_000_000;

export interface LoadOptions {
  readonly env: Variables;
}

/**
 * Reads the file, or the one that is found in the directory. Rejects with a
 * ConfigError that has all problems, or with `no-config`.
 */
export async function loadProject(
  path: string,
  options: LoadOptions,
  circumstances: Omit<Circumstances, 'source' | 'problems'> = {},
): Promise<ProjectSpec> {
  const file = findConfig(path);
  refuseForeignHands(file);
  const isText = ['.yaml', '.yml', '.json'].includes(extname(file));
  return isText ? loadText(file, options, circumstances) : loadModule(file, options, circumstances);
}

async function loadText(
  file: string,
  { env }: LoadOptions,
  circumstances: Circumstances,
): Promise<ProjectSpec> {
  const content = read(file);
  const { parseJson } = await import('./parse-json.ts');
  const spec = parseJson(file, content, env, circumstances);
  if (spec !== null) return spec;
  const { parseText } = await import('./parse-text.ts');
  return parseText(file, content, env, circumstances);
}

function read(file: string): string {
  // Opened once and judged as opened: what is checked is what is read.
  const descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) throw unusable(file, 'it is not a regular file');
    if (stats.size > largestFile) throw unusable(file, `it is larger than ${largestFile / 1e6} MB`);
    return readFileSync(descriptor, 'utf8');
  } finally {
    closeSync(descriptor);
  }
}

/** jiti reads TypeScript on every Node that drover runs on, and is only needed here. */
async function loadModule(
  file: string,
  { env }: LoadOptions,
  circumstances: Circumstances,
): Promise<ProjectSpec> {
  const { createJiti } = await import('jiti');
  const { resolveUnknown } = await import('./resolve.ts');
  try {
    const config: unknown = await createJiti(import.meta.url, { moduleCache: false }).import(file, {
      default: true,
    });
    const chosen = typeof config === 'function' ? await config({ env }) : config;
    return resolveUnknown(chosen, { baseDir: dirname(file), env, file }, circumstances);
  } catch (error) {
    // What it exports may be anything, also something that throws when it is looked at.
    if (error instanceof SupervisorError) throw error;
    throw new SupervisorError(
      'invalid-config',
      `cannot run "${file}": ${reasonOf(error)}`,
      null,
      error,
    );
  }
}

/** Whatever was thrown: it need be no error, nor even have a text. */
function reasonOf(thrown: unknown): string {
  try {
    return thrown instanceof Error ? thrown.message : String(thrown);
  } catch {
    return 'it threw something that has no text';
  }
}

/** As root, whoever may write the configuration is root as well. */
function refuseForeignHands(file: string): void {
  if (process.geteuid?.() !== 0) return;
  for (const path of [file, dirname(file)]) {
    const stats = statOf(path);
    if (stats === null || !isOpenToOthers(stats)) continue;
    throw unusable(
      file,
      `${path === file ? 'it' : `its directory "${dirname(path) === path ? path : basename(path)}"`} can be written by others than root, and drover runs as root`,
      `run chmod go-w ${path}`,
    );
  }
}

/** A sticky directory, such as /tmp, keeps others from replacing the file. */
function isOpenToOthers(stats: Stats): boolean {
  const isSticky = stats.isDirectory() && (stats.mode & 0o1000) !== 0;
  const isGroupOpen = (stats.mode & 0o020) !== 0 && stats.gid !== 0;
  return !isSticky && (isGroupOpen || (stats.mode & 0o002) !== 0);
}

const unusable = (file: string, why: string, hint: string | null = null): SupervisorError =>
  new SupervisorError('unusable-config', `cannot use "${file}": ${why}`, hint);

function statOf(path: string): Stats | null {
  return statSync(path, { throwIfNoEntry: false }) ?? null;
}
