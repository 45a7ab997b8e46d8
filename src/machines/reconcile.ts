/**
 * What a supervisor does about what it knows, without doing it. These functions
 * keep no memory of what was sent before: asked twice, they answer the same, and
 * a child ignores a command that its state has no use for.
 *
 * They look only at the neighbourhood of what changed, so that the cost of an
 * event does not grow with the number of services.
 */
import {
  type Fleet,
  indexOf,
  isDown,
  isPinned,
  isRecovering,
  isRecycling,
  isSettled,
  isWanted,
  type Member,
  memberAt,
  type Surroundings,
} from './fleet.ts';
import type {
  GroupCommand,
  GroupView,
  ServiceCommand,
  SupervisorCommand,
  View,
} from './protocol.ts';
import type { Condition, LiftedDependency, Name, Status } from './vocabulary.ts';

export interface Order {
  readonly to: Name;
  readonly command: ServiceCommand | GroupCommand | SupervisorCommand;
}

export function nextCommands(fleet: Fleet, indices: Iterable<number>): readonly Order[] {
  const orders: Order[] = [];
  for (const index of indices) {
    const member = memberAt(fleet, index);
    const command = commandFor(fleet, index, member);
    if (command !== null) orders.push({ to: member.child.spec.name, command });
  }
  return orders;
}

/** Whom a change of one member's state may concern: itself, who needs it, whom it needs. */
export function neighbours(fleet: Fleet, index: number): ReadonlySet<number> {
  const near = new Set([index, ...(fleet.plan.dependents[index] ?? [])]);
  for (const need of memberAt(fleet, index).child.needs) near.add(indexOf(fleet, need.sibling));
  return near;
}

/** Whom a change of wishes may concern: all that stand on these, and all that these stand on. */
export function surroundings(fleet: Fleet, indices: Iterable<number>): ReadonlySet<number> {
  const seen = new Set<number>();
  const queue = [...indices];
  for (let index = queue.pop(); index !== undefined; index = queue.pop()) {
    if (seen.has(index)) continue;
    seen.add(index);
    queue.push(...(fleet.plan.dependents[index] ?? []));
  }
  for (const index of [...seen]) for (const near of neighbours(fleet, index)) seen.add(near);
  return seen;
}

function commandFor(fleet: Fleet, index: number, member: Member): Order['command'] | null {
  if (isHeld(fleet, member) && !member.condemned) return null;
  if (member.condemned && !isDown(member)) return { type: 'kill' };
  switch (member.view.status) {
    case 'stopped':
      return mayStart(fleet, index, member) ? { type: 'start' } : null;
    case 'completed':
    case 'failed':
      // Whoever stops what rests means that it may run again when it is wanted again.
      if (!member.wanted) return mayStop(fleet, index, member) ? { type: 'stop' } : null;
      return member.again && mayStart(fleet, index, member) ? { type: 'start' } : null;
    case 'starting':
      // Nobody can stand on what has no process yet, so nobody has to go first.
      if (isUnwanted(fleet, member) && isUnborn(member.view)) return { type: 'stop' };
      return mayStop(fleet, index, member) ? { type: 'stop' } : null;
    case 'running':
      return mayStop(fleet, index, member) ? { type: 'stop' } : null;
    case 'crashed':
      return verdictCommand(fleet, member);
    case 'backoff':
      if (isUnwanted(fleet, member)) return { type: 'stop' };
      return member.again && mayStart(fleet, index, member) ? { type: 'start' } : null;
    case 'stopping':
      // Only a stop for the service's own fault minds: it then comes to rest, not back.
      return isUnwanted(fleet, member) && member.view.failure !== null ? { type: 'stop' } : null;
    case 'adopting':
    case 'killing':
    case 'stuck':
      return null;
  }
}

function mayStart(fleet: Fleet, index: number, member: Member): boolean {
  return (
    !isUnwanted(fleet, member) &&
    member.child.needs.every((need) => isMet(fleet, need)) &&
    !isLacking(fleet, member) &&
    !isHeldByStrategy(fleet, index)
  );
}

