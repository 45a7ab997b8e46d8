/** The daemon and the command line are bundles: a few files, and in them only what is used. */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { built } from '../support/built.ts';
import { type LoadedFile, runAndTell } from '../support/loaded.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const daemon = join(built, 'control/daemon-main.js');
const cli = join(built, 'cli/main.js');

const bytesOf = (files: readonly LoadedFile[]): number =>
  files.reduce((sum, { bytes }) => sum + bytes, 0);
const foreign = (files: readonly LoadedFile[]): readonly string[] =>
  files
    .map(({ path }) => relative(built, path))
    .filter((path) => !/^(?:cli|control|daemon)\/[^/]+$/.test(path));

it('reads a few files to run a service, and to tell of it', async () => {
  const directory = temporaryDirectory();
  const config = join(directory, 'drover.yaml');
  writeFileSync(config, 'services:\n  one:\n    command: [sleep, "1000"]\n');
  const manager = runAndTell([daemon, '--file', config], directory);
  const socket = join(directory, '.drover/control/daemon.sock');
  while (manager.process.exitCode === null && !existsSync(socket)) await sleep(20);
  const asked = await runAndTell([cli, 'status'], directory).loaded;
  manager.process.kill();
  const running = await manager.loaded;

  expect([...foreign(asked), ...foreign(running)]).toEqual([]);
  expect(running.length).toBeLessThanOrEqual(8);
  expect(bytesOf(running)).toBeLessThan(1_300_000);
  expect(asked.length).toBeLessThanOrEqual(6);
  expect(bytesOf(asked)).toBeLessThan(150_000);
});

it('finds the page and the layouts that were made with the package', async () => {
  const directory = temporaryDirectory();
  writeFileSync(
    join(directory, 'drover.yaml'),
    'services:\n  one:\n    command: [sleep, "1000"]\n',
  );
  const drover = (...words: readonly string[]) =>
    promisify(execFile)(process.execPath, [cli, ...words], { cwd: directory });
  await drover('up', '-d');
  try {
    const { stdout } = await drover('inspect', '--no-open', '--json');
    const { origin, hash } = new URL(JSON.parse(stdout).url);
    const authorization = `Bearer ${new URLSearchParams(hash.slice(1)).get('token')}`;
    expect(await (await fetch(origin)).text()).toContain('<!doctype html>');
    for (const machine of [0, 1]) {
      const answer = await fetch(`${origin}/api/definitions/${machine}`, {
        headers: { authorization },
      });
      expect(await answer.json()).toMatchObject({ layout: { nodes: expect.any(Array) } });
    }
    expect(existsSync(join(directory, '.drover/layouts'))).toBe(false);
  } finally {
    await drover('down');
  }
});

it('reads a file or two to say which version it is', async () => {
  const files = await runAndTell([cli, '--version'], temporaryDirectory()).loaded;
  expect(files.length).toBeLessThanOrEqual(2);
  expect(bytesOf(files)).toBeLessThan(5_000);
});

interface Chunk {
  readonly path: string;
  readonly code: string;
  /** What it was made from. */
  readonly sources: readonly string[];
}

const chunks: readonly Chunk[] = ['daemon', 'cli']
  .flatMap((name) => readdirSync(join(built, name)).map((file) => join(built, name, file)))
  .concat(daemon)
  .filter((path) => path.endsWith('.js'))
  .map((path) => ({ path, code: readFileSync(path, 'utf8'), sources: sourcesOf(path) }));

function sourcesOf(path: string): readonly string[] {
  if (!existsSync(`${path}.map`)) return [];
  const { sources } = JSON.parse(readFileSync(`${path}.map`, 'utf8')) as { sources: string[] };
  return sources.map((source) => resolve(dirname(path), source));
}

it('has of zod no languages but one, and nothing of what runs as it is', () => {
  const sources = [...new Set(chunks.flatMap((chunk) => chunk.sources))];
  const languages = sources.filter((path) => path.includes('/zod/v4/locales/'));
  expect(languages.map((path) => path.replace(/^.*\//, ''))).toEqual(['en.js']);
  expect(sources.filter((path) => /\/(?:elkjs|jiti|prom-client|react|ink)\//.test(path))).toEqual(
    [],
  );
});

it('has no chunk that waits for its program, which waits for its chunks', () => {
  const programs = ['cli/main', 'control/daemon-main'];
  for (const program of programs) {
    const holders = chunks.filter(({ sources }) =>
      sources.some((path) => path.endsWith(`/src/${program}.ts`)),
    );
    expect(holders.map(({ path }) => relative(built, path))).toEqual([`${program}.js`]);
    const importers = chunks.filter(({ code }) => code.includes(`/${basename(program)}.js";`));
    expect(importers.map(({ path }) => path)).toEqual([]);
  }
});

it('has only characters that take one byte in memory', () => {
  const wide = chunks.filter(({ code }) => /[^\0-\x7f]/.test(code));
  expect(wide.map(({ path }) => path)).toEqual([]);
});

it('comes with the licence of each package that is in it', () => {
  const licences = readFileSync(join(built, 'LICENSES.txt'), 'utf8');
  const names = chunks
    .flatMap((chunk) => chunk.sources)
    .flatMap((path) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []);
  expect(names).toContain('zod');
  expect([...new Set(names)].filter((name) => !licences.includes(`${name}\n\n`))).toEqual([]);
});
