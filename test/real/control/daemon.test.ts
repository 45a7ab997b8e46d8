/** Stories of a real daemon: its start, its sudden end, its orderly end. Real OS. */
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { connect } from '../../../src/control/client.ts';
import { offlineStatus, stopOffline } from '../../../src/control/offline.ts';
import { loadProject } from '../../../src/services/load.ts';
import { look } from '../../support/oracle.ts';
import { gone, Project } from './project.ts';

let project: Project;
afterEach(() => project.down());

const two = `services:
  one: { command: sleep 1000 }
  two: { command: sleep 1000, depends_on: [one] }
`;

it('comes up, lets go of whoever started it, and goes down', async () => {
  project = new Project(two);
  const started = await project.up();
  expect(started.isNew).toBe(true);
  expect(started.outcomes.map(({ name }) => name)).toEqual(['one', 'two']);
  expect(statSync(project.stateDir).mode & 0o777).toBe(0o700);
  for (const file of ['control/daemon.sock', 'daemon.log', 'journal.jsonl']) {
    expect([file, statSync(join(project.stateDir, file)).mode & 0o777]).toEqual([file, 0o600]);
  }
  // Nothing but its own: no pipe of ours, no terminal.
  expect(statSync(`/proc/${started.pid}/fd/0`).rdev).toBe(statSync('/dev/null').rdev);
  const again = await project.up();
  expect([again.isNew, again.pid]).toEqual([false, started.pid]);
  const pids = await project.pids();
  const { outcomes } = await project.client.shutdown();
  expect(outcomes.map(({ summary }) => summary).join()).toMatch(/stopped by SIGTERM in \d+ ms/);
  await gone(started.pid);
  expect(existsSync(join(project.stateDir, 'control/daemon.sock'))).toBe(false);
  for (const pid of Object.values(pids)) expect(look(pid ?? 0)).toBeNull();
  await expect(project.client.status()).rejects.toMatchObject({ code: 'daemon-not-reachable' });
});

it('is killed; the next one adopts the same processes', async () => {
  project = new Project(two);
  const first = await project.up();
  const before = await project.client.status();
  const { identity } = await project.client.describe({ name: 'one' });
  process.kill(first.pid, 'SIGKILL');
  await gone(first.pid);

  const offline = offlineStatus(project.stateDir);
  expect(offline.lastManager).toMatchObject({ pid: first.pid, ended: 'crashed' });
  expect(offline.services).toMatchObject([
    { name: 'one', state: 'running', alive: true, pid: before.services[0]?.pid },
    { name: 'two', state: 'running', alive: true, pid: before.services[1]?.pid },
  ]);
  expect(offline.services[0]?.why).toContain('no manager runs');

  const second = await project.up();
  expect(second.isNew).toBe(true);
  const after = await project.client.status();
  const known = ({ services }: typeof before) =>
    services.map(({ name, pid, restarts }) => ({ name, pid, restarts }));
  expect(known(after)).toEqual(known(before));
  for (const [i, { startedAt }] of after.services.entries()) {
    // Computed from the monotonic clock, against which the wall clock drifts.
    expect(Math.abs((startedAt ?? 0) - (before.services[i]?.startedAt ?? 0))).toBeLessThan(1_000);
  }
  const { identity: adopted } = await project.client.describe({ name: 'one' });
  expect(adopted).toEqual(identity);
  expect(after.services.every(({ adopted }) => adopted)).toBe(true);
});

it('was killed; what is left is stopped without it', async () => {
  project = new Project(two);
  const { pid } = await project.up();
  const pids = Object.values(await project.pids());
  process.kill(pid, 'SIGKILL');
  await gone(pid);
  const spec = await loadProject(project.directory, { env: process.env });
  const outcomes = await stopOffline(spec, 'down');
  expect(outcomes.map(({ status }) => status)).toEqual(['stopped', 'stopped']);
  for (const one of pids) expect(look(one ?? 0)).toBeNull();
  expect(offlineStatus(project.stateDir).services.every(({ alive }) => !alive)).toBe(true);
});

