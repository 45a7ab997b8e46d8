/** What is known, as people see it. Pure reads, at any rate. */
import type { Kernel } from '../kernel/port.ts';
import type { ServiceView, View } from '../machines/protocol.ts';
import type { Name } from '../machines/vocabulary.ts';
import type { GroupStatus, ServiceStatus } from './api.ts';
import type { Entry, Registry } from './registry.ts';
import { explain } from './why.ts';
import { exitMessage, failureMessage } from './wording.ts';

export function serviceStatus(kernel: Kernel, registry: Registry, name: Name): ServiceStatus {
  const entry = registry.entry(name);
  const { spec, view, group } = entry;
  const member = registry.member(name);
  const wall = wallOf(kernel);
  return {
    name,
    group,
    description: spec.description,
    type: spec.type,
    state: view?.status ?? 'adopting',
    detail: view?.state ?? 'adopting',
    desired: desired(entry, member?.wanted ?? false),
    pinned: member?.pinned ?? false,
    pid: view?.process?.pid ?? null,
    startedAt: isUp(view) ? asNoted(kernel, entry.notes.startedWall, view?.startedAt) : null,
    readyAt: isUp(view) ? wall(view?.readyAt) : null,
    restarts: entry.notes.restarts,
    adopted: view?.adopted ?? false,
    ready: view?.status === 'running' || view?.status === 'completed',
    healthy: view?.healthy ?? false,
    tracking: trackingOf(kernel, entry),
    lastExit: lastExit(view, wall),
    failure: failureOf(view),
    why: explain(registry, name, { now: kernel.clock.now() }),
    dependsOn: spec.dependsOn.map((dependency) => dependency.name),
    autostart: spec.autostart,
    labels: spec.labels,
  };
}

export function groupStatuses(registry: Registry): readonly GroupStatus[] {
  return registry.groups().map(({ spec, parent, view }) => ({
    name: spec.name,
    parent,
    state: view?.status ?? 'running',
    strategy: spec.strategy,
    failure: view?.failure == null ? null : failureMessage(view.failure),
    members: spec.children.map((child) => child.spec.name),
  }));
}

/** Milliseconds since boot, as milliseconds since 1970. */
export function wallOf({
  clock,
}: Pick<Kernel, 'clock'>): (at: number | null | undefined) => number | null {
  const offset = clock.wall() - clock.now();
  return (at) => (at == null ? null : Math.round(at + offset));
}

/**
 * What was noted when it happened stays the same, although the clocks of two managers differ
 * by a little. But if the wall clock was set since, an age would be wrong by as much.
 */
export function asNoted(
  kernel: Pick<Kernel, 'clock'>,
  noted: number | null,
  at: number | null | undefined,
): number | null {
  const now = wallOf(kernel)(at);
  if (noted === null || now === null) return noted ?? now;
  const late = now - noted;
  if (Math.abs(late) < driftMs) return noted;
  // A machine that slept has gone on by the wall clock alone; nobody set that.
  return late > 0 && late < kernel.clock.asleepMs() + driftMs ? noted : now;
}

const driftMs = 1_000;

export const isGroupView = (view: View): boolean => view.kind === 'group';

const isUp = (view: ServiceView | null): boolean => view?.process != null;

function trackingOf(kernel: Kernel, { spec, view, notes }: Entry): ServiceStatus['tracking'] {
  const process = view?.process ?? null;
  if (process === null) return null;
  if (notes.tracked?.process !== process) {
    notes.tracked = { process, holds: kernel.holds(spec.lifeline, process) };
  }
  return notes.tracked.holds ? 'tree' : 'main';
}

function desired({ notes }: Entry, isWanted: boolean): 'up' | 'down' {
  return isWanted || notes.wish?.wish === 'up' ? 'up' : 'down';
}

function lastExit(view: ServiceView | null, wall: ReturnType<typeof wallOf>) {
  if (view === null || view.exit === null) return null;
  const { code, signal } = view.exit;
  return { code, signal, reason: exitMessage(view.exit), at: wall(view.endedAt) };
}

function failureOf(view: ServiceView | null): ServiceStatus['failure'] {
  if (view === null || view.failure === null) return null;
  return { ...view.failure, message: failureMessage(view.failure) };
}
