/** What is read before anything can begin: no more modules, and no more code, than were written down. */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { type Counts, dearerThanBefore } from '../scale/baseline.ts';
import { built } from '../support/built.ts';
import { temporaryDirectory } from '../support/temporary.ts';

/** Tells of every file that is loaded, on its standard error. */
const hooks = `
import { writeSync } from 'node:fs';
export async function load(url, context, next) {
  const loaded = await next(url, context);
  if (url.startsWith('file:')) writeSync(2, 'loaded ' + (loaded.source?.length ?? 0) + '\\n');
  return loaded;
}`;
const preload = (path: string) =>
  `data:text/javascript,${encodeURIComponent(
    `import { register } from 'node:module'; register('file://${path}');`,
  )}`;

async function loadedBy(...words: readonly string[]): Promise<Counts> {
  const directory = temporaryDirectory('drover-loaded-');
  const path = join(directory, 'hooks.mjs');
  writeFileSync(path, hooks);
  // Some of these fail, as there is no configuration and no daemon; by then they have loaded.
  const { stderr } = await promisify(execFile)(
    process.execPath,
    ['--import', preload(path), ...words],
    {
      cwd: directory,
      env: { ...process.env, NODE_OPTIONS: '', NODE_V8_COVERAGE: '' },
    },
  ).catch((error: { stderr: string }) => error);
  const sizes = [...stderr.matchAll(/^loaded (\d+)$/gm)].map(([, size]) => Number(size));
  return { modules: sizes.length, bytes: sizes.reduce((sum, size) => sum + size, 0) };
}

const cli = join(built, 'cli/main.js');
const library = `await import(${JSON.stringify(join(built, 'index.js'))})`;
const cases: readonly [string, readonly string[]][] = [
  ['drover --version', [cli, '--version']],
  ['drover status', [cli, 'status', '--state-dir', '/nonexistent/state']],
  ['the daemon', [join(built, 'control/daemon-main.js'), '--file', '/nonexistent/drover.json']],
  ['import drover', ['--input-type=module', '-e', library]],
];

it.each(cases)('loads no more for %s', async (name, words) => {
  const counts = await loadedBy(...words);
  expect(counts['modules']).toBeGreaterThan(1);
  expect(dearerThanBefore(`loaded by ${name}`, counts, 0.1)).toEqual([]);
});
