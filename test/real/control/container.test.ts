/** The daemon as a container has it: the first process of a pid namespace, or below an init. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, it } from 'vitest';
import { built } from '../../support/built.ts';
import { Project } from './project.ts';

const config = 'services: { web: { command: [sleep, "1000"], ready: { after: 10ms } } }\n';
const orphans: ChildProcess[] = [];
let project: Project;

afterEach(async () => {
  await project.down();
  for (const child of orphans.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }
});

/** In a pid namespace of its own, which is gone with all that is in it when it ends. */
function contained(...init: readonly string[]): ChildProcess {
  const daemon = [process.execPath, `${built}/control/daemon-main.js`, '--file', project.directory];
  const words = ['--pid', '--fork', '--mount-proc', '--kill-child', ...init, ...daemon];
  const child = spawn('unshare', words, { stdio: 'ignore' });
  orphans.push(child);
  return child;
}

const running = () =>
  expect
    .poll(() => project.client.status().then(({ services }) => services[0]?.state, String), {
      timeout: 20_000,
    })
    .toBe('running');

it('says that it is PID 1 without an init, and what to do', async () => {
  project = new Project(config);
  const child = contained();
  await running();
  const { daemon } = await project.client.status();
  expect(daemon.degraded).toEqual([expect.stringContaining('run it under tini or catatonit')]);
  const gone = once(child, 'exit');
  await project.client.shutdown();
  await gone;
});

it('works under tini, and has nothing to complain of', async () => {
  project = new Project(config);
  const child = contained('tini', '--');
  await running();
  const { daemon, services } = await project.client.status();
  expect(daemon.degraded).toEqual([]);
  expect(services[0]?.pid).toBeGreaterThan(1);
  const gone = once(child, 'exit');
  await project.client.shutdown();
  await gone;
});