it('is one, though ten are started at once', async () => {
  project = new Project(two);
  const started = await Promise.all(Array.from({ length: 10 }, () => project.up()));
  expect(started.map(({ code }) => code)).toEqual(Array(10).fill(undefined));
  expect(new Set(started.map(({ pid }) => pid)).size).toBe(1);
  expect(started.filter(({ isNew }) => isNew)).toHaveLength(1);
  const managers = readdirSync('/proc').filter(
    (pid) => /^\d+$/.test(pid) && commandLine(pid).includes(`--file\0${project.directory}`),
  );
  expect(managers).toEqual([String(started[0]?.pid)]);
});

it('takes over a stale socket and a stale lock', async () => {
  project = new Project(two);
  const { pid } = await project.up();
  process.kill(pid, 'SIGKILL');
  await gone(pid);
  expect(existsSync(join(project.stateDir, 'control/daemon.sock'))).toBe(true);
  expect((await project.up()).isNew).toBe(true);
});

it('says why it did not start', async () => {
  project = new Project('services: { one: { comand: sleep 1000 } }\n');
  const refused = await project.up();
  expect(refused.code).toBe('invalid-config');
  expect(refused.message).toContain('comand');
});

it('says which services did not start, and stays for the others', async () => {
  project = new Project(`services:
  good: { command: sleep 1000 }
  bad: { command: /nowhere/at-all, restart: "no" }
`);
  const refused = await project.up();
  expect(refused.code).toBe('start-failed');
  expect(refused.message).toContain('/nowhere/at-all');
  expect(await project.pids()).toMatchObject({ good: expect.any(Number), bad: null });
});

it('applies a changed file on HUP, and nothing of an invalid one', async () => {
  project = new Project(two);
  const { pid } = await project.up();
  const before = await project.pids();
  project.write('services: { one: { comand: sleep } }\n');
  process.kill(pid, 'SIGHUP');
  await expect.poll(async () => (await project.client.operations()).at(-1)?.state).toBe('failed');
  expect(await project.pids()).toEqual(before);
  project.write(`${two}  three: { command: sleep 1000 }\n`);
  process.kill(pid, 'SIGHUP');
  await expect.poll(async () => (await project.pids())['three']).toBeTypeOf('number');
  expect(await project.pids()).toMatchObject(before);
});

it('stops everything once, however many signals come', async () => {
  project = new Project(two);
  const { pid } = await project.up();
  const pids = Object.values(await project.pids());
  for (let i = 0; i < 300; i++) {
    process.kill(pid, (['SIGTERM', 'SIGHUP', 'SIGINT'] as const)[i % 3]);
  }
  await gone(pid);
  for (const one of pids) expect(look(one ?? 0)).toBeNull();
  const log = readFileSync(join(project.stateDir, 'daemon.log'), 'utf8');
  expect(log.match(/stops everything in order/g)).toHaveLength(1);
  expect(log).not.toContain('kills what is left');
});

it('kills on a second signal', async () => {
  project = new Project(`services:
  deaf: { command: [sh, -c, "trap '' TERM; while :; do sleep 1; done"], stop: { grace_period: 60s } }
`);
  const { pid } = await project.up();
  process.kill(pid, 'SIGTERM');
  await new Promise((resolve) => setTimeout(resolve, 1_300));
  process.kill(pid, 'SIGTERM');
  const began = performance.now();
  await gone(pid);
  expect(performance.now() - began).toBeLessThan(5_000);
});

it('is stopped and continued, and a caller is told', async () => {
  project = new Project(two);
  const { pid } = await project.up();
  const impatient = connect({ stateDir: project.stateDir, silenceMs: 300 });
  process.kill(pid, 'SIGSTOP');
  await expect(impatient.status()).rejects.toMatchObject({ code: 'daemon-not-answering' });
  process.kill(pid, 'SIGCONT');
  expect((await impatient.status()).services.map(({ state }) => state)).toEqual([
    'running',
    'running',
  ]);
  impatient.close();
});

it('heals when its state directory is removed', async () => {
  project = new Project(two);
  const { pid } = await project.up();
  const before = await project.pids();
  rmSync(project.stateDir, { recursive: true });
  await expect
    .poll(() => existsSync(join(project.stateDir, 'control/daemon.sock')), { timeout: 15_000 })
    .toBe(true);
  expect((await project.client.daemon()).pid).toBe(pid);
  expect(await project.pids()).toEqual(before);
  const again = await project.up();
  expect([again.pid, again.isNew]).toEqual([pid, false]);
  writeFileSync(join(project.stateDir, 'control.bak'), '');
});

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
