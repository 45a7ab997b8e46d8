/**
 * Asks any Unix, by ps(1), lsof(8) and sysctl(8): meant for macOS, and there NEVER YET
 * RUN. The tests run it on Linux as far as the two speak alike. Every question is a
 * process, so it is slower than `linux/` a hundredfold, and it knows starts to the second.
 */
import { clock } from '../linux/clock.ts';
import type { CommonAnswers } from '../linux/kernel.ts';
import { isHeld, makeLifelines, watchLifeline } from '../linux/lifeline.ts';
import { createOpenThings, holdHost } from '../linux/open-things.ts';
import { createRunner } from '../linux/run.ts';
import { startService } from '../linux/service.ts';
import { inSlices, type Work } from '../linux/slices.ts';
import type { Kernel, Tree, TreeUsage } from '../port.ts';
import { createExits } from './exits.ts';
import { lock } from './lock.ts';
import { writersOf } from './lsof.ts';
import { createOutputs } from './output.ts';
import { createProcesses, type ProcessRow } from './ps.ts';
import { createSender } from './send.ts';
import { createSpawner } from './spawn.ts';
import { createTrees, type Trees } from './trees.ts';

/** Everything but the checks, which are asked by means of these answers. */
export function createPortableKernel(common: CommonAnswers): Omit<Kernel, 'check' | 'strangerAt'> {
  const processes = createProcesses();
  const trees = createTrees(processes);
  const sender = createSender(processes, trees);
  const exits = createExits(clock, processes);
  const outputs = createOutputs();
  const open = createOpenThings();

  const spawn = createSpawner(processes, trees.noteExit);
  const killTree = (tree: Tree) => void sender.signalTree(tree, 'SIGKILL');
  const run = createRunner({ clock, spawn, pipes: outputs, killTree });

  return {
    ...common,
    ...sender,
    clock,
    self() {
      const row = processes.look(process.pid);
      if (row === null) throw new Error('ps does not know us');
      return row.identity;
    },
    random: Math.random,
    spawn: (request, listener) => startService(spawn, open.keep, request, open.whileOpen(listener)),
    run: (command, options, done) => run(command, options, open.callWhileOpen(done)),
    identify: trees.identify,
    isAlive: trees.isAlive,
    watchExit: exits.watch,
    members: (tree) => trees.members(tree).map(({ identity }) => identity),
    isEmpty: trees.isEmpty,
    holds: trees.holds,
    isHeld,
    watchLifeline: (lifeline, ended) =>
      open.keepUntilCalled((call) => watchLifeline(lifeline, call), ended),
    makeLifelines,
    watchFile: (path, changed) => open.keep(common.watchFile(path, changed)),
    describe(tree) {
      const writers = writersOf(tree.lifeline);
      return trees.members(tree).map((row) => describeRow(row, writers));
    },
    usage: (asked, told) =>
      open.keepUntilCalled((call) => inSlices(usageOf(trees, asked), call), told),
    lock,
    hold: () => open.keep(holdHost()),
    close() {
      exits.close();
      outputs.close();
      open.close();
    },
  };
}

function describeRow(row: ProcessRow, writers: ReadonlySet<number>) {
  const { identity, parentPid, command, cpuMs, residentBytes } = row;
  const holdsLifeline = writers.has(identity.pid);
  return { identity, parentPid, command, cpuMs, residentBytes, holdsLifeline };
}

/** Whose is which port, and who holds which lifeline, lsof would take too long to tell of many. */
function* usageOf(trees: Trees, asked: readonly Tree[]): Work<readonly TreeUsage[]> {
  const usages: TreeUsage[] = [];
  for (const tree of asked) {
    usages.push({ processes: trees.membersByNumber(tree), ports: null });
    yield;
  }
  return usages;
}
