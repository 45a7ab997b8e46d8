/** No more processes may be made: what is to start waits, is no crash, and starts when it can. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { built } from '../../support/built.ts';
import { Project } from './project.ts';

/** Nobody else's: the limit counts all processes of a user. */
const uid = 64_000 + (process.pid % 1_000);

const sleeper = '{ command: [sleep, "1000"], ready: { after: 10ms } }';
const config = `services: { first: ${sleeper}, second: { command: [sleep, "1001"], ready: { after: 10ms }, autostart: false } }\n`;

const ofUser = (): readonly number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => Number(field(pid, 'Uid')?.split('\t')[0]) === uid);

function field(pid: number, name: string): string | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return status.match(new RegExp(`^${name}:\\s+(.*)$`, 'm'))?.[1];
  } catch {
    return undefined;
  }
}

const hardLimit = (pid: number): string =>
  readFileSync(`/proc/${pid}/limits`, 'utf8').match(/^Max processes +\S+ +(\S+)/m)?.[1] ?? '';

/** Threads count as well. */
function limit(extra: number | 'none'): void {
  const all = ofUser();
  const used = all.reduce((sum, pid) => sum + Number(field(pid, 'Threads') ?? 0), 0);
  // Only the soft limit: who has lowered the hard one may not raise it again.
  const most = (pid: number) => (extra === 'none' ? hardLimit(pid) : String(used + extra));
  for (const pid of all)
    execFileSync('prlimit', ['--pid', `${pid}`, `--nproc=${most(pid)}:`], { uid, gid: uid });
}

it('waits for processes to be had, and says so', async () => {
  const project = new Project(config);
  for (const path of [project.directory, join(project.directory, 'drover.yaml')]) {
    chownSync(path, uid, uid);
  }
  const user = ['--reuid', `${uid}`, '--regid', `${uid}`, '--clear-groups', '--'];
  const daemon = [process.execPath, `${built}/control/daemon-main.js`, '--file', project.directory];
  const child = spawn('setpriv', [...user, ...daemon], { stdio: 'ignore' });
  const state = (index: number) => () =>
    project.client.status().then(({ services }) => services[index], String);
  await expect.poll(state(0), { timeout: 20_000 }).toMatchObject({ state: 'running' });

  limit(0);
  await project.client.start({ names: ['second'], wait: false });
  await expect
    .poll(state(1), { timeout: 20_000 })
    .toMatchObject({ state: 'starting', detail: 'starting.outOfResources', restarts: 0 });
  expect(await state(0)()).toMatchObject({ state: 'running' });

  limit('none');
  await expect.poll(state(1), { timeout: 20_000 }).toMatchObject({ state: 'running', restarts: 0 });
  const gone = once(child, 'exit');
  await project.client.shutdown();
  await gone;
  await project.down();
  await expect.poll(ofUser, { timeout: 10_000 }).toEqual([]);
});
