/** A daemon that has nothing to do does nothing. Real OS. */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { gone, Project } from './project.ts';

let project: Project;
afterEach(() => project.down());

const names = Array.from({ length: 20 }, (_, i) => `s${i}`);
const many = `services:\n${names.map((name) => `  ${name}: { command: sleep 1000 }\n`).join('')}`;

/** How often each of its threads has slept or was interrupted: who does nothing has not. */
function sleepsOf(pid: number): readonly string[] {
  return readdirSync(`/proc/${pid}/task`).map((thread) => {
    const status = readFileSync(`/proc/${pid}/task/${thread}/status`, 'utf8');
    return `${thread} ${status.match(/ctxt_switches:\s+\d+/g)?.join(' ')}`;
  });
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Whoever has asked and left is forgotten by then, and what was written was looked at. */
async function comesToRest(pid: number): Promise<void> {
  const isQuiet = async (): Promise<boolean> => {
    const before = sleepsOf(pid);
    await pause(6_000);
    return sleepsOf(pid).join() === before.join();
  };
  await expect.poll(isQuiet, { timeout: 80_000, interval: 100 }).toBe(true);
}

describe.runIf(process.platform === 'linux')('an idle daemon', { timeout: 90_000 }, () => {
  it('wakes none of its threads once all has settled', async () => {
    project = new Project(many);
    const { pid } = await project.up();
    await comesToRest(pid);
  });

  it('does not ask either whether those live that an earlier one has started', async () => {
    project = new Project(many);
    const earlier = await project.up();
    process.kill(earlier.pid, 'SIGKILL');
    await gone(earlier.pid);
    const { pid } = await project.up();
    const { services } = await project.client.status();
    expect(services.filter(({ adopted }) => adopted)).toHaveLength(names.length);
    await comesToRest(pid);
  });
});

it('notices at once when its socket is removed', async () => {
  project = new Project(many);
  const { pid } = await project.up();
  rmSync(join(project.stateDir, 'control/daemon.sock'));
  await expect
    .poll(
      () =>
        project.client.daemon().then(
          (daemon) => daemon.pid,
          () => null,
        ),
      { timeout: 5_000 },
    )
    .toBe(pid);
  await project.client.shutdown();
  await gone(pid);
});
