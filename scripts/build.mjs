// Builds the package into `dist`: JavaScript and declarations, the JSON Schema of the
// configuration, what is not TypeScript, the programs as bundles, and the inspector's page.
// Made beside, then moved to its place, so that nobody finds half of it. Type errors are told
// by the exit code, at the end.
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundlePrograms, licencesOf } from './bundle.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const src = join(root, 'src');
const made = join(root, `dist.${process.pid}`);

const tsc = join(root, 'node_modules/typescript/bin/tsc');
const { status } = spawnSync(
  process.execPath,
  [tsc, '-p', 'tsconfig.build.json', '--outDir', made],
  {
    cwd: root,
    stdio: 'inherit',
  },
);

for (const entry of readdirSync(src, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || entry.name.endsWith('.ts')) continue;
  const from = join(entry.parentPath, entry.name);
  cpSync(from, join(made, from.slice(src.length)));
}

const { jsonSchema } = await import(join(made, 'services/json-schema.js'));
writeFileSync(join(made, 'drover.schema.json'), `${JSON.stringify(jsonSchema(), null, 2)}\n`);

// The layouts of our own machines, which would take seconds where somebody waits for them.
const { layOut, shipped } = await import(join(made, 'inspection/layout.js'));
const { definitionOf } = await import(join(made, 'inspection/definition.js'));
const { serviceMachine } = await import(join(made, 'machines/service.js'));
const { supervisorMachine } = await import(join(made, 'machines/supervisor.js'));
for (const machine of [serviceMachine, supervisorMachine]) {
  await layOut(definitionOf(machine), { directory: shipped });
}
chmodSync(shipped, 0o755);
for (const name of readdirSync(shipped)) chmodSync(join(shipped, name), 0o644);

const packages = await bundlePrograms(root, made);
chmodSync(join(made, 'cli/main.js'), 0o755);

const { build } = await import('vite');
await build({
  configFile: join(root, 'inspector/vite.config.ts'),
  logLevel: 'warn',
  build: { outDir: join(made, 'inspector') },
});

// What is bundled comes with its licence.
const inPage = ['preact', '@preact/signals', '@preact/signals-core', 'uplot'].map((name) =>
  join(root, 'node_modules', name),
);
writeFileSync(join(made, 'LICENSES.txt'), licencesOf([...packages, ...inPage]));

rmSync(join(root, 'dist'), { recursive: true, force: true });
renameSync(made, join(root, 'dist'));
process.exitCode = status ?? 1;
