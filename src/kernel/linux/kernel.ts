/**
 * Asks Linux: each question of the port, handed to the file that can answer it.
 */
import type { Kernel, Tree } from '../port.ts';
import { clock } from './clock.ts';
import { describeProcess } from './describe.ts';
import { createExitPolls } from './exit-polls.ts';
import { createExits } from './exits.ts';
import { holds } from './holders.ts';
import { identify, identityOf, isAlive, self } from './identity.ts';
import { checkLifelines, isHeld, makeLifelines, watchLifeline } from './lifeline.ts';
import { lock } from './lock.ts';
import { createOpenThings, holdHost } from './open-things.ts';
import { createPipes } from './pipes.ts';
import { createRunner } from './run.ts';
import { createSender } from './send.ts';
import { startService } from './service.ts';
import { createSpawner } from './spawn.ts';
import { createStarter, type LauncherUse } from './starter.ts';
import { shareTable } from './table.ts';
import { createTrees } from './trees.ts';
import { createUsage } from './usage.ts';

/** What Linux answers as any Unix does, and is written once for all of them. */
export type CommonAnswers = Pick<Kernel, 'files' | 'readPidFile' | 'watchFile'>;

/** Everything but the checks, which are asked by means of these answers. */
export type LinuxKernel = Omit<Kernel, 'check' | 'strangerAt'>;

export interface LinuxOptions {
  /** Whether programs are started by a small process of ours. Default: `auto`. */
  readonly launcher?: LauncherUse;
}

export function createLinuxKernel(
  common: CommonAnswers,
  { launcher: use = 'auto' }: LinuxOptions = {},
): LinuxKernel {
  // Asked now: later there may be no descriptor left to ask with.
  const manager = self();
  const exits = createExits(createExitPolls(clock));
  const trees = createTrees(shareTable(clock), exits.sawAlive);
  const sender = createSender(trees);
  const pipes = createPipes();
  const open = createOpenThings();
  const usage = createUsage(trees.known);

  const starter = createStarter(use, exits);
  const spawn = createSpawner(starter, trees.noteExit);
  const killTree = (tree: Tree) => void sender.signalTree(tree, 'SIGKILL');
  const run = createRunner({ clock, spawn, pipes, killTree });

  return {
    ...common,
    clock,
    self: () => manager,
    random: Math.random,
    spawn: (request, listener) => startService(spawn, open.keep, request, open.whileOpen(listener)),
    run: (command, options, done) => run(command, options, done),
    identify,
    isAlive,
    watchExit: (identity, gone) =>
      exits.watch(identity, (sawAlive) => {
        if (sawAlive) trees.noteExit(identity);
        gone();
      }),
    signal: sender.signal,
    signalTree: sender.signalTree,
    members: (tree) => trees.members(tree).map(identityOf),
    isEmpty: trees.isEmpty,
    holds,
    isHeld,
    watchLifeline: (lifeline, ended) =>
      open.keepUntilCalled((call) => watchLifeline(lifeline, call), ended),
    makeLifelines(paths) {
      starter.prepare();
      if (starter.makesLifelines(paths.length)) checkLifelines(paths);
      else makeLifelines(paths);
    },
    watchFile: (path, changed) => open.keep(common.watchFile(path, changed)),
    describe: (tree) => trees.members(tree).map((stat) => describeProcess(tree, stat)),
    usage: (trees, told) => open.keepUntilCalled((call) => usage(trees, call), told),
    lock,
    hold: () => open.keep(holdHost()),
    close() {
      exits.close();
      run.close();
      pipes.close();
      starter.close();
      open.close();
    },
  };
}
