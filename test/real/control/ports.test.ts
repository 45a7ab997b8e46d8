/** The ports that a daemon shows are those that its services listen on. Real OS. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { Project } from './project.ts';

let project: Project;
afterEach(() => project.down());

const listens = `require('net').createServer().listen(0, '127.0.0.1', function () {
  require('fs').writeFileSync('port', String(this.address().port)) })`.replaceAll('\n', ' ');

it('shows where a service listens, and not where its check would look', async () => {
  project = new Project(
    JSON.stringify({
      services: {
        web: {
          command: [process.execPath, '-e', listens],
          ready: { file: 'port' },
          healthcheck: { tcp: '127.0.0.1:1', interval: '1h' },
        },
        quiet: { command: ['sleep', '1000'] },
        off: { command: ['sleep', '1000'], autostart: false, ready: { tcp: '127.0.0.1:2' } },
      },
    }),
  );
  await project.up();
  const port = Number(readFileSync(join(project.directory, 'port'), 'utf8'));
  // On a busy machine the first answers do not wait for the look.
  while ((await shown())['web']?.[0] === 1) await new Promise(setImmediate);
  // Of what does not run only the check tells.
  expect(await shown()).toEqual({ web: [port], quiet: [], off: [2] });
  const { status } = await project.client.describe({ name: 'web' });
  expect(status.ports).toEqual([port]);
});

async function shown(): Promise<Readonly<Record<string, readonly number[]>>> {
  const { services } = await project.client.status();
  return Object.fromEntries(services.map(({ name, ports }) => [name, ports]));
}
