/**
 * A machine that notes what it does: each guard it asks, and what it answers. What
 * transitions it takes is told by its own microsteps.
 */
import type { AnyStateMachine, AnyTransitionDefinition, StateNode } from 'xstate';

/** Of one transition of a definition. */
export interface Taken {
  times: number;
  /** How often its guard has said yes, and no; null: it has none. */
  readonly guard: { yes: number; no: number } | null;
}

export interface Coverage {
  /** Every transition of the chart by its name, in the order of the chart. */
  readonly transitions: Map<string, Taken>;
  readonly states: Map<string, number>;
}

export const createCoverage = (): Coverage => ({ transitions: new Map(), states: new Map() });

type Guard = ((args: object, params: unknown) => boolean) & {
  check?: (snapshot: object, args: object, guard: unknown) => boolean;
};

/** The machine must not be shared: its own definitions are changed. */
export function instrument<T extends AnyStateMachine>(machine: T, coverage: Coverage): T {
  const named = machine.implementations.guards as Record<string, Guard>;
  for (const [name, one] of definitionsOf(machine.root as never)) {
    const counts = one.guard === undefined ? null : { yes: 0, no: 0 };
    if (!coverage.transitions.has(name))
      coverage.transitions.set(name, { times: 0, guard: counts });
    const { guard } = coverage.transitions.get(name) as Taken;
    if (guard !== null)
      (one as { guard: unknown }).guard = noting(named, one.guard as never, guard);
  }
  for (const leaf of leavesOf(machine.root as never))
    coverage.states.set(leaf, coverage.states.get(leaf) ?? 0);
  return machine;
}

function noting(
  named: Record<string, Guard>,
  guard: Guard | string | { type: string },
  counts: NonNullable<Taken['guard']>,
): Guard {
  const original =
    typeof guard === 'function' ? guard : named[typeof guard === 'string' ? guard : guard.type];
  if (original === undefined) throw new Error(`cannot find the guard ${JSON.stringify(guard)}`);
  const note = (answer: boolean): boolean => {
    counts[answer ? 'yes' : 'no'] += 1;
    return answer;
  };
  const { check } = original;
  const wrapped: Guard = (args, params) => note(original(args, params));
  if (check !== undefined)
    wrapped.check = (snapshot, args) => note(check(snapshot, args, original));
  return wrapped;
}

/** Of every microstep, and of the beginning: what was taken, and where it led. */
export function note(coverage: Coverage, snapshot: unknown, transitions: readonly unknown[]): void {
  for (const one of transitions as AnyTransitionDefinition[]) {
    const taken = coverage.transitions.get(nameOf(one));
    if (taken === undefined) throw new Error(`cannot find the transition ${nameOf(one)}`);
    taken.times += 1;
  }
  const { _nodes = [] } = snapshot as { _nodes?: readonly StateNode[] };
  for (const node of _nodes) {
    if (Object.keys(node.states).length > 0) continue;
    coverage.states.set(node.id, (coverage.states.get(node.id) ?? 0) + 1);
  }
}

function definitionsOf(node: StateNode): [string, AnyTransitionDefinition][] {
  const own = [...node.transitions.values()].flat() as AnyTransitionDefinition[];
  const all = [...own, ...((node.always ?? []) as AnyTransitionDefinition[])];
  return [
    ...all.map((one) => [nameOf(one), one] as [string, AnyTransitionDefinition]),
    ...Object.values(node.states).flatMap(definitionsOf),
  ];
}

/** The ids of all states that have no inner ones, in the order of the chart. */
export function leavesOf(node: StateNode): string[] {
  const inner = Object.values(node.states);
  return inner.length > 0 ? inner.flatMap(leavesOf) : [node.id];
}

/** `service.alive.running on process.exited #2 to service.alive.leaving` */
export function nameOf(one: AnyTransitionDefinition): string {
  const { source, eventType, target } = one;
  const siblings = (
    eventType === '' ? (source.always ?? []) : (source.transitions.get(eventType) ?? [])
  ) as AnyTransitionDefinition[];
  const which = siblings.length > 1 ? ` #${siblings.indexOf(one) + 1}` : '';
  const event = eventType.startsWith('xstate.after.')
    ? `after ${eventType.split('.')[2]}`
    : `on ${eventType || 'always'}`;
  return `${source.id} ${event}${which} to ${target?.map(({ id }) => id).join() ?? 'itself'}`;
}
