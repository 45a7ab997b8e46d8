/**
 * Asks the OS to start a command. All but the question who was started is as on Linux.
 */
import childProcess from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import type { CommandSpec, ProcessIdentity } from '../../machines/vocabulary.ts';
import { launch } from '../linux/launch.ts';
import { type LaunchContext, planLaunch } from '../linux/plan.ts';
import { diagnose, type Problem } from '../linux/problems.ts';
import type { Spawner, StartedListener } from '../linux/spawn.ts';
import type { Processes } from './ps.ts';

/** A launch reads the stat file of what it started, which only Linux has. */
const withoutProc = Object.assign(Object.create(fs), { readFileSync: () => '' });
const tools = { fs: withoutProc as typeof fs, childProcess, os };

export function createSpawner(
  processes: Processes,
  noteExit: (main: ProcessIdentity) => void,
): Spawner {
  return (command: CommandSpec, context: LaunchContext, listener: StartedListener): void => {
    const fail = ({ problem, reason }: Problem) => listener.failed(problem, reason);
    const planned = planLaunch(command, context);
    if ('problem' in planned) return process.nextTick(fail, planned);
    let identity: ProcessIdentity | null = null;
    const launched = launch(tools, planned.plan, [], {
      failed: (failure) => fail(diagnose(planned.plain, failure)),
      exited(code, signal) {
        if (identity !== null) noteExit(identity);
        listener.exited({ code, signal });
      },
    });
    if (launched === null) return;
    // Not yet reaped, as the loop has not turned; so it is there, if only as a zombie.
    identity = processes.look(launched.pid)?.identity ?? null;
    if (identity === null) throw new Error(`ps does not know process ${launched.pid}`);
    processes.forget();
    listener.spawned(identity);
  };
}
