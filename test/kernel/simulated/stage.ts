/** What the stories about the simulated kernel begin with. */
import type { Kernel, SpawnRequest, Tree } from '../../../src/kernel/port.ts';
import type {
  CommandSpec,
  Exit,
  ProcessIdentity,
  SpawnProblem,
} from '../../../src/machines/vocabulary.ts';

export const LIFELINE = '/state/lifelines/web';

export function command(...argv: [string, ...string[]]): CommandSpec {
  return { argv, cwd: '/', env: {}, credentials: null, umask: null, nice: null, limits: {} };
}

/** Starts a program and writes down all that its listener is told. */
export function start(kernel: Kernel, program = 'web', request: Partial<SpawnRequest> = {}) {
  const told = {
    identity: null as ProcessIdentity | null,
    exit: null as Exit | null,
    problem: null as SpawnProblem | null,
    notified: [] as Readonly<Record<string, string>>[],
  };
  kernel.spawn(
    {
      ...{ command: command(program), lifeline: LIFELINE, output: null, notifySocket: null },
      ...request,
    },
    {
      spawned: (identity) => {
        told.identity = identity;
      },
      failed: (problem) => {
        told.problem = problem;
      },
      exited: (exit) => {
        told.exit = exit;
      },
      notified: (fields) => {
        told.notified.push(fields);
      },
    },
  );
  return told;
}

/** The same, for a program that must come up. */
export function started(kernel: Kernel, program = 'web', request: Partial<SpawnRequest> = {}) {
  const told = start(kernel, program, request);
  const { identity } = told;
  if (identity === null) throw new Error(`${program} was not spawned: ${told.problem}`);
  return { told, identity, tree: treeOf(identity, request.lifeline) };
}

export function treeOf(main: ProcessIdentity | null, lifeline = LIFELINE): Tree {
  return { lifeline, main, known: [] };
}
