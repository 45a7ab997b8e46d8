/**
 * Finds out, once, what an earlier manager has left of a service: its main
 * process, only others of its tree, or nothing. Asks, and signals nobody.
 */
import { type EventObject, fromCallback } from 'xstate';
import type { Kernel } from '../kernel/port.ts';
import type { AdoptionInput, ServiceFact } from '../machines/protocol.ts';
import type { ProcessIdentity, ServiceSpec } from '../machines/vocabulary.ts';
import { prepareLifeline, treeOf } from './tree.ts';

export const createAdoptionActor = (kernel: Kernel) =>
  fromCallback<EventObject, AdoptionInput>(({ input, sendBack }) => {
    sendBack(findOut(kernel, input));
  });

function findOut(kernel: Kernel, { spec, record }: AdoptionInput): ServiceFact {
  const at = kernel.clock.now();
  const recorded = record?.process ?? null;
  const preparing = prepareLifeline(spec);
  if (preparing !== null && kernel.isHeld(preparing)) return { type: 'adoption.leftovers', at };
  if (recorded !== null && kernel.isAlive(recorded)) {
    return { type: 'adoption.found', identity: recorded, at, ready: record?.ready ?? false };
  }
  if (!kernel.isHeld(spec.lifeline)) {
    const vanished = recorded !== null && recorded.bootId === kernel.self().bootId;
    return { type: 'adoption.none', at, chance: kernel.random(), vanished };
  }
  // It was spawned, or handed over to another, after the last record was written.
  const isNew = recorded === null && record?.leaving !== true;
  const successor = isNew ? findMain(kernel, spec) : named(kernel, spec);
  return successor === null
    ? { type: 'adoption.leftovers', at }
    : { type: 'adoption.found', identity: successor, at, ready: false };
}

/** The main process of a tree that nobody has told us of; null where that cannot be told. */
export function findMain(kernel: Kernel, spec: ServiceSpec): ProcessIdentity | null {
  return named(kernel, spec) ?? onlyRoot(kernel, spec);
}

/** Whom the pid file names, if that is one of the tree. */
function named(kernel: Kernel, spec: ServiceSpec): ProcessIdentity | null {
  if (spec.pidFile === null) return null;
  const reading = kernel.readPidFile(spec.pidFile.path);
  const identity = reading.kind === 'pid' ? kernel.identify(reading.pid) : null;
  return identity !== null && kernel.holds(spec.lifeline, identity) ? identity : null;
}

/** The one process of the tree whose parent is not of it. A launcher is none: its daemon may yet come. */
function onlyRoot(kernel: Kernel, spec: ServiceSpec): ProcessIdentity | null {
  if (spec.type === 'forking') return null;
  const members = kernel.describe(treeOf(spec.lifeline, null));
  const pids = new Set(members.map(({ identity }) => identity.pid));
  const roots = members.filter(({ parentPid }) => !pids.has(parentPid));
  return roots.length === 1 ? (roots[0]?.identity ?? null) : null;
}