/** A group starts with whatever in it can; each service waits for what it needs itself. */
function isLacking({ outside }: Fleet, { child: { spec } }: Member): boolean {
  if (spec.kind === 'group' || outside.lacking.length === 0) return false;
  return spec.dependsOn.some(({ name, condition }) =>
    outside.lacking.includes(`${name} ${condition}`),
  );
}

const isUnborn = (view: View): boolean => view.kind === 'service' && view.process === null;

/** Whatever needs this one goes first. */
function mayStop(fleet: Fleet, index: number, member: Member): boolean {
  const isGoing = isUnwanted(fleet, member);
  if (!isGoing && !isRecycling(member)) return false;
  if (isGoing && isNeededOutside(fleet, index)) return false;
  return (fleet.plan.dependents[index] ?? []).every((i) => {
    const dependent = memberAt(fleet, i);
    // What is held stays for a restart as well, and has nothing to wait for.
    return !isLeaving(fleet, dependent) || (!isGoing && isHeld(fleet, dependent));
  });
}

/** Once the whole group is to go, its parent has seen to it that nobody outside needs it. */
function isNeededOutside({ permitted, outside, plan }: Fleet, index: number): boolean {
  return permitted && outside.needed.some((target) => plan.owner.get(target) === index);
}

function verdictCommand(fleet: Fleet, member: Member): Order['command'] | null {
  if (member.verdict === null) return null;
  // Nobody cares any more how it ended.
  if (!member.wanted) return { type: 'stop' };
  if (member.verdict.kind !== 'restart') return { type: member.verdict.kind };
  if (isUnwanted(fleet, member)) return { type: 'stop' };
  if (fleet.plan.spec.strategy !== 'one_for_one' && fleet.tally.recycling > 0) return null;
  return { type: 'restart', delayMs: member.verdict.delayMs };
}

/** Nothing may run that needs something nobody wants. */
export function isUnwanted(fleet: Fleet, member: Member): boolean {
  return !fleet.permitted || lacksWish(fleet, member);
}

function lacksWish(fleet: Fleet, member: Member): boolean {
  // Most answers are to be had without a look at anybody else.
  if (!isWished(member) || member.removed) return true;
  if (member.child.needs.length === 0) return false;
  const seen = new Set<Name>();
  const unwanted = (one: Member): boolean => {
    if (seen.has(one.child.spec.name)) return false;
    seen.add(one.child.spec.name);
    return (
      !isWished(one) ||
      one.removed ||
      one.child.needs.some((need) => {
        const other = memberAt(fleet, indexOf(fleet, need.sibling));
        return isTargetUnwanted(other, need) || unwanted(other);
      })
    );
  };
  return unwanted(member);
}

/** Until it has been looked for, nobody knows. */
const isWished = ({ wanted, wantedIfFound }: Member): boolean => wanted || wantedIfFound;

/** A pin holds against wishes and crashes, but not against a stop of the whole. */
const isHeld = ({ permitted }: Fleet, member: Member): boolean => permitted && isPinned(member);

/** A need may be about one member of a group that is itself wanted for others. */
function isTargetUnwanted(other: Member, need: LiftedDependency): boolean {
  return other.view.kind === 'group' && need.target !== need.sibling
    ? !other.view.met.includes(`${need.target} wanted`)
    : false;
}

/** It is still up, and about to go; what is held goes once it is let go of. */
function isLeaving(fleet: Fleet, member: Member): boolean {
  return isStanding(member) && (isUnwanted(fleet, member) || isRecycling(member));
}

const isStanding = (member: Member): boolean => !isDown(member) && member.view.status !== 'stuck';

/** Companions come back together and in order: nobody starts while one of them goes or waits. */
function isHeldByStrategy(fleet: Fleet, index: number): boolean {
  const { strategy } = fleet.plan.spec;
  if (strategy === 'one_for_one') return false;
  if (fleet.tally.recycling > 0) return true;
  if (fleet.tally.recovering === 0) return false;
  for (let earlier = 0; earlier < index; earlier++) {
    if (isRecovering(memberAt(fleet, earlier))) return true;
  }
  return false;
}

