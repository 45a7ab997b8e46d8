/** Commands that are run to their end, and killed with all they started if they take too long. */
import type { CommandSpec, Exit } from '../../machines/vocabulary.ts';
import type { Cancel, RunOptions, RunOutcome } from '../port.ts';
import { live } from './life.ts';
import type { Manager } from './manager.ts';
import type { SimulatedProcess } from './process.ts';
import { send } from './sending.ts';
import { spawn } from './spawning.ts';
import { addWithDescendants } from './trees.ts';
import type { World } from './world.ts';

/** So much of its output is kept for the outcome. */
const KEPT_CHARACTERS = 4096;

export function run(
  world: World,
  manager: Manager,
  command: CommandSpec,
  { lifeline, output, timeoutMs }: RunOptions,
  done: (outcome: RunOutcome) => void,
): Cancel {
  const { process: parent } = manager;
  const spawned = spawn(world, { command, kind: 'command', lifeline, output, parent });
  if ('problem' in spawned) {
    return manager.soon(() => done({ kind: 'not-spawned', ...spawned }));
  }
  const { process } = spawned;
  process.captured = [];
  const kept = () => (process.captured ?? []).join('\n').slice(-KEPT_CHARACTERS);
  const finish = (outcome: RunOutcome) => {
    cut();
    done(outcome);
  };
  const timeOut = () => {
    killTree(world, manager, process);
    finish({ kind: 'timed-out', output: kept() });
  };
  const timer = world.clock.setTimeout(timeOut, timeoutMs, manager);
  const cut = manager.keep(() => {
    process.exited = null;
    world.clock.clearTimeout(timer);
  });
  process.exited = (exit: Exit) => finish({ kind: 'exited', exit, output: kept() });
  live(world, process);
  return () => {
    if (cut()) killTree(world, manager, process);
  };
}

/** It leads its group and all its descendants are known, for it is a child of ours that still runs. */
function killTree(world: World, manager: Manager, process: SimulatedProcess): void {
  const members = new Set<SimulatedProcess>();
  addWithDescendants(process, members);
  for (const member of world.table.group(process.pid)) if (member.alive) members.add(member);
  const { origin } = process.birth;
  for (const member of members) send(world, manager, origin, member, 'SIGKILL');
}
