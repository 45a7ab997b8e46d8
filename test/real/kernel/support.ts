/**
 * What the stories of the real kernel share: a directory and a kernel of their own,
 * and the end of every process that was started.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import {
  type CommonAnswers,
  createLinuxKernel,
  type LinuxKernel,
  type LinuxOptions,
} from '../../../src/kernel/linux/kernel.ts';
import { readStat } from '../../../src/kernel/linux/stat.ts';
import { nodeFiles } from '../../../src/kernel/node-files.ts';
import type { RunOutcome, SignalAnswer, Tree } from '../../../src/kernel/port.ts';
import type { CommandSpec, Exit, ProcessIdentity } from '../../../src/machines/vocabulary.ts';

/** A kernel and a directory for one test. */
export interface World {
  readonly kernel: LinuxKernel;
  readonly directory: string;
  path(name: string): string;
}

/** By the forker, by the launcher, and by the manager itself. */
export const launcherUses = ['auto', 'always', 'never'] as const;

/** Another manager's kernel, in this same process. */
export function newKernel(options: LinuxOptions = {}): LinuxKernel {
  const common: CommonAnswers = {
    files: nodeFiles,
    readPidFile: () => ({ kind: 'absent' }),
    watchFile: () => () => {},
  };
  return createLinuxKernel(common, options);
}

let world: World | null = null;
const trees: Tree[] = [];

export function here(): World {
  if (world === null) throw new Error('there is no world outside of a test');
  return world;
}

/** To be called once at the top of a test file, or of what it tells of one kind of kernel. */
export function useWorld(options: LinuxOptions = {}): void {
  beforeEach(() => {
    const directory = mkdtempSync(join(tmpdir(), 'drover-test-'));
    world = { kernel: newKernel(options), directory, path: (name) => join(directory, name) };
  });
  afterEach(async () => {
    for (const tree of trees.splice(0)) await end(tree);
    here().kernel.close();
    rmSync(here().directory, { recursive: true, force: true });
  });
}

async function end(tree: Tree): Promise<void> {
  const { kernel } = here();
  await until(() => {
    kernel.signalTree(tree, 'SIGKILL');
    return kernel.isEmpty(tree);
  });
}

export function command(...argv: [string, ...string[]]): CommandSpec {
  return {
    argv,
    cwd: here().directory,
    env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin' },
    credentials: null,
    umask: null,
    nice: null,
    limits: {},
  };
}

export const shell = (script: string): CommandSpec => command('sh', '-c', script);

export interface Started {
  readonly tree: Tree;
  readonly main: ProcessIdentity;
  readonly log: string;
  readonly exited: Promise<Exit>;
  readonly notes: Readonly<Record<string, string>>[];
}

/** Starts it as a service and keeps it for the clean-up. */
export function start(
  spec: CommandSpec,
  { name = 'service', kernel = here().kernel, notifySocket = null as string | null } = {},
): Promise<Started> {
  const lifeline = here().path(`${name}.life`);
  const log = here().path(`${name}.log`);
  kernel.makeLifelines([lifeline]);
  const notes: Readonly<Record<string, string>>[] = [];
  return new Promise((resolve, reject) => {
    let tellExit = (_: Exit): void => {};
    const exited = new Promise<Exit>((tell) => {
      tellExit = tell;
    });
    kernel.spawn(
      { command: spec, lifeline, output: log, notifySocket },
      {
        spawned(main) {
          const tree = { lifeline, main, known: [] };
          trees.push(tree);
          resolve({ tree, main, log, exited, notes });
        },
        failed: (problem, reason) => reject(new Error(`${problem}: ${reason}`)),
        exited: (exit) => tellExit(exit),
        notified: (fields) => notes.push(fields),
      },
    );
  });
}

/** For a tree that something else has started. */
export function cleanUp(tree: Tree): void {
  trees.push(tree);
}

export function run(spec: CommandSpec, timeoutMs = 20_000): Promise<RunOutcome> {
  const options = { lifeline: null, output: null, timeoutMs };
  return new Promise((resolve) => here().kernel.run(spec, options, resolve));
}

/** Looks every few milliseconds until it is so; the test's own timeout is the limit. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await pause(5);
}

export const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export const lifelineEnd = (lifeline: string, kernel = here().kernel) =>
  new Promise<void>((resolve) => kernel.watchLifeline(lifeline, resolve));

export const stateOf = (pid: number): string => readStat(pid)?.state ?? 'gone';

export const childrenOf = (tree: Tree): readonly ProcessIdentity[] =>
  here()
    .kernel.members(tree)
    .filter((member) => member.pid !== tree.main?.pid);

export function signal(
  tree: Tree,
  target: ProcessIdentity,
  name: Parameters<LinuxKernel['signal']>[2],
  scope: 'process' | 'group' = 'process',
): SignalAnswer {
  return here().kernel.signal(tree, target, name, scope);
}