/** Whether the thing needed is as it was asked to be, and stays so. */
export function isMet(fleet: Fleet, need: LiftedDependency): boolean {
  const member = memberAt(fleet, indexOf(fleet, need.sibling));
  const { view } = member;
  if (isRecycling(member) || member.again || member.asked) return false;
  return view.kind === 'group' && need.target !== need.sibling
    ? view.met.includes(`${need.target} ${need.condition}`)
    : meets(view, need.condition);
}

function meets(view: View, condition: Condition): boolean {
  const { status } = view;
  switch (condition) {
    case 'started':
      return status === 'running' || status === 'completed' || hasProcess(view);
    case 'ready':
      return status === 'running' || status === 'completed';
    case 'healthy':
      return status === 'completed' || (status === 'running' && isHealthy(view));
    case 'completed':
      return status === 'completed';
  }
}

const hasProcess = (view: View): boolean =>
  view.kind === 'service'
    ? view.status === 'starting' && view.process !== null
    : view.status === 'starting';
const isHealthy = (view: View): boolean => view.kind === 'group' || view.healthy;

// -- A group, as its parent sees it ---------------------------------------------------

/** What a group has to know of what is outside it, as far as its parent knows. */
export function surroundingsOf(fleet: Fleet, index: number): Surroundings {
  const isInside = (name: Name): boolean => fleet.plan.owner.get(name) === index;
  const needed = [
    ...(fleet.plan.dependents[index] ?? []).flatMap((i) => standsOn(memberAt(fleet, i))),
    ...fleet.outside.needed,
  ];
  const lacking = memberAt(fleet, index)
    .child.needs.filter((need) => !isMet(fleet, need))
    .map(({ target, condition }) => `${target} ${condition}`);
  return {
    needed: [...new Set(needed.filter(isInside))].sort(),
    lacking: [...new Set([...lacking, ...fleet.outside.lacking])].sort(),
  };
}

function standsOn(member: Member): readonly Name[] {
  return isStanding(member) ? member.child.needs.map(({ target }) => target) : [];
}

export function groupView(fleet: Fleet, state: string): GroupView {
  return {
    kind: 'group',
    name: fleet.plan.spec.name,
    status: groupStatus(fleet, state),
    wanted: isWanted(fleet),
    met: metIn(fleet),
    holding: fleet.permitted && fleet.tally.holding > 0,
    failure: fleet.failure,
    endedAt: fleet.endedAt,
    chance: fleet.chance,
    readyAt: null,
  };
}

function groupStatus(fleet: Fleet, state: string): Status {
  const { tally } = fleet;
  switch (state) {
    case 'adopting':
      return state;
    case 'supervising':
      return tally.up >= tally.wanted ? 'running' : 'starting';
    case 'draining':
      return isSettled(fleet) && tally.stuck > 0 ? 'stuck' : 'stopping';
    case 'crashed':
    case 'backoff':
    case 'failed':
      return state;
    default:
      return 'stopped';
  }
}

/** Beside each condition: whether its target is wanted, and whether it is up at all. */
function metIn(fleet: Fleet): readonly string[] {
  const met: string[] = [];
  for (const { target, condition } of fleet.plan.exports) {
    const index = fleet.plan.owner.get(target);
    if (index === undefined) continue;
    const member = memberAt(fleet, index);
    const need = { sibling: member.child.spec.name, target, condition, restart: false };
    const isTargetWanted = !lacksWish(fleet, member) && !isTargetUnwanted(member, need);
    if (isMet(fleet, need)) met.push(`${target} ${condition}`);
    if (isTargetWanted) met.push(`${target} wanted`);
    if (isTargetUp(member, target)) met.push(`${target} up`);
  }
  return met;
}

function isTargetUp(member: Member, target: Name): boolean {
  const { view, child } = member;
  if (view.kind === 'group' && target !== child.spec.name) {
    return view.met.includes(`${target} up`);
  }
  return !isDown(member) && !isRecycling(member);
}
