/** Services that print faster than anybody reads do not hold up who manages them. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { built } from '../support/built.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const host = fileURLToPath(new URL('./flood-host.mjs', import.meta.url));

it('stays awake while eight services print without a pause', { timeout: 60_000 }, async () => {
  const state = join(temporaryDirectory('drover-flood-'), 'state');
  const words = [host, join(built, 'index.js'), state];
  const { stdout } = await promisify(execFile)(process.execPath, words, { timeout: 40_000 });
  expect(JSON.parse(stdout).longest).toBeLessThan(2_000);
});
