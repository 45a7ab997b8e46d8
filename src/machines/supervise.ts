/**
 * One step of a supervisor: what it knows and an event go in, what it then knows
 * comes out, with what is to be said to its children and to whoever listens.
 * Pure, so that every rule of order, groups and restarts is tested without an actor.
 */
import {
  allIndices,
  bury,
  condemn,
  createMember,
  downStatuses,
  type Fleet,
  forbid,
  indexOf,
  isDown,
  lament,
  type Member,
  memberAt,
  memberOf,
  membersOf,
  observe,
  permit,
  pin,
  recounted,
  recycle,
  setNeeded,
  unwant,
  want,
} from './fleet.ts';
import { createPlan } from './plan.ts';
import type {
  ChildCommand,
  GroupCommand,
  News,
  ServiceRecord,
  SupervisorCommand,
  View,
} from './protocol.ts';
import { neededOf, neighbours, nextCommands, type Order, surroundings } from './reconcile.ts';
import { type Vector, vectorOf } from './vector.ts';
import type { GroupSpec, Name } from './vocabulary.ts';

export interface Step {
  readonly fleet: Fleet;
  readonly orders: readonly Order[];
  readonly news: readonly News[];
}

/** A machine that throws this often is not made anew. */
const defectsAllowed = 5;

// -- What its children show -----------------------------------------------------------

export function see(fleet: Fleet, view: View): Step {
  const last = memberOf(fleet, view.name).view;
  const seen = observe(fleet, view);
  const index = indexOf(seen, view.name);
  const { verdict, history } = memberAt(seen, index);
  const judged: News[] =
    verdict !== null && verdict !== memberOf(fleet, view.name).verdict
      ? [{ type: 'judged', name: view.name, verdict, restarts: history.restarts }]
      : [];
  const hasGivenUp = seen.failure !== null && fleet.failure === null;
  return decide(seen, hasGivenUp ? allIndices(seen) : neighbours(seen, index), [
    { type: 'seen', view, last },
    ...judged,
  ]);
}

/** A machine of ours threw. Another one takes its place, unless that has happened too often. */
export function mourn(
  fleet: Fleet,
  name: Name,
  error: unknown,
): Step & { readonly respawn: boolean } {
  const reason = error instanceof Error ? error.message : String(error);
  const lamented = lament(fleet, name, { kind: 'defect', reason });
  const respawn = memberOf(lamented, name).broken <= defectsAllowed;
  const next = respawn ? lamented : bury(lamented, name);
  return {
    ...decide(next, neighbours(next, indexOf(next, name)), [
      { type: 'broke', name, reason, error },
    ]),
    respawn,
  };
}

/** By which the machine that takes the place of a broken one finds its process again. */
export function recordOf(fleet: Fleet, name: Name): ServiceRecord | null {
  const { view } = memberOf(fleet, name);
  if (view.kind === 'group') return null;
  const rest = view.state === 'completed' || view.state === 'failed' ? view.state : null;
  return {
    process: view.process,
    ready: view.readyAt !== null,
    startedAt: view.startedAt,
    logOffset: view.logOffset,
    rest,
    failure: view.failure,
    exit: view.exit,
    hash: view.hash,
  };
}

// -- What it is told ------------------------------------------------------------------

/** A command of its parent's, which every child of a supervisor understands. */
export function obey(fleet: Fleet, command: ChildCommand | GroupCommand): Step {
  switch (command.type) {
    case 'start':
      return decideAll(permit(fleet));
    case 'stop':
      return decideAll(forbid(fleet));
    case 'kill':
      return decideAll(condemn(forbid(fleet), allIndices(fleet), false));
    case 'needed':
      return decideAll({ ...fleet, needed: command.names });
    case 'restart':
    case 'rest':
    case 'giveUp':
      return quiet(fleet);
  }
}

/** A command of somebody's for services anywhere below: it is folded here, and handed on to the groups. */
export function heed(fleet: Fleet, command: SupervisorCommand): Step {
  if (command.type === 'amend') return amend(fleet, command.spec);
  const named = split(fleet, command.names);
  const handedOn: Order[] = [...named.below].map(([to, names]) => ({
    to,
    command: { ...command, names },
  }));
  if (command.type === 'reload' || command.type === 'signal') {
    const { names: _, ...direct } = command;
    const orders = named.own.map((i) => ({
      to: memberAt(fleet, i).child.spec.name,
      command: direct,
    }));
    return { fleet, orders: [...handedOn, ...orders], news: [] };
  }
  const folded = fold(fleet, command, named.own);
  const step = decide(folded, surroundings(folded, [...named.own, ...named.groups]), []);
  return { ...step, orders: [...handedOn, ...step.orders] };
}

