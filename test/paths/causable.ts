/**
 * Which events may come next, as far as the world can cause them. A machine would take
 * many more: the end of a process that never was, a verdict on what has not crashed.
 */
import { getNextTransitions, type SnapshotFrom } from 'xstate';
import type { ServiceEvent } from '../../src/machines/protocol.ts';
import { type ServiceMachine, stateName } from '../../src/machines/service.ts';
import type { Exit, ProcessIdentity, ServiceSpec } from '../../src/machines/vocabulary.ts';

export type ServiceSnapshot = SnapshotFrom<ServiceMachine>;
export type PathEvent = ServiceEvent | { readonly type: `xstate.after.${string}` };

/** What an earlier manager has left behind. */
export const pasts = [
  'none',
  'ready',
  'young',
  'leftovers',
  'vanished',
  'completed',
  'failed',
] as const;
export type Past = (typeof pasts)[number];

/** Placeholders for processes: what the spawn started, what it forked, what was there before. */
export const spawnedPid = 1;
const forkedPid = 2;
const adoptedPid = 3;

export const placeholder = (pid: number): ProcessIdentity => ({
  bootId: 'boot',
  pidNamespace: 'namespace',
  pid,
  startTime: pid,
});

const moment = { at: 1, chance: 0.5 };
const commands: readonly PathEvent[] = [
  { type: 'start' },
  { type: 'stop' },
  { type: 'kill' },
  { type: 'restart', delayMs: 0 },
  { type: 'rest' },
  { type: 'giveUp' },
  { type: 'reload' },
  { type: 'signal', signal: 'SIGHUP' },
];

export function causable(snapshot: ServiceSnapshot, past: Past): readonly PathEvent[] {
  const inner = automatic(snapshot, past) ?? [
    ...commands,
    { type: 'restart' as const, delayMs: snapshot.context.spec.restart.delayMs },
    ...amendments(snapshot),
    ...facts(snapshot),
    ...timers(snapshot),
  ];
  return inner.filter((event) => snapshot.can(event as ServiceEvent) || isRefused(snapshot, event));
}

/** A transition is there, and its guard says no. */
function isRefused(snapshot: ServiceSnapshot, event: PathEvent): boolean {
  const guarded = getNextTransitions(snapshot).filter(({ guard }) => guard !== undefined);
  return guarded.some(({ eventType }) => eventType === event.type);
}

/** What follows at once, so that nothing else can come before it; null: the world has a choice. */
export function automatic(snapshot: ServiceSnapshot, past: Past): readonly PathEvent[] | null {
  const { spec, step } = snapshot.context;
  switch (stateName(snapshot.value)) {
    case 'adopting':
      return [adoption(past)];
    case 'starting.preparing':
      return step === null ? [{ type: 'prepare.began', step: 'step' }] : null;
    case 'stopping.asking':
      return isForeign(spec) ? [refusal] : null;
    case 'sweeping':
      return isAnybodyLeft(snapshot) ? null : [{ type: 'tree.ended', ...moment }];
    case 'killing':
      if (!isAnybodyLeft(snapshot)) return [{ type: 'tree.ended', ...moment }];
      return isForeign(spec) ? [refusal] : null;
    default:
      return null;
  }
}

const refusal: PathEvent = { type: 'process.signalRefused', signal: 'SIGTERM', reason: 'no' };

const isForeign = (spec: ServiceSpec): boolean => spec.name === 'foreign';

const isAnybodyLeft = ({ context }: ServiceSnapshot): boolean =>
  context.process !== null || context.survivors;

function adoption(past: Past): PathEvent {
  switch (past) {
    case 'ready':
    case 'young':
      return {
        type: 'adoption.found',
        identity: placeholder(adoptedPid),
        at: 1,
        ready: past === 'ready',
      };
    case 'leftovers':
      return { type: 'adoption.leftovers', at: 1 };
    case 'vanished':
      return { type: 'adoption.none', vanished: true, ...moment };
    case 'none':
    case 'completed':
    case 'failed':
      return { type: 'adoption.none', vanished: false, ...moment };
  }
}

/** It counts from the next start on, so that it matters little when it comes. */
function amendments(snapshot: ServiceSnapshot): readonly PathEvent[] {
  const isTold = ['stopped', 'running.healthy', 'failed'].includes(stateName(snapshot.value));
  return isTold ? [{ type: 'amend', spec: snapshot.context.spec }] : [];
}

function timers(snapshot: ServiceSnapshot): readonly PathEvent[] {
  const types = getNextTransitions(snapshot).map(({ eventType }) => eventType);
  return [...new Set(types)]
    .filter((type) => type.startsWith('xstate.after.'))
    .map((type) => ({ type }) as PathEvent);
}

