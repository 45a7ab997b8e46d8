/** How programs go wrong: clumsy, deaf, crashing, late, daemonised in odd ways. */
import type { Program, WorkerScript } from '../kernel/simulated/program.ts';
import type { GroupSpec, PrepareStep, ServiceSpec } from '../machines/vocabulary.ts';
import { servicesOf } from '../services/members.ts';
import type { Dice } from './dice.ts';
import { goodInit, goodProgram, goodPrograms, type Programs, programOf } from './good-programs.ts';
import type { Swarm } from './swarm.ts';

/** So many starts go each its own way, before the last of them repeats. */
const startsPlanned = 8;

export function somePrograms(dice: Dice, root: GroupSpec, swarm: Swarm): Programs {
  const programs = { ...goodPrograms(root) };
  if (!swarm.programs) return programs;
  for (const spec of servicesOf(root)) {
    const starts = Array.from({ length: startsPlanned }, () =>
      someProgram(dice, spec, swarm.drops),
    );
    programs[programOf(spec.command)] = starts;
    for (const step of spec.prepare) {
      if (step.command === null) continue;
      programs[programOf(step.command)] = [someInit(dice, step), someInit(dice, step)];
    }
  }
  return programs;
}

/**
 * `drops`: it may close the lifeline it was given. Such a process is known by its
 * identity alone, so nothing can find what it leaves behind: it gets no children.
 */
export function someProgram(dice: Dice, spec: ServiceSpec, drops: boolean): Program {
  const good = goodProgram(spec);
  if (dice.chance(35)) return good;
  const program = { ...good, ...quirk(dice, spec), ...(dice.chance(30) ? quirk(dice, spec) : {}) };
  if (!drops || spec.pidFile !== null) return program;
  const { workers: _, ...childless } = program;
  return { ...childless, dropsLifeline: dice.chance(30) };
}

function someInit(dice: Dice, step: PrepareStep): Program {
  if (dice.chance(15)) return { exitsAfterMs: 50, exitCode: 1 };
  return { ...goodInit(step), exitsAfterMs: dice.pick([10, 800, 5_000]) };
}

function quirk(dice: Dice, spec: ServiceSpec): Program {
  if (spec.pidFile !== null && dice.chance(50)) return quirkOfDaemons(dice, spec);
  const [fatal = 1] = spec.restart.fatalExitCodes;
  const endings = [
    { exitCode: 0 },
    { exitCode: 1 },
    { exitCode: fatal },
    { exitSignal: 'SIGSEGV' },
  ];
  return dice.pick<() => Program>([
    () => ({ exitsAfterMs: dice.pick([0, 20, 400, 4_000]), ...dice.pick(endings) }),
    () => ({ exitsAfterMs: dice.pick([0, 20, 400, 4_000]), exitCode: 1 }),
    () => ({ stopsAfterMs: dice.pick([1, 300, 900, 4_000]), stopCode: dice.pick([0, 143]) }),
    () => ({ deafTo: dice.pick([['SIGTERM'], ['SIGQUIT'], ['SIGTERM', 'SIGQUIT']] as const) }),
    () => ({ workers: [someWorkers(dice)] }),
    () => ({ problem: dice.pick(['missing-binary', 'not-executable']) }),
    () => ({ unkillable: true, deafTo: ['SIGTERM', 'SIGQUIT'] }),
    () => ({ hangsIfStoppedBeforeMs: 300 }),
    () => ({ uid: 27, exitsAfterMs: 8_000 }),
    () => ({ listensAfterMs: dice.pick([200, 5_000]), answers: dice.chance(50) }),
    () => ({ notifiesReadyAfterMs: dice.pick([0, 900, 60_000]), prints: [] }),
    () => quirkOfDaemons(dice, spec),
  ])();
}

function someWorkers(dice: Dice): WorkerScript {
  return {
    count: dice.between(1, 2),
    outlivesParent: dice.pick(['never', 'when-killed', 'always']),
    ownSession: dice.chance(50),
    program: dice.pick<Program>([
      {},
      { stopsAfterMs: 200 },
      { deafTo: ['SIGTERM'] },
      { exitsAfterMs: 2_500 },
    ]),
  };
}

function quirkOfDaemons(dice: Dice, { pidFile }: ServiceSpec): Program {
  if (pidFile === null) return {};
  const { path } = pidFile;
  return dice.pick<Program>([
    { daemonises: { launcherExitsAfterMs: 300, forksAfterMs: 100 } },
    { daemonises: { launcherExitCode: 1 } },
    { daemonises: { keepsSession: true }, pidFile: { path, leftBehind: true } },
    { pidFile: { path, afterMs: dice.pick([300, 900, 5_000]), leftBehind: true } },
    { pidFile: { path, content: `${dice.between(300, 340)}\n` } },
    { pidFile: { path, content: 'garbage' } },
    { pidFile: { path, first: { content: '', forMs: 200 }, removedAfterMs: 600 } },
    { reexecsOn: { signal: 'SIGUSR2', oldExitsAfterMs: 200 } },
  ]);
}
