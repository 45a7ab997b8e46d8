/** Random services and the random programs they run: well-behaved, clumsy, deaf, crashing, daemonised. */
import type { Program } from '../../src/kernel/simulated/index.ts';
import type {
  Dependency,
  Name,
  ReadinessSpec,
  ServiceSpec,
} from '../../src/machines/vocabulary.ts';
import { command, restart, service } from '../support/specs.ts';
import type { Dice } from './dice.ts';

type Kind = 'plain' | 'listening' | 'forking' | 'notifying' | 'oneshot' | 'prepared' | 'talking';

const kinds: readonly Kind[] = [
  ...(['plain', 'plain', 'plain', 'listening', 'listening'] as const),
  ...(['forking', 'notifying', 'oneshot', 'prepared', 'talking'] as const),
];

export const fatalCode = 78;

export function someService(dice: Dice, name: Name, dependsOn: readonly Dependency[]): ServiceSpec {
  const kind = dice.pick(kinds);
  return service(name, {
    dependsOn,
    settleMs: dice.pick([0, 100, 500]),
    restart: restart({
      type: dice.pick(['permanent', 'permanent', 'transient', 'temporary']),
      intensity: dice.between(0, 3),
      periodMs: dice.pick([10_000, 30_000]),
      delayMs: dice.pick([0, 100, 1_000]),
      jitter: 0.1,
      maxDelayMs: 5_000,
      resetAfterMs: 5_000,
      fatalExitCodes: [fatalCode],
    }),
    stop: {
      steps: dice.chance(30)
        ? [
            { signal: 'SIGQUIT', waitMs: 1_000 },
            { signal: 'SIGTERM', waitMs: 1_000 },
          ]
        : [{ signal: 'SIGTERM', waitMs: dice.pick([500, 2_000]) }],
      scope: dice.pick(['process', 'group']),
      sweepMs: 500,
      killWaitMs: 500,
      waitReadyMs: dice.chance(15) ? 3_000 : 0,
    },
    health: dice.chance(25) && kind === 'listening' ? healthOf(name) : null,
    reload: dice.chance(50) ? { test: null, by: { signal: 'SIGHUP' } } : null,
    ...ofKind(kind, name),
  });
}

const portOf = (name: Name): number => 8000 + Number(name.slice(1));
export const pidFileOf = (name: Name): string => `/run/${name}.pid`;

const ready = (check: ReadinessSpec['check'], ownsListener = false): ReadinessSpec => ({
  ...{ check, ownsListener, everyMs: 250, tryMs: 300, timeoutMs: 2_000 },
});

function healthOf(name: Name): NonNullable<ServiceSpec['health']> {
  return {
    check: { kind: 'http', url: `http://127.0.0.1:${portOf(name)}/`, status: null },
    ...{ everyMs: 1_000, tryMs: 300, retries: 2, startPeriodMs: 0, onFailure: 'restart' },
  };
}

function ofKind(kind: Kind, name: Name): Partial<ServiceSpec> {
  switch (kind) {
    case 'plain':
      return {};
    case 'listening':
      return { ready: ready({ kind: 'tcp', host: '127.0.0.1', port: portOf(name) }, true) };
    case 'forking':
      return { type: 'forking', pidFile: { path: pidFileOf(name), waitMs: 1_000 } };
    case 'notifying':
      return { type: 'notify', ready: ready({ kind: 'notify' }) };
    case 'talking':
      return { ready: ready({ kind: 'log', pattern: 'ready' }) };
    case 'oneshot':
      return { type: 'oneshot', restart: restart({ type: 'transient', intensity: 1 }) };
    case 'prepared':
      return { prepare: [initOf(name)] };
  }
}

function initOf(name: Name): ServiceSpec['prepare'][number] {
  return {
    ...{ name: 'init', unlessExists: `/data/${name}`, files: [], removeStale: [], owner: null },
    directories: [{ path: '/data', mode: 0o700 }],
    command: command(`init-${name}`),
    staging: { from: `/data/${name}.new`, to: `/data/${name}` },
    timeoutMs: 3_000,
  };
}

export function someInit(dice: Dice, name: Name): Program {
  if (dice.chance(15)) return { exitsAfterMs: 50, exitCode: 1 };
  return { exitsAfterMs: dice.pick([10, 800, 5_000]), creates: [`/data/${name}.new/`] };
}

/** How a program of that service behaves when nothing is wrong with it. */
export function goodProgram({ name, type, pidFile, ready: readiness }: ServiceSpec): Program {
  return {
    ...(pidFile === null ? {} : { daemonises: {}, pidFile: { path: pidFile.path } }),
    ...(type === 'notify' ? { notifiesReadyAfterMs: 50 } : {}),
    ...(type === 'oneshot' ? { exitsAfterMs: 100 } : {}),
    ...(readiness?.check.kind === 'tcp' ? { listensOn: [portOf(name)] } : {}),
    ...(readiness?.check.kind === 'log' ? { prints: [{ afterMs: 30, line: 'ready now' }] } : {}),
  };
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

function quirk(dice: Dice, spec: ServiceSpec): Program {
  if (spec.pidFile !== null && dice.chance(50)) return quirkOfDaemons(dice, spec);
  const endings = [
    { exitCode: 0 },
    { exitCode: 1 },
    { exitCode: fatalCode },
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

function someWorkers(dice: Dice): NonNullable<Program['workers']>[number] {
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

function quirkOfDaemons(dice: Dice, { name, pidFile }: ServiceSpec): Program {
  if (pidFile === null) return {};
  const path = pidFileOf(name);
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
