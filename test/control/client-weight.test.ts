/** The client loads nothing but itself and what Node brings. */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { expect, it } from 'vitest';

function importsOf(file: string, seen: Set<string>): Set<string> {
  const source = readFileSync(file, 'utf8');
  const words = source.matchAll(/^(?:import|export) (?!type\b)[^;]*?from '([^']+)';/gms);
  for (const [, name = ''] of words) {
    const path = name.startsWith('.') ? resolve(dirname(file), name) : name;
    if (seen.has(path)) continue;
    seen.add(path);
    if (name.startsWith('.')) importsOf(path, seen);
  }
  return seen;
}

it('needs no package', () => {
  const entry = resolve(import.meta.dirname, '../../src/control/client.ts');
  const packages = [...importsOf(entry, new Set())].filter((name) => !name.startsWith('/'));
  expect(packages.filter((name) => !name.startsWith('node:'))).toEqual([]);
  expect(packages).toContain('node:http');
});
