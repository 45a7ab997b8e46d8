/**
 * The life of one service. This chart decides and never acts: each effect is
 * an actor it was given, and each wish to run again is its supervisor's.
 *
 * `alive` holds the states in which a process of ours may exist. The process
 * actor lives exactly as long as `alive`, so no other state can signal, watch
 * or leak a process. Every way out of `alive` passes `ended`, and `ended` is
 * reached only when the whole tree of processes is gone.
 */
import { and, enqueueActions, type SnapshotFrom, sendTo, setup, stopChild } from 'xstate';
import { assign } from './assign.ts';
import {
  type ProcessCommand,
  type ServiceEvent,
  type ServiceView,
  unprovidedActors,
} from './protocol.ts';
import {
  blame,
  ended,
  exited,
  freshRun,
  healthProbe,
  identified,
  isLauncherDone,
  isWorkDone,
  noPidFile,
  readinessProbe,
  type ServiceContext,
  type ServiceInput,
  stopOutcome,
  stopStepOf,
  unknownExit,
  unlessAsked,
} from './service-context.ts';
import type { ProcessIdentity, Status } from './vocabulary.ts';

const killRetryMs = 5_000;
/** A pid file that still names the process before this one is given this long. */
const relocationMs = 2_000;

/** Once the process is known: whether it is ready is asked, or it is so at once, or by living on. */
const becomeReady = (...actions: readonly ('identify' | 'follow')[]) =>
  [
    { guard: 'hasReadiness', target: '#service.alive.starting.awaitingReady.probing', actions },
    { guard: 'isReadyAtOnce', target: '#service.alive.running', actions: [...actions, 'beReady'] },
    { target: '#service.alive.starting.awaitingReady', actions },
  ] as const;

/** Wherever it rests. Whoever is adopted has begun long ago, and enters `alive` by other ways. */
const start = [
  { guard: 'hasPreparation', target: '#service.alive.starting.preparing', actions: 'beginRun' },
  { target: '#service.alive', actions: 'beginRun' },
] as const;

