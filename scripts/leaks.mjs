/**
 * Kills the services of a host ten thousand times, for real, and shows what it holds after
 * each thousand: `npm run soak:leaks`, or `npm run soak:leaks -- 2000`.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const restarts = Number(process.argv[2] ?? 10_000);
const root = resolve(import.meta.dirname, '..');
const directory = mkdtempSync(join(tmpdir(), 'drover-leaks-'));
const host = join(root, 'test/scale/leak-host.mjs');
const words = [host, join(root, 'dist/index.js'), join(directory, 'state'), String(restarts), '10'];
const { stdout, status } = spawnSync(process.execPath, ['--expose-gc', ...words], {
  encoding: 'utf8',
  stdio: ['ignore', 'pipe', 'inherit'],
});
rmSync(directory, { recursive: true, force: true });
if (status === 0) console.table(JSON.parse(stdout));
process.exitCode = status ?? 1;
