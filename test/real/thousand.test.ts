/** Real processes: a thousand services start, are all killed at once and come back, and stop. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Supervisor } from '../../src/runtime/api.ts';
import { createSupervisor } from '../../src/runtime/create.ts';
import { withArgument } from '../support/oracle.ts';

const count = 1_000;
const names = Array.from({ length: count }, (_, index) => `s${index}`);
/** Seconds that nobody else on this machine sleeps for. */
const marker = `97531.${process.pid}`;
const timeoutMs = 120_000;
let directory = '';
let drover: Supervisor;

const pids = () => withArgument(marker).map(({ pid }) => pid);

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'drover-thousand-'));
  const service = { command: ['sleep', marker], ready: { after: 0 }, restart: { delay: 10 } };
  const services = Object.fromEntries(names.map((name) => [name, service]));
  drover = await createSupervisor(
    { name: 'thousand', stateDir: join(directory, 'state'), services },
    { logLevel: 'silent' },
  );
});

afterAll(async () => {
  await drover.dispose();
  for (const pid of pids()) process.kill(pid, 'SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

it('starts a thousand services, one process each', { timeout: timeoutMs }, async () => {
  const outcomes = await drover.start();
  expect(outcomes.filter(({ status }) => status === 'running')).toHaveLength(count);
  expect(new Set(pids())).toEqual(new Set(outcomes.map(({ pid }) => pid)));
});

it('brings all back that were killed at once', { timeout: timeoutMs }, async () => {
  const victims = pids();
  const isBack = new Promise<void>((resolve) => {
    const back = new Set<string>();
    const watch = drover.events$.subscribe((event) => {
      if (event.type !== 'service.state' || event.to !== 'running') return;
      back.add(event.service);
      if (back.size < count) return;
      watch.unsubscribe();
      resolve();
    });
  });
  for (const pid of victims) process.kill(pid, 'SIGKILL');
  await isBack;
  const { services } = drover.status();
  expect(services.map(({ restarts }) => restarts)).toEqual(names.map(() => 1));
  expect(new Set(pids())).toEqual(new Set(services.map(({ pid }) => pid)));
  expect(pids().filter((pid) => victims.includes(pid))).toEqual([]);
});

it('stops them all, each by one signal', { timeout: timeoutMs }, async () => {
  const outcomes = await drover.stop();
  expect(outcomes.filter(({ stop }) => stop?.by === 'SIGTERM' && !stop.killed)).toHaveLength(count);
  expect(pids()).toEqual([]);
});
