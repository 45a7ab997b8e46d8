// Builds the package into `dist`: JavaScript and declarations, the JSON Schema of the
// configuration, and what is not TypeScript.
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'dist');

rmSync(dist, { recursive: true, force: true });
execFileSync(
  process.execPath,
  [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json'],
  {
    cwd: root,
    stdio: 'inherit',
  },
);

for (const entry of readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || entry.name.endsWith('.ts')) continue;
  const from = join(entry.parentPath, entry.name);
  cpSync(from, join(dist, from.slice(join(root, 'src').length)));
}

const schema = join(dist, 'services/json-schema.js');
if (existsSync(schema)) {
  const { jsonSchema } = await import(schema);
  writeFileSync(join(dist, 'drover.schema.json'), `${JSON.stringify(jsonSchema(), null, 2)}\n`);
}

const main = join(dist, 'cli/main.js');
if (existsSync(main)) chmodSync(main, 0o755);
