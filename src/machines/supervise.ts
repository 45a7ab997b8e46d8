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
  differs,
  downStatuses,
  edited,
  type Fleet,
  forbid,
  indexOf,
  isDown,
  lament,
  leavingStatuses,
  type Member,
  memberAt,
  memberOf,
  membersOf,
  observe,
  permit,
  pin,
  recounted,
  recycle,
  type Surroundings,
  setTold,
  unwant,
  want,
} from './fleet.ts';
import { createPlan, type Export, exportsOf, serviceNames } from './plan.ts';
import type {
  ChildCommand,
  GroupCommand,
  Memory,
  News,
  ServiceRecord,
  SupervisorCommand,
  View,
} from './protocol.ts';
import { neighbours, nextCommands, type Order, surroundings, surroundingsOf } from './reconcile.ts';
import { type Vector, vectorOf } from './vector.ts';
import type { ChildSpec, GroupSpec, Name } from './vocabulary.ts';

export interface Step {
  readonly fleet: Fleet;
  readonly orders: readonly Order[];
  readonly news: readonly News[];
}

/** A machine that throws this often is not made anew. */
const defectsAllowed = 5;

// -- What its children show -----------------------------------------------------------

export function see(fleet: Fleet, view: View): Step {
  const noticed = notice(fleet, view);
  return decide(noticed.fleet, concerned(fleet, noticed.fleet, view.name), noticed.news);
}

/** Sees and does nothing about it yet. */
export function notice(fleet: Fleet, view: View): Step {
  const last = memberOf(fleet, view.name);
  const seen = observe(fleet, view);
  const { verdict, history } = memberOf(seen, view.name);
  const judged: News[] =
    verdict !== null && verdict !== last.verdict
      ? [{ type: 'judged', name: view.name, verdict, restarts: history.restarts }]
      : [];
  const news: News[] = differs(last.view, view) ? [{ type: 'seen', view, last: last.view }] : [];
  return { fleet: seen, orders: [], news: [...news, ...judged] };
}

/** A change of state concerns its neighbours; one of wishes goes further, and some concern all. */
function concerned(before: Fleet, after: Fleet, name: Name): Iterable<number> {
  const index = indexOf(after, name);
  const hasGivenUp = after.failure !== null && before.failure === null;
  if (hasGivenUp || concernsAll(before, after)) return allIndices(after);
  const goesFar =
    after.tally.recycling > before.tally.recycling || isWishChanged(before, after, index);
  return goesFar ? surroundings(after, [index]) : neighbours(after, index);
}

/** Companions wait for each other: whoever is not waited for any more lets all of them go on. */
function concernsAll({ tally: before }: Fleet, { tally: after, plan }: Fleet): boolean {
  const isHolding = after.recycling !== before.recycling || after.recovering !== before.recovering;
  return plan.spec.strategy !== 'one_for_one' && isHolding;
}

function isWishChanged(before: Fleet, after: Fleet, index: number): boolean {
  const was = memberAt(before, index);
  const is = memberAt(after, index);
  if (was.asked || was.wanted !== is.wanted || was.wantedIfFound !== is.wantedIfFound) return true;
  return (
    was.view.kind === 'group' &&
    is.view.kind === 'group' &&
    (was.view.holding !== is.view.holding || was.view.met.join() !== is.view.met.join())
  );
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
  const near = concernsAll(fleet, next) ? allIndices(next) : neighbours(next, indexOf(next, name));
  return { ...decide(next, near, [{ type: 'broke', name, reason, error }]), respawn };
}

