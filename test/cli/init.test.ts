/** `drover init` looks at a folder, writes a configuration that loads, and never over another one. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { run } from '../../src/cli/commands/init.ts';
import { suggestion } from '../../src/cli/init/servers.ts';
import { loadProject } from '../../src/services/load.ts';
import { servicesOf } from '../../src/services/members.ts';
import { env, machine } from '../support/configuration.ts';
import { folder } from './foreign.ts';

const load = async (directory: string) => {
  const spec = await loadProject(directory, { env }, { isRoot: false, machine });
  return new Map(servicesOf(spec.root).map((service) => [service.name, service]));
};

it('writes an example where there is nothing to go by', async () => {
  const directory = folder({});
  expect(await run([], { project: directory, quiet: true })).toBe(0);
  const services = await load(directory);
  expect([...services.keys()]).toEqual(['hello']);
  expect(readFileSync(join(directory, 'drover.yaml'), 'utf8')).toMatch(/^# Made by `drover init`/);
});

it('takes the scripts of a package.json that go on for ever', async () => {
  const scripts = {
    start: 'node server.js --port 80',
    dev: 'vite --host',
    'worker:mail': 'tsx worker.ts',
    test: 'vitest',
    build: 'tsc',
  };
  const directory = folder({ 'package.json': JSON.stringify({ scripts }) });
  await run([], { project: directory, quiet: true });
  const services = await load(directory);
  expect([...services.keys()]).toEqual(['web', 'dev', 'worker-mail']);
  expect(services.get('web')?.command.argv).toEqual(['node', 'server.js', '--port', '80']);
  expect(services.get('dev')).toMatchObject({ autostart: false });
  expect(services.get('worker-mail')?.command.argv).toEqual([
    'npm',
    'run',
    '--silent',
    'worker:mail',
  ]);
});

it('imports what another supervisor has, before it guesses', async () => {
  const directory = folder({
    Procfile: 'web: ./server\n',
    'package.json': JSON.stringify({ scripts: { start: 'node x.js' } }),
  });
  await run([], { project: directory, quiet: true });
  expect((await load(directory)).get('web')?.command.argv).toEqual(['./server']);
});

it('never writes over a configuration, unless it is told to', async () => {
  const directory = folder({ 'drover.yaml': 'mine' });
  await expect(run([], { project: directory, quiet: true })).rejects.toMatchObject({
    code: 'usage',
    hint: 'say --force to write over it',
  });
  expect(readFileSync(join(directory, 'drover.yaml'), 'utf8')).toBe('mine');
  await run([], { project: directory, quiet: true, force: true });
  expect((await load(directory)).size).toBe(1);

  const other = folder({ 'drover.config.ts': 'mine' });
  await expect(run([], { project: other, quiet: true, force: true })).rejects.toThrow('there is');
  expect(existsSync(join(other, 'drover.yaml'))).toBe(false);
});

it('suggests servers in comments that can be uncommented', async () => {
  const lines = suggestion({ preset: 'redis', program: '/usr/bin/redis-server', port: 6379 });
  const directory = folder({});
  const [, ...yaml] = lines.map((line) => `  ${line}`);
  writeFileSync(join(directory, 'drover.yaml'), `services:\n${yaml.join('\n')}\n`);
  expect((await load(directory)).get('redis')?.ready?.check).toMatchObject({ at: { port: 6379 } });
});
