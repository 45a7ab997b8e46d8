/** An embedding host loads what runs services, and what reads a configuration only with one. */
import { readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { expect, it } from 'vitest';

const src = resolve(import.meta.dirname, '../../src');

/** All that is loaded with a file, ours by their paths below `src`. */
function loadedWith(file: string, seen = new Set<string>()): Set<string> {
  const source = readFileSync(file, 'utf8');
  const words = source.matchAll(/^(?:import|export) (?!type\b)(?:([^;]*?) from )?'([^']+)';/gms);
  for (const [, what = '', name = ''] of words) {
    if (isOfTypesOnly(what)) continue;
    const path = name.startsWith('.') ? resolve(dirname(file), name) : name;
    const shown = name.startsWith('.') ? relative(src, path) : name;
    if (seen.has(shown)) continue;
    seen.add(shown);
    if (name.startsWith('.')) loadedWith(path, seen);
  }
  return seen;
}

/** `{ type A, type B }` is kept by the compiler, but what it names is not. */
const isOfTypesOnly = (what: string): boolean =>
  /^\{[^}]*\}$/.test(what) &&
  what
    .slice(1, -1)
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')
    .every((one) => one.startsWith('type '));

const loaded = loadedWith(resolve(src, 'index.ts'));

it('loads two packages, and of rxjs only what is used', () => {
  const packages = [...loaded].filter((name) => !name.startsWith('node:') && !name.endsWith('.ts'));
  const others = packages.filter((name) => !name.startsWith('rxjs/internal/'));
  expect(others).toEqual(['xstate']);
});

it('loads nothing that knows schemas, texts or presets', () => {
  const services = [...loaded].filter((name) => name.startsWith('services/')).sort();
  expect(services).toEqual([
    'services/define.ts',
    'services/errors.ts',
    'services/find-config.ts',
    'services/load.ts',
    'services/presets/functions.ts',
    'services/presets/index.ts',
    'services/problems.ts',
    'services/resolve-now.ts',
    'services/suggestion.ts',
  ]);
});

it('loads nothing of the inspector', () => {
  const some = [...loaded].filter((name) => /^(inspection|control)\//.test(name));
  expect(some).toEqual([]);
});

it('loads the inspector as its own door, without schemas, texts or what lays out charts', () => {
  const door = loadedWith(resolve(src, 'control/inspector/index.ts'));
  expect(door).toContain('inspection/recorder.ts');
  for (const heavy of ['zod', 'yaml', 'commander', 'elkjs', 'inspection/layout.ts']) {
    expect([...door].filter((name) => name.startsWith(heavy))).toEqual([]);
  }
});

it('loads services for tests by a door of their own, without a test runner, schemas or machines', () => {
  const door = loadedWith(resolve(src, 'vitest/index.ts'));
  const packages = [...door].filter((name) => !name.startsWith('node:') && !name.endsWith('.ts'));
  expect(packages).toEqual([]);
  expect([...door].filter((name) => name.startsWith('machines/'))).toEqual([]);
});

it('reads JSON without the parser of YAML', () => {
  expect(loadedWith(resolve(src, 'services/parse-json.ts'))).not.toContain('yaml');
  expect(loadedWith(resolve(src, 'services/parse-text.ts'))).toContain('yaml');
});

it('runs a daemon that knows how to read requests, and not how to check its own answers', () => {
  const daemon = loadedWith(resolve(src, 'control/daemon-main.ts'));
  expect(daemon).toContain('control/requests.ts');
  expect(daemon).not.toContain('control/schemas.ts');
});

it('would see more', () => {
  expect(loadedWith(resolve(src, 'services/resolve.ts'))).toContain('zod');
});
