/** A daemon on a disk that is full, and out of descriptors: it lives, says so, and heals. Real OS. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { connect } from '../../../src/control/client.ts';
import { Project } from './project.ts';

const two = `services:
  one: { command: sleep 1000 }
  two: { command: sleep 1000, autostart: false }
`;

let project: Project | null = null;
afterEach(() => project?.down());

const canMount = (): boolean => {
  try {
    execFileSync('unshare', ['-m', 'true'], { stdio: 'ignore' });
    return process.getuid?.() === 0;
  } catch {
    return false;
  }
};

it('is out of descriptors for a while', async () => {
  project = new Project(two);
  const { pid } = await project.up();
  const used = Number(
    execFileSync('sh', ['-c', `ls /proc/${pid}/fd | wc -l`], { encoding: 'utf8' }),
  );
  execFileSync('prlimit', [`--pid=${pid}`, `--nofile=${used + 2}:`]);
  const others = Array.from({ length: 8 }, () =>
    connect({ stateDir: `${project?.stateDir}`, silenceMs: 500 }),
  );
  await Promise.allSettled(others.map((one) => one.status()));
  execFileSync('prlimit', [`--pid=${pid}`, '--nofile=4096:']);
  for (const one of others) one.close();
  const status = await project.client.status();
  expect(status.daemon.pid).toBe(pid);
  expect(status.services[0]?.state).toBe('running');
  await expect.poll(async () => (await project?.client.daemon())?.degraded).toEqual([]);
  const started = await project.client.start({ names: ['two'] });
  expect(started.outcomes[0]?.status).toBe('running');
});

describe.skipIf(!canMount())('in a mount namespace of its own', () => {
  it('goes on while the disk is full, says so, and heals', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'drover-full-'));
    // The daemon stays in the namespace; its files are reached through the root of a process in it.
    const holder = spawn('unshare', [
      '-m',
      'sh',
      '-c',
      `mount -t tmpfs -o size=256k none ${directory} && exec sleep 600`,
    ]);
    try {
      const inside = `/proc/${holder.pid}/root${directory}`;
      await expect
        .poll(() => execFileSync('stat', ['-f', '-c', '%T', inside], { encoding: 'utf8' }).trim())
        .toBe('tmpfs');
      const enter = (...words: string[]) =>
        execFileSync('nsenter', ['-t', `${holder.pid}`, '-m', ...words], { encoding: 'utf8' });
      project = new Project(two, inside);
      const started = JSON.parse(enter(...project.upCommand(directory)));
      expect(started.outcomes).toHaveLength(1);
      enter('sh', '-c', `cat /dev/zero > ${directory}/filler 2>/dev/null || true`);
      for (let i = 0; i < 5; i++) {
        await project.client.start({ names: ['two'] });
        await project.client.stop({ names: ['two'] });
      }
      const full = await project.client.status();
      expect(full.services[0]?.state).toBe('running');
      expect(full.daemon.degraded.join()).toMatch(/journal|log|space/);
      enter('rm', `${directory}/filler`);
      await expect
        .poll(async () => (await project?.client.daemon())?.degraded, { timeout: 10_000 })
        .toEqual([]);
      await project.client.shutdown();
      project.client.close();
      project = null;
    } finally {
      holder.kill('SIGKILL');
      rmSync(directory, { recursive: true, force: true });
    }
  });
});