export const serviceMachine = setup({
  types: {
    context: {} as ServiceContext,
    input: {} as ServiceInput,
    events: {} as ServiceEvent,
    tags: {} as Status,
    children: {} as {
      process: 'process';
      adoption: 'adoption';
      prepare: 'prepare';
      pidFile: 'pidFile';
      readiness: 'probe';
      health: 'probe';
      reload: 'reload';
    },
  },
  actors: unprovidedActors,

  delays: {
    spawnRetry: ({ context }) => Math.min(200 * 2 ** context.spawnTries, 5_000),
    pidFileWait: ({ context }) => context.spec.pidFile?.waitMs ?? 0,
    readinessWait: ({ context }) => context.spec.ready?.timeoutMs ?? 0,
    settle: ({ context }) => context.spec.settleMs,
    stopWait: ({ context }) => stopStepOf(context)?.waitMs ?? 0,
    stopReadyWait: ({ context }) => context.spec.stop.waitReadyMs,
    sweepWait: ({ context }) => context.spec.stop.sweepMs,
    killWait: ({ context }) => context.spec.stop.killWaitMs,
    killRetry: killRetryMs,
    relocation: relocationMs,
    backoff: ({ context }) => context.backoffMs,
  },

  guards: {
    hasPreparation: ({ context }) => context.spec.prepare.length > 0,
    hasPidFile: ({ context }) => context.spec.pidFile !== null,
    hasReadiness: ({ context }) => context.spec.ready !== null,
    hasProcess: ({ context }) => context.process !== null,
    hasSurvivors: ({ context }) => context.survivors,
    hasNextStep: ({ context }) => context.stopStep + 1 < context.spec.stop.steps.length,
    isStopAsked: ({ context }) => context.asked === 'stop',
    isKillAsked: ({ context }) => context.asked === 'kill',
    isImmediate: ({ event }) => 'delayMs' in event && event.delayMs <= 0,
    isReadyAtOnce: ({ context: { spec } }) => spec.type === 'oneshot' || spec.settleMs <= 0,
    isLauncher: ({ context }) => context.spec.type === 'forking',
    isFailing: ({ context }) => context.failure !== null,
    isCompleted: ({ context }) => context.completed,
    canReload: ({ context }) => context.spec.reload !== null,
    mustBeReadyToStop: ({ context }) =>
      context.spec.stop.waitReadyMs > 0 && context.spec.ready !== null,
    isOutOfPatience: ({ context }) => context.misses >= (context.spec.health?.retries ?? Infinity),
    isRestartedWhenUnhealthy: ({ context }) => context.spec.health?.onFailure === 'restart',
    wasCompleted: ({ context }) => context.record?.rest === 'completed',
    wasFailed: ({ context }) => context.record?.rest === 'failed',
  },

  // Effects have names, for the inspector to show. Bookkeeping is an inline
  // `assign` beside the event it reads, unless several transitions share it.
  actions: {
    beginRun: assign(({ context }) => ({ ...freshRun, hash: context.spec.hash })),
    identify: assign(({ context, event }) => identified(context, event)),
    beReady: assign({ readyAt: ({ context }) => context.startedAt }),
    tellProcess: sendTo('process', (_, command: ProcessCommand) => command),
    launch: sendTo('process', ({ context }) => ({
      type: 'launch' as const,
      again: context.spawnTries > 0,
    })),
    follow: sendTo('process', ({ context }) => ({
      type: 'follow' as const,
      identity: context.process as ProcessIdentity,
    })),
    askToLeave: sendTo('process', ({ context }) => ({
      type: 'ask' as const,
      step: stopStepOf(context) ?? { signal: 'SIGTERM' as const, waitMs: 0 },
    })),
    // Most services have no check. An actor that asks nothing would cost each of them as
    // much memory as its process does, so it is not invoked for all.
    watchHealth: enqueueActions(({ context, enqueue }) => {
      if (context.spec.health === null) return;
      enqueue.spawnChild('probe', {
        id: 'health',
        input: healthProbe(context, context.spec.health),
      });
    }),
    sweep: sendTo('process', { type: 'sweep' }),
    killTree: sendTo('process', { type: 'kill' }),
  },
}).createMachine({
  id: 'service',
  context: ({ input }) => ({
    spec: input.spec,
    exit: input.record?.exit ?? null,
    endedAt: null,
    chance: 0,
    backoffMs: 0,
    logOffset: 0,
    hash: input.spec.hash,
    ...freshRun,
    record: input.record,
  }),
  initial: 'adopting',
  on: {
    amend: { actions: assign({ spec: ({ event }) => event.spec }) },
  },
  states: {
    stopped: {
      tags: 'stopped',
      on: { start },
    },

    // Somebody before us may have left the process running. Until that is
    // known the service is neither up nor down, and nobody may start it.
    adopting: {
      tags: 'adopting',
      invoke: {
        id: 'adoption',
        src: 'adoption',
        input: ({ context }) => ({ spec: context.spec, record: context.record }),
      },
      on: {
        'adoption.found': [
          {
            guard: ({ event }) => event.ready,
            target: '#service.alive.running',
            actions: ['identify', assign({ readyAt: ({ event }) => event.at })],
          },
          ...becomeReady('identify'),
        ],
        'adoption.leftovers': {
          target: '#service.alive.sweeping',
          actions: assign({ ...freshRun, survivors: true }),
        },
        'adoption.none': [
          {
            guard: 'wasFailed',
            target: 'failed',
            actions: assign({ failure: ({ context }) => context.record?.failure ?? null }),
          },
          { guard: 'wasCompleted', target: 'completed' },
          // It ended while nobody looked. That counts like any other crash, or a
          // manager that died as often as its service would restart it without bound.
          {
            guard: ({ event }) => event.vanished,
            target: 'crashed',
            actions: assign(({ event }) => ({ ...ended(event), failure: { kind: 'vanished' } })),
          },
          { target: 'stopped', actions: assign(({ event }) => ended(event)) },
        ],
      },
    },

    alive: {
      initial: 'starting',
      exit: assign({ process: null, step: null }),
      invoke: {
        id: 'process',
        src: 'process',
        input: ({ context }) => ({ spec: context.spec, main: context.process }),
      },
      on: {
        'process.signalled': {
          actions: assign({
            stopBegan: ({ context, event }) => ({
              at: context.stopBegan?.at ?? event.at,
              by: event.by,
            }),
          }),
        },
        // A start that was under way when the stop came.
        'process.spawned': {
          actions: assign({
            process: ({ event }) => event.identity,
            startedAt: ({ event }) => event.at,
          }),
        },
        'process.notSpawned': {
          target: '#service.ended',
          actions: assign(({ event }) => ended(event)),
        },
        'process.exited': { target: '.leaving', actions: assign(({ event }) => exited(event)) },
        'tree.ended': { target: '#service.ended', actions: assign(({ event }) => ended(event)) },
        signal: {
          actions: {
            type: 'tellProcess',
            params: ({ event }) => ({ type: 'signal', signal: event.signal }),
          },
        },
      },
      states: {
        starting: {
          tags: 'starting',
          initial: 'launching',
          on: {
            kill: 'killing',
            'process.notSpawned': {
              target: '#service.ended',
              actions: assign(({ event }) => ({
                ...ended(event),
                failure: { kind: 'not-spawned', problem: event.problem, reason: event.reason },
              })),
            },
            'tree.ended': {
              target: '#service.ended',
              actions: assign(({ context, event }) => ({
                ...ended(event),
                failure: unlessAsked(context, {
                  kind: 'exited-while-starting',
                  exit: context.exit ?? unknownExit,
                }),
              })),
            },
            'process.exited': {
              target: '#service.alive.leaving',
              actions: assign(({ context, event }) => ({
                ...exited(event),
                failure: isWorkDone(context, event.exit)
                  ? null
                  : { kind: 'exited-while-starting', exit: event.exit },
                completed: isWorkDone(context, event.exit),
              })),
            },
          },
          states: {
            preparing: {
              invoke: {
                id: 'prepare',
                src: 'prepare',
                input: ({ context }) => ({ spec: context.spec }),
              },
              on: {
                // What a step started is cut off with its actor, and swept like any leftover.
                stop: '#service.alive.sweeping',
                kill: '#service.alive.sweeping',
                'prepare.began': { actions: assign({ step: ({ event }) => event.step }) },
                'prepare.done': { target: 'launching', actions: assign({ step: null }) },
                'prepare.failed': {
                  target: '#service.alive.sweeping',
                  actions: assign(({ event }) => ({
                    ...ended(event),
                    failure: { kind: 'not-prepared', step: event.step, reason: event.reason },
                  })),
                },
              },
            },

            launching: {
              entry: 'launch',
              on: {
                // Whatever is being spawned cannot be named yet, so a stop has to wait for it.
                stop: { actions: assign({ asked: 'stop' }) },
                kill: { actions: assign({ asked: 'kill' }) },
                // What was asked meanwhile comes first: nothing more is begun then.
                'process.spawned': [
                  { guard: 'isKillAsked', target: '#service.alive.killing', actions: 'identify' },
                  {
                    guard: and(['isStopAsked', 'isLauncher']),
                    target: 'awaitingPid.hurrying',
                    actions: 'identify',
                  },
                  { guard: 'isStopAsked', target: '#service.alive.stopping', actions: 'identify' },
                  { guard: 'hasPidFile', target: 'awaitingPid', actions: 'identify' },
                  ...becomeReady('identify'),
                ],
                'process.notSpawned': [
                  // The machine is short of something; that is no fault of the service.
                  {
                    guard: ({ context, event }) =>
                      event.problem === 'out-of-resources' && context.asked === null,
                    target: 'outOfResources',
                    actions: assign(({ context, event }) => ({
                      spawnTries: context.spawnTries + 1,
                      note: event.reason,
                    })),
                  },
                  {
                    target: '#service.ended',
                    actions: assign(({ context, event }) => ({
                      ...ended(event),
                      failure: unlessAsked(context, {
                        kind: 'not-spawned',
                        problem: event.problem,
                        reason: event.reason,
                      }),
                    })),
                  },
                ],
              },
            },

            outOfResources: {
              after: { spawnRetry: 'launching' },
              on: { stop: '#service.ended', kill: '#service.ended' },
            },

            // The command may be a launcher that forks the real process and
            // leaves, so its clean exit is no news. A stop waits as well, for a
            // little: the process that the file will name is asked by its own
            // signal then, and what is swept before that is not.
            awaitingPid: {
              initial: 'waiting',
              invoke: {
                id: 'pidFile',
                src: 'pidFile',
                input: ({ context }) => ({
                  path: context.spec.pidFile?.path ?? '',
                  lifeline: context.spec.lifeline,
                  main: context.process,
                }),
              },
              on: {
                stop: [
                  { guard: 'isLauncher', target: '.hurrying', actions: assign({ asked: 'stop' }) },
                  { target: '#service.alive.stopping' },
                ],
                'pidFile.rejected': { actions: assign({ note: ({ event }) => event.reason }) },
                'pidFile.found': [
                  {
                    guard: 'isStopAsked',
                    target: '#service.alive.stopping',
                    actions: ['identify', 'follow'],
                  },
                  ...becomeReady('identify', 'follow'),
                ],
                'process.exited': [
                  // How the launcher ended says nothing of how its daemon will.
                  {
                    guard: ({ context, event }) =>
                      isLauncherDone(context, event) && event.survivors,
                    actions: assign(({ event }) => ({ ...exited(event), exit: null })),
                  },
                  {
                    guard: ({ context, event }) => isLauncherDone(context, event),
                    target: '.abandoned',
                    actions: assign(({ event }) => ({ ...exited(event), exit: null })),
                  },
                  {
                    target: '#service.alive.leaving',
                    actions: assign(({ context, event }) => ({
                      ...exited(event),
                      failure: unlessAsked(context, {
                        kind: 'exited-while-starting',
                        exit: event.exit,
                      }),
                    })),
                  },
                ],
              },
              states: {
                waiting: {},
                hurrying: { after: { relocation: '#service.alive.sweeping' } },
                // Nobody is left who could write the file, but for a daemon that closed
                // all it had inherited; it would have done so by now, or soon.
                abandoned: {
                  after: {
                    relocation: {
                      target: '#service.ended',
                      actions: assign({
                        failure: ({ context }) =>
                          unlessAsked(context, {
                            kind: 'exited-while-starting',
                            exit: unknownExit,
                          }),
                      }),
                    },
                  },
                },
              },
              after: {
                pidFileWait: [
                  {
                    guard: 'hasProcess',
                    target: '#service.alive.stopping',
                    actions: assign({ failure: ({ context }) => noPidFile(context) }),
                  },
                  {
                    target: '#service.alive.sweeping',
                    actions: assign({ failure: ({ context }) => noPidFile(context) }),
                  },
                ],
              },
            },

            awaitingReady: {
              initial: 'settling',
              on: {
                stop: [
                  { guard: 'mustBeReadyToStop', target: '#service.alive.holdingStop' },
                  { target: '#service.alive.stopping' },
                ],
                'process.notified': {
                  guard: ({ event }) => event.ready,
                  target: '#service.alive.running',
                  actions: assign({ readyAt: ({ event }) => event.at }),
                },
              },
              states: {
                settling: {
                  after: {
                    settle: {
                      target: '#service.alive.running',
                      actions: assign({
                        readyAt: ({ context }) => (context.startedAt ?? 0) + context.spec.settleMs,
                      }),
                    },
                  },
                },

                probing: {
                  invoke: {
                    id: 'readiness',
                    src: 'probe',
                    input: ({ context }) => readinessProbe(context),
                  },
                  on: {
                    'probe.passed': {
                      target: '#service.alive.running',
                      actions: assign({ readyAt: ({ event }) => event.at, note: null }),
                    },
                    'probe.failed': { actions: assign({ note: ({ event }) => event.reason }) },
                  },
                  after: {
                    readinessWait: {
                      target: '#service.alive.stopping',
                      actions: assign({
                        failure: ({ context }) => ({
                          kind: 'not-ready',
                          reason: context.note ?? 'it gave no answer',
                          afterMs: context.spec.ready?.timeoutMs ?? 0,
                        }),
                      }),
                    },
                  },
                },
              },
            },
          },
        },

        running: {
          tags: 'running',
          initial: 'healthy',
          entry: 'watchHealth',
          exit: stopChild('health'),
          on: {
            stop: 'stopping',
            kill: 'killing',
            'process.exited': [
              // An upgraded server hands over to a new main process and leaves.
              {
                guard: ({ context, event }) => event.survivors && context.spec.pidFile !== null,
                target: '.relocating',
                actions: assign(({ event }) => exited(event)),
              },
              {
                target: '#service.alive.leaving',
                actions: assign(({ context, event }) => ({
                  ...exited(event),
                  ...blame(context, event.exit),
                })),
              },
            ],
          },
          states: {
            healthy: {
              entry: assign({ misses: 0 }),
              on: {
                reload: { guard: 'canReload', target: 'reloading' },
                'probe.passed': { actions: assign({ misses: 0, note: null }) },
                'probe.failed': {
                  actions: assign({
                    misses: ({ context }) => context.misses + 1,
                    note: ({ event }) => event.reason,
                  }),
                },
              },
              always: { guard: 'isOutOfPatience', target: 'unhealthy' },
            },

            unhealthy: {
              always: {
                guard: 'isRestartedWhenUnhealthy',
                target: '#service.alive.stopping',
                actions: assign({
                  failure: ({ context }) => ({
                    kind: 'unhealthy',
                    misses: context.misses,
                    reason: context.note ?? 'it gave no answer',
                  }),
                }),
              },
              on: {
                reload: { guard: 'canReload', target: 'reloading' },
                'probe.passed': { target: 'healthy', actions: assign({ note: null }) },
                'probe.failed': { actions: assign({ note: ({ event }) => event.reason }) },
              },
            },

            reloading: {
              invoke: {
                id: 'reload',
                src: 'reload',
                input: ({ context }) => ({
                  spec: context.spec,
                  test: context.spec.reload?.test ?? null,
                  main: context.process,
                }),
              },
              on: {
                'reload.done': { target: 'healthy', actions: assign({ note: null }) },
                'reload.failed': {
                  target: 'healthy',
                  actions: assign({ note: ({ event }) => `reload refused: ${event.reason}` }),
                },
              },
            },

            relocating: {
              invoke: {
                id: 'pidFile',
                src: 'pidFile',
                input: ({ context }) => ({
                  path: context.spec.pidFile?.path ?? '',
                  lifeline: context.spec.lifeline,
                  main: null,
                }),
              },
              on: {
                'pidFile.found': {
                  target: 'healthy',
                  actions: [
                    assign({
                      process: ({ event }) => event.identity,
                      survivors: false,
                      exit: null,
                      endedAt: null,
                    }),
                    'follow',
                  ],
                },
                // It names nobody alive: there is no successor.
                'pidFile.rejected': {
                  target: '#service.alive.sweeping',
                  actions: assign(({ context }) => blame(context, context.exit ?? unknownExit)),
                },
                'tree.ended': {
                  target: '#service.ended',
                  actions: assign(({ context, event }) => ({
                    ...ended(event),
                    ...blame(context, context.exit ?? unknownExit),
                  })),
                },
                stop: '#service.alive.sweeping',
              },
              after: {
                relocation: {
                  target: '#service.alive.sweeping',
                  actions: assign(({ context }) => blame(context, context.exit ?? unknownExit)),
                },
              },
            },
          },
        },

        // MariaDB hangs for ever on a SIGTERM that comes before it is ready.
        holdingStop: {
          tags: 'stopping',
          invoke: {
            id: 'readiness',
            src: 'probe',
            input: ({ context }) => readinessProbe(context),
          },
          on: {
            'probe.passed': 'stopping',
            'process.notified': { guard: ({ event }) => event.ready, target: 'stopping' },
            kill: 'killing',
          },
          after: { stopReadyWait: 'killing' },
        },

        stopping: {
          tags: 'stopping',
          initial: 'asking',
          entry: assign({ stopStep: 0 }),
          on: {
            stop: { actions: assign({ failure: null }) },
            kill: { target: 'killing', actions: assign({ failure: null }) },
            'process.signalRefused': {
              target: 'stuck',
              actions: assign({ note: ({ event }) => event.reason }),
            },
          },
          states: {
            asking: {
              entry: 'askToLeave',
              after: {
                stopWait: [
                  {
                    guard: 'hasNextStep',
                    target: 'asking',
                    reenter: true,
                    actions: assign({ stopStep: ({ context }) => context.stopStep + 1 }),
                  },
                  { target: '#service.alive.killing' },
                ],
              },
            },
          },
        },

        leaving: {
          tags: 'stopping',
          always: [{ guard: 'hasSurvivors', target: 'sweeping' }, { target: '#service.ended' }],
        },

        // The main process is gone and others of its tree are not: a killed
        // nginx leaves workers on the port. None may outlive the service.
        sweeping: {
          tags: 'stopping',
          entry: 'sweep',
          on: {
            stop: { actions: assign({ failure: null }) },
            kill: { target: 'killing', actions: assign({ failure: null }) },
            // A launcher may leave on being swept, and be the last one.
            'process.exited': [
              {
                guard: ({ event }) => event.survivors,
                actions: assign(({ event }) => exited(event)),
              },
              { target: '#service.ended', actions: assign(({ event }) => exited(event)) },
            ],
          },
          after: { sweepWait: 'killing' },
        },

        killing: {
          tags: 'killing',
          entry: [assign({ killed: true }), 'killTree'],
          on: {
            stop: { actions: assign({ failure: null }) },
            'process.exited': [
              {
                guard: ({ event }) => event.survivors,
                actions: assign(({ event }) => exited(event)),
              },
              { target: '#service.ended', actions: assign(({ event }) => exited(event)) },
            ],
            'process.signalRefused': {
              target: 'stuck',
              actions: assign({ note: ({ event }) => event.reason }),
            },
          },
          after: { killWait: 'stuck' },
        },

        // SIGKILL did not help: a process sleeps in the kernel, or belongs to
        // another user. We keep hold of it and say so; calling it stopped
        // would let a second copy start beside it.
        stuck: {
          tags: 'stuck',
          on: {
            stop: { actions: assign({ failure: null }) },
            'process.exited': [
              {
                guard: ({ event }) => event.survivors,
                actions: assign(({ event }) => exited(event)),
              },
              { target: '#service.ended', actions: assign(({ event }) => exited(event)) },
            ],
          },
          after: { killRetry: { target: 'stuck', reenter: true, actions: 'killTree' } },
        },
      },
    },

    ended: {
      tags: 'stopped',
      entry: assign({ stop: ({ context }) => stopOutcome(context) }),
      always: [
        { guard: 'isFailing', target: 'crashed' },
        { guard: 'isCompleted', target: 'completed' },
        { target: 'stopped' },
      ],
    },

    // The process is gone and nobody asked for it. Whether to come back is the
    // supervisor's to say: it alone knows the policy, the group and the past.
    crashed: {
      tags: 'crashed',
      on: {
        restart: [
          { guard: 'isImmediate', target: 'stopped' },
          { target: 'backoff', actions: assign({ backoffMs: ({ event }) => event.delayMs }) },
        ],
        rest: 'completed',
        giveUp: 'failed',
        stop: 'stopped',
        kill: 'stopped',
      },
    },

    // A stop with a timer. When it is over the service asks to be started, by
    // being stopped, and does not start itself: what it needs may be down.
    backoff: {
      tags: 'backoff',
      on: { start, stop: 'stopped', kill: 'stopped' },
      after: { backoff: 'stopped' },
    },

    completed: {
      tags: 'completed',
      on: { start, stop: 'stopped', kill: 'stopped' },
    },

    failed: {
      tags: 'failed',
      on: { start, stop: 'stopped', kill: 'stopped' },
    },
  },
});