function facts(snapshot: ServiceSnapshot): readonly PathEvent[] {
  const { context } = snapshot;
  switch (stateName(snapshot.value)) {
    case 'starting.preparing':
      return [
        { type: 'prepare.done' },
        { type: 'prepare.failed', step: 'step', reason: 'no', ...moment },
      ];
    case 'starting.launching':
      return [
        { type: 'process.spawned', identity: placeholder(spawnedPid), at: 1, logOffset: 0 },
        { type: 'process.notSpawned', problem: 'missing-binary', reason: 'no', ...moment },
        { type: 'process.notSpawned', problem: 'out-of-resources', reason: 'no', ...moment },
      ];
    case 'starting.awaitingPid.waiting':
    case 'starting.awaitingPid.hurrying':
      return [...ends(snapshot), rejection, ...(isAnybodyLeft(snapshot) ? [found(snapshot)] : [])];
    case 'starting.awaitingPid.abandoned':
      return [rejection];
    case 'starting.awaitingReady.probing':
    case 'holdingStop':
      return [...ends(snapshot), ...readiness(context.spec)];
    case 'running.healthy':
      return [...ends(snapshot), ...miss(context.spec), ...(context.misses > 0 ? [recovery] : [])];
    case 'running.unhealthy':
      return [...ends(snapshot), ...miss(context.spec), recovery];
    case 'running.reloading':
      return [
        ...ends(snapshot),
        { type: 'reload.done', at: 1 },
        { type: 'reload.failed', reason: 'no' },
      ];
    case 'running.relocating':
      return [...ends(snapshot), rejection, found(snapshot)];
    default:
      return ends(snapshot);
  }
}

const rejection: PathEvent = { type: 'pidFile.rejected', reason: 'no' };
const recovery: PathEvent = { type: 'probe.passed', at: 1 };

/** A launcher's file names what it has forked, any other one the process itself. */
function found({ context }: ServiceSnapshot): PathEvent {
  const isOwn = context.spec.type !== 'forking' && context.process !== null;
  return {
    type: 'pidFile.found',
    identity: isOwn ? (context.process as ProcessIdentity) : placeholder(forkedPid),
    at: 1,
  };
}

function readiness({ ready }: ServiceSpec): readonly PathEvent[] {
  if (ready?.check.kind !== 'notify') return [{ type: 'probe.passed', at: 1 }];
  return [true, false].map((isReady) => ({ type: 'process.notified', ready: isReady, at: 1 }));
}

const miss = ({ health }: ServiceSpec): readonly PathEvent[] =>
  health === null ? [] : [{ type: 'probe.failed', reason: 'no' }];

function ends(snapshot: ServiceSnapshot): readonly PathEvent[] {
  const { process, survivors } = snapshot.context;
  if (!stateName(snapshot.value).match(/^(starting|running|stopping|sweep|kill|stuck|holding)/)) {
    return [];
  }
  if (process === null) return survivors ? [{ type: 'tree.ended', ...moment }] : [];
  return exitsOf(snapshot, process).flatMap((exit) =>
    [true, false].map(
      (one) => ({ type: 'process.exited', exit, survivors: one, ...moment }) as const,
    ),
  );
}

/** Nobody but its parent learns how a process ended. */
function exitsOf({ value }: ServiceSnapshot, { pid }: ProcessIdentity): readonly Exit[] {
  if (stateName(value) === 'killing') return [{ code: null, signal: 'SIGKILL' }];
  if (pid !== spawnedPid) return [{ code: null, signal: null }];
  return [0, 1].map((code) => ({ code, signal: null }));
}

/** What a later step may depend on, and nothing that only people read. */
export function keyOf(snapshot: ServiceSnapshot): string {
  const { value, context } = snapshot;
  const state = stateName(value);
  if (typeof value === 'string')
    return JSON.stringify([state, context.backoffMs > 0 && state === 'backoff']);
  const { process, failure, asked, stopStep, completed, survivors, misses, step, spawnTries } =
    context;
  const isRelocating = state === 'running.relocating';
  const flags = {
    asked,
    stopStep: state.startsWith('stopping') ? stopStep : 0,
    misses: state.startsWith('running') ? misses : 0,
    again: state.startsWith('starting') && spawnTries > 0,
    step: step !== null,
    process: process !== null,
    failure: failure !== null,
    completed,
    survivors,
    exit: isRelocating && context.exit?.code === 0,
  };
  const set = Object.entries(flags).filter(
    ([, flag]) => flag !== false && flag !== 0 && flag !== null,
  );
  return JSON.stringify([state, Object.fromEntries(set)]);
}
