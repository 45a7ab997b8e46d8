import childProcess from 'node:child_process';
import fs, { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LinuxKernel } from '../../../src/kernel/linux/kernel.ts';
import { launch } from '../../../src/kernel/linux/launch.ts';
import type { LaunchPlan } from '../../../src/kernel/linux/launch-plan.ts';
import { readStat } from '../../../src/kernel/linux/stat.ts';
import { createSupervisor } from '../../../src/runtime/create.ts';
import { command, here, newKernel, shell, start, until, useWorld } from './support.ts';

useWorld();

const launcherOf = (pid: number): number => readStat(pid)?.parentPid ?? 0;

it('starts forty services and runs no other program for that', async () => {
  const tools = here().path('bin');
  mkdirSync(tools);
  for (const tool of ['mkfifo', 'node']) {
    writeFileSync(join(tools, tool), `#!/bin/sh\necho ${tool} >>${tools}/used\n`, { mode: 0o755 });
  }
  const path = process.env['PATH'];
  process.env['PATH'] = `${tools}:${path}`;
  const credentials = process.getuid?.() === 0 ? { user: 'nobody' } : {};
  const service = { command: ['sleep', '60'], cwd: '/', ready: { after: 0 }, ...credentials };
  const names = Array.from({ length: 40 }, (_, index) => `s${index}`);
  const drover = await createSupervisor(
    {
      name: 'forty',
      stateDir: here().path('state'),
      services: Object.fromEntries(names.map((name) => [name, service])),
    },
    { logLevel: 'silent' },
  );
  try {
    const outcomes = await drover.start();
    expect(outcomes.filter(({ status }) => status === 'running')).toHaveLength(names.length);
    const parents = new Set(outcomes.map(({ pid }) => launcherOf(pid ?? 0)));
    expect(parents.size).toBe(1);
    expect([...parents]).not.toContain(process.pid);
    expect(readdirSync(tools).sort()).toEqual(['mkfifo', 'node']);
    await drover.stop();
  } finally {
    process.env['PATH'] = path;
    await drover.dispose();
  }
});

it('refuses at once a lifeline that is something else, and makes none before its time', () => {
  writeFileSync(here().path('file'), '');
  const paths = [here().path('missing'), here().path('file')];
  expect(() => here().kernel.makeLifelines(paths)).toThrow(/file as a lifeline: it is not a FIFO/);
  here().kernel.makeLifelines([here().path('missing')]);
  expect(here().kernel.files.exists(here().path('missing'))).toBe(false);
});

describe.each(['auto', 'always'] as const)('a program that another starts (%s)', (launcherUse) => {
  let kernel: LinuxKernel;
  beforeEach(() => {
    kernel = newKernel({ launcher: launcherUse });
  });
  afterEach(() => kernel.close());

  it('is a child of the launcher, and is told of like any other', async () => {
    const { main, exited } = await start(shell('exec sleep 60'), { kernel });
    expect(kernel.identify(main.pid)).toEqual(main);
    expect(launcherOf(main.pid)).not.toBe(process.pid);
    expect(readStat(launcherOf(main.pid))?.parentPid).toBe(process.pid);
    process.kill(main.pid, 'SIGKILL');
    expect(await exited).toEqual({ code: null, signal: 'SIGKILL' });
    const second = await start(shell('echo out; exit 42'), { kernel });
    expect(await second.exited).toEqual({ code: 42, signal: null });
    expect(readFileSync(second.log, 'utf8')).toBe('out\n');
  });

  it('has nothing open but its three standard files and its lifeline', async () => {
    // While it is loaded it opens its libraries itself.
    const { main, log } = await start(shell('echo loaded; sleep 60; :'), { kernel });
    await until(() => readFileSync(log, 'utf8') === 'loaded\n');
    const covered = readdirSync('/proc/self/fd').map(Number);
    const own = readdirSync(`/proc/${main.pid}/fd`)
      .map(Number)
      .filter((fd) => fd <= 3 || fd === 61 || !covered.includes(fd));
    expect(own.sort((one, other) => one - other)).toEqual([0, 1, 2, 61]);
  });

  it('makes its lifeline where that is missing', async () => {
    const lifeline = here().path('new.life');
    const outcome = await new Promise((resolve) =>
      kernel.run(shell('echo ran'), { lifeline, output: null, timeoutMs: 5_000 }, resolve),
    );
    expect(outcome).toEqual({ kind: 'exited', exit: { code: 0, signal: null }, output: 'ran\n' });
    expect(kernel.isHeld(lifeline)).toBe(false);
    expect(here().kernel.files.exists(lifeline)).toBe(true);
  });

  it('is told of when it cannot be started, with the same words', async () => {
    const failing = start({ ...command('true'), cwd: '/no/such/directory' }, { kernel });
    await expect(failing).rejects.toThrow(
      'missing-cwd: cannot start "true": its directory /no/such/directory does not exist; make it',
    );
    const long = start(command('true', 'x'.repeat(3_000_000)), { kernel });
    await expect(long).rejects.toThrow('arguments-too-long');
  });

  it('outlives the launcher, and its exit is still told', async () => {
    const { main, exited } = await start(command('sleep', '60'), { kernel });
    const launcher = launcherOf(main.pid);
    process.kill(launcher, 'SIGKILL');
    await until(() => launcherOf(main.pid) !== launcher);
    expect(kernel.isAlive(main)).toBe(true);
    const second = await start(command('sleep', '60'), { kernel, name: 'second' });
    expect(launcherOf(second.main.pid)).not.toBe(launcher);
    process.kill(main.pid, 'SIGKILL');
    expect(await exited).toEqual({ code: null, signal: null });
  });

  it('lives on when the kernel is closed, and the launcher does not', async () => {
    const { main } = await start(command('sleep', '60'), { kernel });
    const launcher = launcherOf(main.pid);
    kernel.close();
    await until(() => readStat(launcher) === null);
    expect(here().kernel.isAlive(main)).toBe(true);
  });
});

it('says what the machine is short of where a lifeline cannot be made', async () => {
  const error = Object.assign(new Error('spawnSync mkfifo EMFILE'), { code: 'EMFILE' });
  const spawnSync = (() => ({ error })) as unknown as typeof childProcess.spawnSync;
  const plan: LaunchPlan = {
    argv: ['true'],
    cwd: '/',
    env: {},
    uid: null,
    gid: null,
    umask: null,
    nice: null,
    lifeline: { path: here().path('life'), descriptor: 61 },
    output: null,
  };
  const failure = new Promise((failed) =>
    launch({ fs, os, childProcess: { ...childProcess, spawnSync } }, plan, [], {
      failed,
      exited() {},
    }),
  );
  expect(await failure).toMatchObject({ stage: 'lifeline', code: 'EMFILE' });
});