export type ServiceMachine = typeof serviceMachine;

/** What everybody but the machine itself may know of it. */
export function viewOf(snapshot: SnapshotFrom<ServiceMachine>): ServiceView {
  const { context } = snapshot;
  const status = statusOf(snapshot);
  const state = stateName(snapshot.value);
  return {
    kind: 'service',
    name: context.spec.name,
    status,
    state,
    process: context.process,
    healthy: status === 'running' && !state.endsWith('unhealthy'),
    adopted: context.adopted,
    failure: context.failure,
    exit: context.exit,
    startedAt: context.startedAt,
    readyAt: context.readyAt,
    endedAt: context.endedAt,
    chance: context.chance,
    stop: context.stop,
    step: context.step,
    note: context.note,
    logOffset: context.logOffset,
    hash: context.hash,
  };
}

/** `{ alive: { starting: 'launching' } }` is `starting.launching` to everybody else. */
export function stateName(value: unknown): string {
  if (typeof value === 'string') return value;
  const [[key, inner] = ['', '']] = Object.entries(value as object);
  const rest = stateName(inner);
  return key === 'alive' ? rest : `${key}.${rest}`;
}

/** Every leaf state carries exactly one tag, and the tags are the statuses. */
function statusOf(snapshot: SnapshotFrom<ServiceMachine>): Status {
  const [status] = snapshot.tags as Set<Status>;
  if (status === undefined) throw new Error('cannot name a state that has no tag');
  return status;
}
