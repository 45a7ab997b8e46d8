/** The command line loads only what the verb needs. */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { expect, it } from 'vitest';

const cli = resolve(import.meta.dirname, '../../src/cli');

/** All that is loaded with a file, packages by their names. */
function loadedWith(files: readonly string[], seen = new Set<string>()): Set<string> {
  for (const file of files) {
    const source = readFileSync(file, 'utf8');
    const words = source.matchAll(/^(?:import|export) (?!type\b)(?:[^;]*?from )?'([^']+)';/gms);
    for (const [, name = ''] of words) {
      const path = name.startsWith('.') ? resolve(dirname(file), name) : name;
      if (seen.has(path)) continue;
      seen.add(path);
      if (name.startsWith('.')) loadedWith([path], seen);
    }
  }
  return seen;
}

const packagesOf = (verb: string): readonly string[] =>
  packagesIn(['main.ts', 'run-verb.ts', `commands/${verb}.ts`]);

const packagesIn = (files: readonly string[]): readonly string[] =>
  [...loadedWith(files.map((file) => resolve(cli, file)))].filter(
    (name) => !name.startsWith('/') && !name.startsWith('node:'),
  );

const asking = ['status', 'start', 'stop', 'restart', 'reload', 'kill', 'signal', 'reset', 'pin'];
const telling = ['unpin', 'logs', 'events', 'wait', 'why', 'plan', 'apply', 'graph', 'describe'];

it.each([...asking, ...telling, 'down', 'daemon', 'inspect'])(
  'loads one package for %s',
  (verb) => {
    expect(packagesOf(verb)).toEqual(['commander']);
  },
);

it('loads none to say which version it is', () => {
  expect(packagesIn(['main.ts'])).toEqual([]);
});

it('runs a daemon that has nothing of the inspector before somebody asks', () => {
  const loaded = [...loadedWith([resolve(cli, '../control/daemon-main.ts')])];
  expect(loaded.filter((name) => /src\/(inspection|control\/inspector)\//.test(name))).toEqual([]);
  expect(loaded.some((name) => name.endsWith('src/control/commands.ts'))).toBe(true);
});

it('would see more', () => {
  expect(packagesOf('up').length).toBe(1);
  expect(packagesOf('api')).toContain('zod');
});
