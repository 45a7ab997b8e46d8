/** Starting a program for a manager: the only way a process of a service comes into being. */
import type { CommandSpec, SpawnProblem } from '../../machines/vocabulary.ts';
import { begin } from './life.ts';
import type { Birth, SimulatedProcess } from './process.ts';
import type { Program } from './program.ts';
import { nameOf } from './script-book.ts';
import type { SpawnRecord, World } from './world.ts';

export interface Spawning {
  readonly command: CommandSpec;
  readonly kind: SpawnRecord['kind'];
  readonly lifeline: string | null;
  readonly output: string | null;
  /** The process of the manager. */
  readonly parent: SimulatedProcess;
}

export type Spawned =
  | { readonly process: SimulatedProcess }
  | { readonly problem: SpawnProblem; readonly reason: string };

/** The process exists but does nothing yet: call `live` once its manager listens. */
export function spawn(world: World, spawning: Spawning): Spawned {
  const program = nameOf(spawning.command.argv);
  const script = world.scripts.next(spawning.command.argv, program);
  const problem = problemOf(world, spawning, script);
  if (problem !== null) return refuse(world, spawning, program, problem);
  if (spawning.lifeline !== null) world.disk.make(spawning.lifeline, 'fifo', 0o600);
  const process = begin(world, birthOf(world, spawning, program, script));
  if (process === null) return refuse(world, spawning, program, 'out-of-resources');
  process.output = spawning.output;
  note(world, spawning, program, process, null);
  return { process };
}

function problemOf(world: World, { command, output }: Spawning, script: Program) {
  if (script.problem !== undefined) return script.problem;
  if (output !== null && world.faults.meet('write', output) !== null) return 'log-not-writable';
  const user = command.credentials?.user;
  const changesUser = typeof user === 'number' && user !== world.options.uid;
  return changesUser && world.options.uid !== 0 ? 'not-permitted' : null;
}

function birthOf(
  world: World,
  { command, lifeline, parent }: Spawning,
  program: string,
  script: Program,
): Birth {
  const user = command.credentials?.user;
  return {
    program,
    argv: command.argv,
    script,
    role: 'main',
    parent,
    lifeline,
    origin: lifeline,
    spawn: world.spawns.length,
    uid: script.uid ?? (typeof user === 'number' ? user : world.options.uid),
    ownSession: true,
    outlivesParent: 'always',
  };
}

function refuse(world: World, spawning: Spawning, program: string, problem: SpawnProblem): Spawned {
  note(world, spawning, program, null, problem);
  return { problem, reason: `spawn ${spawning.command.argv[0]}: ${problem}` };
}

function note(
  world: World,
  { command, kind, lifeline, parent }: Spawning,
  program: string,
  process: SimulatedProcess | null,
  problem: SpawnProblem | null,
): void {
  world.spawns.push({
    at: world.clock.elapsed(),
    program,
    argv: command.argv,
    kind,
    lifeline,
    by: parent.pid,
    identity: process?.identity ?? null,
    problem,
  });
}
