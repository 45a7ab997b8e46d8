/** What doctor says of a project whose daemon was killed, as a user sees it. Real OS. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { built } from '../support/built.ts';
import { gone, Project } from './control/project.ts';

let project: Project;
afterEach(() => project.down());

const doctor = (...words: readonly string[]) =>
  spawnSync(process.execPath, [join(built, 'cli/main.js'), 'doctor', ...words], {
    encoding: 'utf8',
  });

const projectOnly = (output: string): readonly string[] =>
  JSON.parse(output)
    .findings.map(({ code, service }: { code: string; service: string }) => `${service} ${code}`)
    .filter((text: string) => text.startsWith('one ') || text.includes('manager'));

it('tells of what lives without a manager, and is content once it is adopted', async () => {
  project = new Project('services:\n  one: { command: sleep 1000 }\n');
  const { pid } = await project.up();
  expect(projectOnly(doctor('--json', '-f', project.directory).stdout)).toEqual([]);

  process.kill(pid, 'SIGKILL');
  await gone(pid);
  const { stdout, status } = doctor('--json', '-f', project.directory);
  expect(status).toBe(1);
  expect(projectOnly(stdout)).toEqual(['one unmanaged']);
  expect(doctor('-f', project.directory).stdout).toContain('drover up -d');

  await project.up();
  expect(projectOnly(doctor('--json', '-f', project.directory).stdout)).toEqual([]);
});
