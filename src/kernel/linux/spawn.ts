/**
 * Asks the OS to start a command, and tells how that went.
 */
import type { CommandSpec, ProcessIdentity } from '../../machines/vocabulary.ts';
import type { SpawnListener } from '../port.ts';
import { identityOf } from './identity.ts';
import { type LaunchContext, planLaunch } from './plan.ts';
import { diagnose, type Problem } from './problems.ts';
import type { Starter } from './starter.ts';
import { parseStat } from './stat.ts';
import type { Trees } from './trees.ts';

/** What one start is told to. */
export type StartedListener = Pick<SpawnListener, 'spawned' | 'failed' | 'exited'>;

/** Starts commands. `noteExit` hears of every exit before its listener does. */
export function createSpawner(starter: Starter, noteExit: Trees['noteExit']) {
  return (command: CommandSpec, context: LaunchContext, listener: StartedListener): void => {
    const fail = ({ problem, reason }: Problem) => listener.failed(problem, reason);
    const planned = planLaunch(command, context);
    // Later, as every other failure: nobody has to expect an answer inside the question.
    if ('problem' in planned) return process.nextTick(fail, planned);
    let identity: ProcessIdentity | null = null;
    starter.start(planned.plan, {
      started({ stat }) {
        const parsed = parseStat(stat);
        if (parsed === null) throw new Error(`cannot read this stat file: ${stat}`);
        identity = identityOf(parsed);
        listener.spawned(identity);
      },
      failed: (failure) => fail(diagnose(planned.plain, failure)),
      exited(code, signal, leftNobody) {
        if (identity !== null) noteExit(identity, leftNobody);
        listener.exited({ code, signal });
      },
    });
  };
}

export type Spawner = ReturnType<typeof createSpawner>;
