/**
 * What a service's machine remembers, and the bookkeeping that several of its events
 * share: what changes when a process was spawned, exited, is blamed. Pure, and no chart.
 */
import type { ProbeInput, ServiceEvent, ServiceRecord } from './protocol.ts';
import type {
  Exit,
  Failure,
  HealthSpec,
  ProcessIdentity,
  ReadinessSpec,
  ServiceSpec,
  StopOutcome,
  StopStep,
} from './vocabulary.ts';

export interface ServiceInput {
  readonly spec: ServiceSpec;
  /** What is known of it from before this machine was made, by another one like it. */
  readonly record: ServiceRecord | null;
}

export interface ServiceContext {
  readonly spec: ServiceSpec;
  readonly record: ServiceRecord | null;
  /** The main process, while it lives. */
  readonly process: ProcessIdentity | null;
  readonly adopted: boolean;
  readonly failure: Failure | null;
  readonly exit: Exit | null;
  readonly startedAt: number | null;
  readonly readyAt: number | null;
  readonly endedAt: number | null;
  readonly chance: number;
  readonly misses: number;
  readonly backoffMs: number;
  readonly spawnTries: number;
  readonly step: string | null;
  readonly note: string | null;
  readonly logOffset: number;
  /** Of the definition that the process was started with. */
  readonly hash: string;
  /** A stop that came when the process could not be named yet. */
  readonly asked: 'stop' | 'kill' | null;
  readonly stopStep: number;
  readonly stopBegan: { readonly at: number; readonly by: string } | null;
  readonly killed: boolean;
  readonly stop: StopOutcome | null;
  /** It did its work and left. */
  readonly completed: boolean;
  readonly survivors: boolean;
}

export const unknownExit: Exit = { code: null, signal: null };

export const freshRun = {
  record: null,
  process: null,
  adopted: false,
  failure: null,
  startedAt: null,
  readyAt: null,
  misses: 0,
  spawnTries: 0,
  step: null,
  note: null,
  asked: null,
  stopStep: 0,
  stopBegan: null,
  killed: false,
  stop: null,
  completed: false,
  survivors: false,
} as const satisfies Partial<ServiceContext>;

/** The main process has a name, by whichever fact gave it one. */
export function identified(context: ServiceContext, event: ServiceEvent): Partial<ServiceContext> {
  switch (event.type) {
    case 'process.spawned':
      return spawned(event);
    case 'pidFile.found':
      return { process: event.identity, note: null };
    case 'adoption.found':
      return adopted(context, event.identity, event.at);
    default:
      return {};
  }
}

function adopted(context: ServiceContext, process: ProcessIdentity, at: number) {
  return {
    ...freshRun,
    process,
    adopted: true,
    startedAt: context.record?.startedAt ?? at,
    logOffset: context.record?.logOffset ?? 0,
    hash: context.record?.hash ?? context.spec.hash,
  };
}

function spawned(event: {
  readonly identity: ProcessIdentity;
  readonly at: number;
  readonly logOffset: number;
}) {
  return {
    process: event.identity,
    startedAt: event.at,
    logOffset: event.logOffset,
    exit: null,
    endedAt: null,
  };
}

export function exited(event: {
  readonly exit: Exit;
  readonly at: number;
  readonly chance: number;
  readonly survivors: boolean;
}) {
  return { ...ended(event), process: null, exit: event.exit, survivors: event.survivors };
}

export function ended(event: { readonly at: number; readonly chance: number }) {
  return { endedAt: event.at, chance: event.chance };
}

/** A one-shot that ends well has done its work; anything else that ends by itself has crashed. */
export function isWorkDone(context: ServiceContext, exit: Exit): boolean {
  return context.spec.type === 'oneshot' && isSuccess(context.spec, exit);
}

function isSuccess(spec: ServiceSpec, exit: Exit): boolean {
  return exit.code !== null && spec.restart.successExitCodes.includes(exit.code);
}

export function blame(
  context: ServiceContext,
  exit: Exit,
): { readonly completed: boolean; readonly failure: Failure | null } {
  const isDone = isWorkDone(context, exit);
  return { completed: isDone, failure: isDone ? null : { kind: 'exited', exit } };
}

export function noPidFile(context: ServiceContext): Failure | null {
  return unlessAsked(context, {
    kind: 'no-pid-file',
    path: context.spec.pidFile?.path ?? '',
    reason: context.note ?? 'it was never written',
  });
}

/** The command was a launcher, and did what it was for. */
export function isLauncherDone(
  { spec }: ServiceContext,
  { exit }: { readonly exit: Exit },
): boolean {
  return spec.type === 'forking' && exit.code === 0;
}

/** However a start ends that somebody has called off, that is no failure. */
export function unlessAsked({ asked }: ServiceContext, failure: Failure): Failure | null {
  return asked === null ? failure : null;
}

export function stopStepOf(context: ServiceContext): StopStep | undefined {
  return context.spec.stop.steps[context.stopStep];
}

export function stopOutcome(context: ServiceContext): StopOutcome | null {
  if (context.stopBegan === null || context.endedAt === null) return null;
  const { at, by } = context.stopBegan;
  return { by, killed: context.killed, tookMs: Math.max(0, context.endedAt - at) };
}

export function readinessProbe(context: ServiceContext): ProbeInput {
  const ready = context.spec.ready as ReadinessSpec;
  return {
    ...probeOf(context),
    check: ready.check,
    everyMs: ready.everyMs,
    tryMs: ready.tryMs,
    silentMs: 0,
    repeat: 'once',
    ownsListener: ready.ownsListener,
  };
}

export function healthProbe(context: ServiceContext, health: HealthSpec): ProbeInput {
  return {
    ...probeOf(context),
    check: health.check,
    everyMs: health.everyMs,
    tryMs: health.tryMs,
    silentMs: health.startPeriodMs,
    repeat: 'always',
    ownsListener: false,
  };
}

function probeOf(context: ServiceContext) {
  return {
    lifeline: context.spec.lifeline,
    main: context.process,
    log: { path: context.spec.logs.path, offset: context.logOffset },
  };
}