function fold(
  fleet: Fleet,
  command: Exclude<SupervisorCommand, { type: 'amend' | 'reload' | 'signal' }>,
  own: readonly number[],
): Fleet {
  switch (command.type) {
    case 'want':
      return want(fleet, own);
    case 'unwant':
      return unwant(fleet, own);
    case 'recycle':
      return recycle(fleet, own);
    case 'destroy':
      return condemn(fleet, own, true);
    case 'pin':
      return pin(fleet, own, command.pinned);
  }
}

/** Which of the names are children, and which are to be handed on to which group. */
function split(fleet: Fleet, names: readonly Name[]) {
  const own: number[] = [];
  const groups: number[] = [];
  const below = new Map<Name, Name[]>();
  for (const name of names) {
    const index = fleet.plan.owner.get(name);
    if (index === undefined) continue;
    const { spec } = memberAt(fleet, index).child;
    if (spec.kind === 'service') own.push(index);
    else {
      if (!below.has(spec.name)) groups.push(index);
      below.set(spec.name, [...(below.get(spec.name) ?? []), name]);
    }
  }
  return { own, groups, below };
}

// -- A changed definition -------------------------------------------------------------

/**
 * The members that stay keep all that is known of them. What is no longer
 * defined is stopped and then forgotten; what is new is there, and not wanted yet.
 */
export function amend(fleet: Fleet, spec: GroupSpec): Step {
  const orders: Order[] = [];
  const kept = spec.children.map((child): Member => {
    const index = fleet.plan.index.get(child.spec.name);
    if (index === undefined)
      return createMember(child, { wishes: { [child.spec.name]: 'down' }, restarts: {} });
    orders.push({
      to: child.spec.name,
      command: { type: 'amend', spec: child.spec } as Order['command'],
    });
    return { ...amended(memberAt(fleet, index), child), removed: false };
  });
  const names = new Set(spec.children.map((child) => child.spec.name));
  const leaving = [...membersOf(fleet)].filter((member) => !names.has(member.child.spec.name));
  const all = [...kept, ...leaving.map((member) => ({ ...member, wanted: false, removed: true }))];
  const next = rebuilt(fleet, spec, all);
  const step = decideAll(next);
  return { ...step, orders: [...orders, ...step.orders] };
}

/** Those that were taken out of the definition and are down: nobody needs to know them any more. */
export function departed(fleet: Fleet): readonly Name[] {
  return [...membersOf(fleet)]
    .filter((member) => member.removed && isDown(member))
    .map((member) => member.child.spec.name);
}

export function forget(fleet: Fleet, names: readonly Name[]): Step {
  const gone = new Set(names);
  const left = [...membersOf(fleet)].filter((member) => !gone.has(member.child.spec.name));
  const spec = { ...fleet.plan.spec, children: left.map(({ child }) => child) };
  return decideAll(
    rebuilt(fleet, spec, left),
    names.map((name) => ({ type: 'removed', name })),
  );
}

function amended(member: Member, child: Member['child']): Member {
  const { view } = member;
  const hasChanged =
    child.spec.kind === 'service' && view.kind === 'service' && child.spec.hash !== view.hash;
  const isUp = !downStatuses.has(view.status);
  return { ...member, child, recycling: member.recycling || (hasChanged && isUp && member.wanted) };
}

function rebuilt(fleet: Fleet, spec: GroupSpec, all: readonly Member[]): Fleet {
  // A member on its way out needs nobody: those it needed may have gone already.
  const children = all.map(({ child, removed }) => (removed ? { ...child, needs: [] } : child));
  const members: Vector<Member> = vectorOf(
    all.map((member, i) => ({ ...member, child: children[i] ?? member.child })),
  );
  const plan = createPlan({ ...spec, children }, fleet.plan.exports);
  return recounted({ ...fleet, plan, members });
}

// -- Deciding -------------------------------------------------------------------------

export function decideAll(fleet: Fleet, news: readonly News[] = []): Step {
  return decide(fleet, allIndices(fleet), news);
}

function decide(fleet: Fleet, near: Iterable<number>, news: readonly News[]): Step {
  const indices = [...near];
  const { fleet: told, orders } = tellGroups(fleet, indices);
  return { fleet: told, orders: [...orders, ...nextCommands(told, indices)], news };
}

/** Groups are told which of their members others still stand on, whenever that changes. */
function tellGroups(fleet: Fleet, indices: readonly number[]) {
  let told = fleet;
  const orders: Order[] = [];
  for (const index of indices) {
    const member = memberAt(told, index);
    if (member.child.spec.kind !== 'group') continue;
    const names = neededOf(told, index);
    if (names.join() === member.needed.join()) continue;
    told = setNeeded(told, member.child.spec.name, names);
    orders.push({ to: member.child.spec.name, command: { type: 'needed', names } });
  }
  return { fleet: told, orders };
}

function quiet(fleet: Fleet): Step {
  return { fleet, orders: [], news: [] };
}
