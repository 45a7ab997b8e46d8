/**
 * Walks the paths of the machines, and compares the simulated world with the real one.
 *
 *   npm run paths                         every path, simulated; a few with real processes
 *   npm run paths -- --real all           every path with real processes as well
 *   npm run paths -- --scripts 1000       so many random scripts in both worlds
 *   npm run paths -- --scripts 1 --seed 7 that one again
 */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: { real: { type: 'string' }, scripts: { type: 'string' }, seed: { type: 'string' } },
});

const settings = {
  DROVER_REAL_PATHS: values.real,
  DROVER_REAL_SCRIPTS: values.scripts,
  DROVER_REAL_SEED: values.seed,
};
const env = { ...process.env };
for (const [name, value] of Object.entries(settings)) if (value !== undefined) env[name] = value;

const { status } = spawnSync('npx', ['vitest', 'run', ...chosen()], { stdio: 'inherit', env });
process.exit(status ?? 1);

function chosen() {
  if (values.scripts !== undefined) return ['--project', 'real', 'test/real/paths/scripts.test.ts'];
  const files = ['test/paths', 'test/real/paths/paths.test.ts'];
  return ['--project', 'unit', '--project', 'real', ...files];
}
