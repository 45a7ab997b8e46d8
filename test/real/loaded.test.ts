/** What is read before anything can begin: no more modules, and no more code, than were written down. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { dearerThanBefore } from '../scale/baseline.ts';
import { built } from '../support/built.ts';
import { runAndTell } from '../support/loaded.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const cli = join(built, 'cli/main.js');
const library = `await import(${JSON.stringify(join(built, 'index.js'))})`;
// Some of these fail, as there is no configuration and no daemon; by then they have loaded.
const cases: readonly [string, readonly string[]][] = [
  ['drover --version', [cli, '--version']],
  ['drover status', [cli, 'status', '--state-dir', '/nonexistent/state']],
  ['the daemon', [join(built, 'control/daemon-main.js'), '--file', '/nonexistent/drover.json']],
  ['import drover', ['--input-type=module', '-e', library]],
];

it.each(cases)('loads no more for %s', async (name, words) => {
  const files = await runAndTell(words, temporaryDirectory()).loaded;
  const counts = { modules: files.length, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
  expect(counts.modules).toBeGreaterThan(1);
  expect(dearerThanBefore(`loaded by ${name}`, counts, 0.1)).toEqual([]);
});
