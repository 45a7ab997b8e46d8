/** Runs a program of the package, and tells which files it loaded. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryDirectory } from './temporary.ts';

export interface LoadedFile {
  readonly path: string;
  readonly bytes: number;
}

export interface Running {
  readonly process: ChildProcess;
  /** Resolves when it has ended. */
  readonly loaded: Promise<readonly LoadedFile[]>;
}

/** Tells of every file that is loaded, on its standard error. */
const hooks = `
import { writeSync } from 'node:fs';
export async function load(url, context, next) {
  const loaded = await next(url, context);
  if (url.startsWith('file:')) writeSync(2, 'loaded ' + (loaded.source?.length ?? 0) + ' ' + url + '\\n');
  return loaded;
}`;
const preload = (path: string) =>
  `data:text/javascript,${encodeURIComponent(
    `import { register } from 'node:module'; register('file://${path}');`,
  )}`;

/** `words` are what follows `node`. */
export function runAndTell(words: readonly string[], cwd: string): Running {
  const path = join(temporaryDirectory('drover-loaded-'), 'hooks.mjs');
  writeFileSync(path, hooks);
  const child = spawn(process.execPath, ['--import', preload(path), ...words], {
    cwd,
    env: { ...process.env, NODE_OPTIONS: '', NODE_V8_COVERAGE: '' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let told = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    told += text;
  });
  const loaded = once(child, 'close').then(() =>
    [...told.matchAll(/^loaded (\d+) (.*)$/gm)].map(([, bytes, url = '']) => ({
      path: fileURLToPath(url),
      bytes: Number(bytes),
    })),
  );
  return { process: child, loaded };
}
