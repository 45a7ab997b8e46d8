/** `drover top` in a real terminal, that of tmux, on a real daemon: looked at, and driven by keys. */
import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { built } from '../support/built.ts';
import { Project } from './control/project.ts';

const hasTmux = spawnSync('tmux', ['-V']).status === 0;

/** A server of its own, so that no session of anybody else is touched. */
const server = `drover-test-${process.pid}`;
const tmux = (...words: readonly string[]): string =>
  execFileSync('tmux', ['-L', server, '-f', '/dev/null', ...words], { encoding: 'utf8' });

let project: Project;
afterEach(async () => {
  spawnSync('tmux', ['-L', server, 'kill-server']);
  await project.down();
});

/** Until it is there, and what must not be is not: a screen may be looked at half drawn. */
async function seen(pattern: RegExp, without?: string | RegExp): Promise<void> {
  const until = performance.now() + 15_000;
  for (;;) {
    const screen = tmux('capture-pane', '-p', '-t', 'top');
    const hasRest = without !== undefined && screen.search(without) >= 0;
    if (pattern.test(screen) && !hasRest) return;
    if (performance.now() > until) {
      throw new Error(`not seen: ${pattern} without ${without}\n${screen}`);
    }
    await sleep(50);
  }
}

const type = (...keys: readonly string[]): string => tmux('send-keys', '-t', 'top', ...keys);

const config = `services:
  chatty: { command: [sh, -c, 'while :; do echo chat; sleep 0.2; done'] }
  other: { command: [sh, -c, 'echo hello from other; exec sleep 1000'] }
groups:
  pair: { children: [chatty, other] }
`;

async function open(): Promise<void> {
  project = new Project(config);
  await project.up();
  tmux('new-session', '-d', '-s', 'top', '-x', '100', '-y', '24', 'sh');
  const cli = join(built, 'cli/main.js');
  type(`clear; echo BEFORE; ${process.execPath} ${cli} top -f ${project.directory}`, 'Enter');
  await seen(/chatty .*● running/);
}

it.runIf(hasTmux)('shows the tree and acts on keys, and gives the terminal back', async () => {
  await open();
  await seen(/^› {4}├─ chatty[\s\S]*^ chat$/m, 'BEFORE');
  await seen(/└─ pair +● running/);

  type('j');
  await seen(/logs of other[\s\S]*hello from other/);
  type('x');
  await seen(/other +○ stopped/);
  await seen(/other: stopped by SIGTERM in \d+ ms/);
  expect((await project.client.service({ name: 'other' })).desired).toBe('down');
  type('s');
  await seen(/other +● running/);

  type('/');
  type('chat');
  await seen(/\/chat█/);
  await seen(/› {4}└─ chatty/, '─ other');
  type('Escape');
  await seen(/─ other/);

  type('l');
  await seen(/l back/, 'SERVICE');
  type('l');
  type('?');
  await seen(/SIGKILL to its whole tree/);
  type('q');

  tmux('resize-window', '-t', 'top', '-x', '60', '-y', '14');
  await seen(/SERVICE[\s\S]*q quit/, /SERVICE[\s\S]*SERVICE/);

  type('q');
  await seen(/BEFORE/, 'SERVICE');
  // The services run on without whoever watched them.
  expect((await project.client.service({ name: 'chatty' })).state).toBe('running');
});

it.runIf(hasTmux)('gives the terminal back also when it is ended, or its daemon is', async () => {
  await open();
  await project.client.shutdown();
  await seen(/! as it was; /);
  type('C-c');
  await seen(/BEFORE/);

  await project.up();
  const cli = join(built, 'cli/main.js');
  type(`clear; exec ${process.execPath} ${cli} top -f ${project.directory}`, 'Enter');
  await seen(/chatty .*● running/);
  tmux('set-option', '-t', 'top', 'remain-on-exit', 'on');
  const pid = Number(tmux('display-message', '-p', '-t', 'top', '#{pane_pid}'));
  process.kill(pid, 'SIGTERM');
  const told = () => tmux('display-message', '-p', '-t', 'top', '#{pane_dead} #{alternate_on}');
  while (told().startsWith('0')) await sleep(50);
  expect(told().trim()).toBe('1 0');
});

it('says what else there is where there is no terminal', async () => {
  project = new Project(config);
  await project.up();
  const { status, stderr } = spawnSync(
    process.execPath,
    [join(built, 'cli/main.js'), 'top', '-f', project.directory],
    { encoding: 'utf8' },
  );
  expect([status, stderr]).toEqual([2, expect.stringContaining('drover status --watch')]);
});