/** What a supervisor that broke knew, for the one that takes its place. */
export function memoryOf(fleet: Fleet): Memory {
  const members = [...membersOf(fleet)].map((member) => [member.child.spec.name, member] as const);
  const told = members.filter(([, member]) => !member.wantedIfFound);
  return {
    records: Object.fromEntries(
      members.flatMap(([name]) => {
        const record = recordOf(fleet, name);
        return record === null ? [] : [[name, record]];
      }),
    ),
    wishes: Object.fromEntries(told.map(([name, { wanted }]) => [name, wanted ? 'up' : 'down'])),
    restarts: Object.fromEntries(members.map(([name, { history }]) => [name, history.restarts])),
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
    leaving: leavingStatuses.has(view.status),
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
    case 'surrounded':
      return decideAll({ ...fleet, outside: command.outside });
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
  const needed = split(fleet, command.type === 'recycle' ? (command.needs ?? []) : []);
  const handedOn = handOn(command, named, needed);
  if (command.type === 'reload' || command.type === 'signal') {
    const { names: _, ...direct } = command;
    const orders = named.own.map((i) => ({
      to: memberAt(fleet, i).child.spec.name,
      command: direct,
    }));
    return { fleet, orders: [...handedOn, ...orders], news: [] };
  }
  const folded = fold(want(fleet, [...needed.own, ...needed.groups]), command, named);
  const near = concernsAll(fleet, folded)
    ? allIndices(folded)
    : surroundings(folded, [...named.own, ...named.groups, ...needed.own, ...needed.groups]);
  const step = decide(folded, near, []);
  return { ...step, orders: [...handedOn, ...step.orders] };
}

/** A group that gave up or waits is asked once more when something in it is. */
function fold(
  fleet: Fleet,
  command: Exclude<SupervisorCommand, { type: 'amend' | 'reload' | 'signal' }>,
  { own, groups }: { readonly own: readonly number[]; readonly groups: readonly number[] },
): Fleet {
  switch (command.type) {
    case 'want':
      return want(fleet, [...own, ...groups]);
    case 'unwant':
      return unwant(fleet, own);
    case 'recycle':
      return recycle(want(fleet, groups), own);
    case 'destroy':
      return condemn(fleet, own, true);
    case 'pin':
      return pin(fleet, own, command.pinned);
  }
}

interface Split {
  readonly own: readonly number[];
  readonly groups: readonly number[];
  readonly below: ReadonlyMap<Name, readonly Name[]>;
}

/** To each group what is of it. */
function handOn(
  command: Exclude<SupervisorCommand, { type: 'amend' }>,
  named: Split,
  needed: Split,
): Order[] {
  return [...new Set([...named.below.keys(), ...needed.below.keys()])].map((to) => {
    const names = named.below.get(to) ?? [];
    if (command.type !== 'recycle') return { to, command: { ...command, names } };
    return { to, command: { type: 'recycle', names, needs: needed.below.get(to) ?? [] } };
  });
}

/** Which of the names are children, and which are to be handed on to which group. */
function split(fleet: Fleet, names: readonly Name[]): Split {
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
export function amend(fleet: Fleet, spec: GroupSpec, exports = fleet.plan.exports): Step {
  const kept = spec.children.map((child): Member => {
    const index = fleet.plan.index.get(child.spec.name);
    if (index === undefined)
      return createMember(child, { wishes: { [child.spec.name]: 'down' }, restarts: {} });
    return amended(memberAt(fleet, index), child);
  });
  const names = new Set(spec.children.map((child) => child.spec.name));
  const leaving = [...membersOf(fleet)].filter((member) => !names.has(member.child.spec.name));
  const all = [
    ...kept,
    ...leaving.map((member) => edited(member, { wanted: false, removed: true })),
  ];
  const next = rebuilt(fleet, spec, all, exports);
  const stayed = spec.children.filter(({ spec: { name } }) => fleet.plan.index.has(name));
  const orders = stayed.map((child) => amendOrder(next, child));
  const step = decideAll(next);
  return { ...step, orders: [...orders, ...step.orders] };
}

function amendOrder({ plan }: Fleet, { spec }: ChildSpec): Order {
  const command =
    spec.kind === 'service'
      ? { type: 'amend' as const, spec }
      : { type: 'amend' as const, spec, exports: exportsOf(plan, spec.name) };
  return { to: spec.name, command };
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
  const children = [...membersOf(fleet)].map(({ child }) => child);
  const below = children.filter((child) => gone.has(child.spec.name)).flatMap(serviceNames);
  return decideAll(
    rebuilt(fleet, spec, left),
    [...new Set([...names, ...below])].map((name) => ({ type: 'removed', name })),
  );
}

function amended(member: Member, child: Member['child']): Member {
  const { view } = member;
  const hasChanged =
    child.spec.kind === 'service' && view.kind === 'service' && child.spec.hash !== view.hash;
  const isUp = !downStatuses.has(view.status);
  const recycling = member.recycling || (hasChanged && isUp && member.wanted);
  return edited(member, { child, recycling, removed: false });
}

function rebuilt(
  fleet: Fleet,
  spec: GroupSpec,
  all: readonly Member[],
  exports: readonly Export[] = fleet.plan.exports,
): Fleet {
  // A member on its way out may need some that have gone already.
  const there = new Set(all.map(({ child }) => child.spec.name));
  const children = all.map(({ child }) => ({
    ...child,
    needs: child.needs.filter(({ sibling }) => there.has(sibling)),
  }));
  const members: Vector<Member> = vectorOf(
    all.map((member, i) => edited(member, { child: children[i] ?? member.child })),
  );
  const plan = createPlan({ ...spec, children }, exports);
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

/** What the groups are born with. */
export function informed(fleet: Fleet): Fleet {
  return tellGroups(fleet, allIndices(fleet)).fleet;
}

/** Groups are told what is outside them, whenever that changes. */
function tellGroups(fleet: Fleet, indices: readonly number[]) {
  let told = fleet;
  const orders: Order[] = [];
  for (const index of indices) {
    const member = memberAt(told, index);
    if (member.child.spec.kind !== 'group') continue;
    const outside = surroundingsOf(told, index);
    if (isAlike(outside, member.told)) continue;
    told = setTold(told, index, outside);
    orders.push({ to: member.child.spec.name, command: { type: 'surrounded', outside } });
  }
  return { fleet: told, orders };
}

function isAlike(a: Surroundings, b: Surroundings): boolean {
  return a.needed.join() === b.needed.join() && a.lacking.join() === b.lacking.join();
}

function quiet(fleet: Fleet): Step {
  return { fleet, orders: [], news: [] };
}
