/**
 * What a supervisor knows of its children. Every event is folded in here, by
 * pure functions that copy; what is to be done about it is decided in
 * `reconcile.ts`, by looking.
 */
import { createPlan, type Export, type Plan } from './plan.ts';
import type { Memory, Verdict, View } from './protocol.ts';
import { type History, judge, noHistory, recentRestarts } from './restart.ts';
import { at, items, put, type Vector, vectorOf } from './vector.ts';
import type { ChildSpec, Failure, GroupSpec, Name, Status } from './vocabulary.ts';

export interface Member {
  readonly child: ChildSpec;
  /** As last seen. */
  readonly view: View;
  /** Somebody asked for it to run, and nobody has asked otherwise since. */
  readonly wanted: boolean;
  /** Nobody is known to have said anything about it; until it has been looked for. */
  readonly wantedIfFound: boolean;
  /** It rests or waits by itself, and somebody asked for it once more. */
  readonly again: boolean;
  /** A group that was just told of wishes, and has not shown what it makes of them. */
  readonly asked: boolean;
  /** It must be seen down once before it may run again. */
  readonly recycling: boolean;
  /** It is to be killed, not asked. */
  readonly condemned: boolean;
  readonly pinned: boolean;
  /** It is no longer in the definition, and goes as soon as it is down. */
  readonly removed: boolean;
  /** Its machine threw too often to be made anew. */
  readonly broken: number;
  readonly history: History;
  readonly verdict: Verdict | null;
  /** Of a group: what it was last told of its surroundings. */
  readonly told: Surroundings;
}

/** What a group has to know of what is outside it. */
export interface Surroundings {
  /** Those below it that somebody outside stands on: none of them may stop on its own. */
  readonly needed: readonly Name[];
  /** Conditions, as `name condition`, that something below it waits for and that do not hold. */
  readonly lacking: readonly string[];
}

/** How many members are what; kept up to date so that no event has to count. */
export interface Tally {
  /** Not looked for yet. */
  readonly adopting: number;
  readonly unsettled: number;
  readonly stuck: number;
  readonly wanted: number;
  readonly up: number;
  readonly recycling: number;
  /** Crashed or in backoff, and to come back. */
  readonly recovering: number;
  /** Pinned while it was up, so that it is no reason to stop. */
  readonly pinnedUp: number;
  /** Pinned and running, or a group with one such in it. */
  readonly holding: number;
  /** No longer defined, and down. */
  readonly departed: number;
}

/** Plain data, for the inspector to show and a test to compare. */
export interface Fleet {
  readonly plan: Plan;
  readonly members: Vector<Member>;
  readonly tally: Tally;
  /** Its parent lets it run. */
  readonly permitted: boolean;
  /** When any member was restarted, within the period of this supervisor. */
  readonly restarts: readonly number[];
  /** Why it gave up, until it is started again. */
  readonly failure: Failure | null;
  readonly endedAt: number | null;
  readonly chance: number;
  /** As its parent says. */
  readonly outside: Surroundings;
}

export const aloneInTheWorld: Surroundings = { needed: [], lacking: [] };

export const downStatuses: ReadonlySet<Status> = new Set([
  'stopped',
  'crashed',
  'backoff',
  'completed',
  'failed',
]);
export const leavingStatuses: ReadonlySet<Status> = new Set(['stopping', 'killing', 'stuck']);
const settledStatuses: ReadonlySet<Status> = new Set(['stopped', 'completed', 'failed', 'stuck']);
/** At rest or waiting by itself: it takes a person to start it now. */
const restingStatuses: ReadonlySet<Status> = new Set(['completed', 'failed', 'backoff']);
const upStatuses: ReadonlySet<Status> = new Set(['running', 'completed']);

export function createFleet(
  spec: GroupSpec,
  exports: readonly Export[],
  memory: Pick<Memory, 'wishes' | 'restarts'> = { wishes: {}, restarts: {} },
  outside: Surroundings = aloneInTheWorld,
): Fleet {
  const members = vectorOf(spec.children.map((child) => createMember(child, memory)));
  return {
    plan: createPlan(spec, exports),
    members,
    tally: count(members),
    permitted: false,
    restarts: [],
    failure: null,
    endedAt: null,
    chance: 0,
    outside,
  };
}

export function createMember(
  child: ChildSpec,
  memory: Pick<Memory, 'wishes' | 'restarts'>,
): Member {
  const { name } = child.spec;
  const restarts = memory.restarts[name] ?? [];
  return {
    child,
    view: unseen(child),
    wanted: memory.wishes[name] === 'up',
    wantedIfFound: memory.wishes[name] === undefined,
    again: false,
    asked: false,
    recycling: false,
    condemned: false,
    pinned: false,
    removed: false,
    broken: 0,
    history: { restarts, streak: restarts.length },
    verdict: null,
    told: aloneInTheWorld,
  };
}

export function memberAt(fleet: Fleet, index: number): Member {
  return at(fleet.members, index);
}

export function indexOf(fleet: Fleet, name: Name): number {
  const index = fleet.plan.index.get(name);
  if (index === undefined) throw new Error(`cannot find the child "${name}"`);
  return index;
}

export function memberOf(fleet: Fleet, name: Name): Member {
  return memberAt(fleet, indexOf(fleet, name));
}

export function membersOf(fleet: Fleet): Iterable<Member> {
  return items(fleet.members);
}

export const isDown = ({ view }: Member): boolean => downStatuses.has(view.status);
/** To be seen down before it may run again; a pin on it, or in it, puts that off. */
export const isRecycling = (member: Member): boolean => member.recycling && !isPinned(member);
/** It, or something in it that is up. */
export const isPinned = ({ pinned, view }: Member): boolean =>
  pinned || (view.kind === 'group' && view.holding);
/** Crashed or waiting, and its supervisor said that it comes back. */
export const isRecovering = ({ view, wanted, verdict }: Member): boolean =>
  wanted &&
  (view.status === 'backoff' || (view.status === 'crashed' && verdict?.kind === 'restart'));
export const isSettled = (fleet: Fleet): boolean => fleet.tally.unsettled === 0;

// -- Folding events in ----------------------------------------------------------------

/** Wanting a service forgives it its past. */
export function want(fleet: Fleet, indices: Iterable<number>): Fleet {
  return change(fleet, indices, (member) => ({
    wanted: true,
    wantedIfFound: false,
    condemned: false,
    again: restingStatuses.has(member.view.status),
    asked: member.view.kind === 'group',
    history: noHistory,
    verdict: verdictWhenWanted(member),
  }));
}

/** One that crashed while it was pinned is still to be told what was said of it. */
function verdictWhenWanted({ view, verdict }: Member): Verdict | null {
  const isOutOfDate = view.status === 'crashed' && verdict !== null && verdict.kind !== 'restart';
  return isOutOfDate ? { kind: 'restart', delayMs: 0 } : verdict;
}

export function unwant(fleet: Fleet, indices: Iterable<number>): Fleet {
  return change(fleet, indices, () => ({
    wanted: false,
    wantedIfFound: false,
    again: false,
    recycling: false,
  }));
}

/** A restart is no second way of starting: it is a stop that stays wanted. */
export function recycle(fleet: Fleet, indices: Iterable<number>): Fleet {
  const named = [...indices];
  return recycleAll(want(fleet, named), withFollowers(fleet, named));
}

function recycleAll(fleet: Fleet, indices: Iterable<number>): Fleet {
  return change(fleet, indices, (member) => ({ recycling: !isDown(member) }));
}

/** Down at once. `forGood`: and not wanted any more. */
export function condemn(fleet: Fleet, indices: Iterable<number>, forGood: boolean): Fleet {
  return change(fleet, indices, (member) => ({
    condemned: !isDown(member),
    wanted: member.wanted && !forGood,
    recycling: false,
  }));
}

export function pin(fleet: Fleet, indices: Iterable<number>, pinned: boolean): Fleet {
  return change(fleet, indices, () => ({ pinned }));
}

/** Its parent lets it run again, and what had given up may try again with it. */
export function permit(fleet: Fleet): Fleet {
  const hopeless = allIndices(fleet).filter((i) => memberAt(fleet, i).view.status === 'failed');
  const forgiven = change(fleet, fleet.failure === null ? [] : hopeless, (member) => ({
    again: member.wanted,
    history: noHistory,
  }));
  return { ...forgiven, permitted: true, failure: null, restarts: [] };
}

export function forbid(fleet: Fleet): Fleet {
  return { ...fleet, permitted: false };
}

/**
 * Whether there is anything to observe. A machine shows itself after every
 * event, even one it ignored; were the supervisor to decide again on no news,
 * it would repeat a command that is being ignored, for ever.
 */
export function isNews(fleet: Fleet, view: View): boolean {
  const index = fleet.plan.index.get(view.name);
  if (index === undefined) return false;
  const { view: last, asked } = memberAt(fleet, index);
  return asked || differs(last, view);
}

export function observe(fleet: Fleet, view: View): Fleet {
  const index = indexOf(fleet, view.name);
  const last = memberAt(fleet, index);
  const isAtRest = downStatuses.has(view.status);
  const seen = change(fleet, [index], (member) => ({
    view,
    wanted: isWantedNow(member, view),
    wantedIfFound: false,
    again: member.again && isAtRest,
    asked: false,
    recycling: member.recycling && !isAtRest,
    condemned: member.condemned && !isAtRest,
    verdict: view.status === last.view.status ? member.verdict : null,
  }));
  const hasCrashed = view.status === 'crashed' && last.view.status !== 'crashed';
  return hasCrashed ? judgeMember(seen, index) : restartOutside(seen, index, last.view);
}

/** Something in a group went down and comes back: those outside who asked to follow it do. */
function restartOutside(fleet: Fleet, index: number, last: View): Fleet {
  const { view } = memberAt(fleet, index);
  if (last.kind !== 'group' || view.kind !== 'group') return fleet;
  const gone = last.met.filter((met) => met.endsWith(' up') && !view.met.includes(met));
  const targets = gone.map((met) => met.slice(0, -' up'.length));
  const back = targets.filter((target) => view.met.includes(`${target} wanted`));
  if (back.length === 0) return fleet;
  const first = (fleet.plan.dependents[index] ?? []).filter((other) =>
    memberAt(fleet, other).child.needs.some(
      ({ restart, target }) => restart && back.includes(target),
    ),
  );
  return recycleAll(fleet, withFollowers(fleet, first));
}

/** Its machine is no more; another one will find out what became of the process. */
export function lament(fleet: Fleet, name: Name, failure: Failure): Fleet {
  return change(fleet, [indexOf(fleet, name)], (member) => ({
    broken: member.broken + 1,
    view: { ...member.view, status: 'adopting', failure } as View,
    verdict: null,
  }));
}

/** Too often: it is left alone, with whatever process it has. Nobody can tell any more. */
export function bury(fleet: Fleet, name: Name): Fleet {
  return change(fleet, [indexOf(fleet, name)], (member) => {
    const mayBeAlive = member.view.kind === 'group' || member.view.process !== null;
    return {
      view: { ...member.view, status: mayBeAlive ? 'stuck' : 'failed' },
      wanted: false,
      recycling: false,
      condemned: false,
      pinned: true,
    };
  });
}

export function isWanted(fleet: Fleet): boolean {
  return fleet.tally.wanted > 0 || fleet.tally.pinnedUp > 0;
}

export function allIndices(fleet: Fleet): number[] {
  const indices: number[] = [];
  for (let index = 0; index < fleet.members.length; index++) indices.push(index);
  return indices;
}

export function setTold(fleet: Fleet, index: number, told: Surroundings): Fleet {
  return change(fleet, [index], () => ({ told }));
}

// -- Judging a crash ------------------------------------------------------------------

function judgeMember(fleet: Fleet, index: number): Fleet {
  const member = memberAt(fleet, index);
  const { view } = member;
  const at = view.endedAt ?? 0;
  const readyForMs = view.readyAt === null ? null : at - view.readyAt;
  const policy = member.child.spec.restart;
  const { verdict, history } = member.wanted
    ? judge(policy, member.history, { failure: view.failure, readyForMs, at, chance: view.chance })
    : { verdict: { kind: 'rest' } as const, history: member.history };
  const judged = change(fleet, [index], () => ({ verdict, history }));

  if (verdict.kind === 'rest') return judged;
  if (verdict.kind === 'giveUp') return escalates(judged) ? exceed(judged, index, at) : judged;
  return countRestart(judged, index, at);
}

const escalates = ({ plan }: Fleet): boolean => plan.spec.onExceeded === 'escalate';

/** OTP's own bound counts the restarts of all members together. */
function countRestart(fleet: Fleet, index: number, at: number): Fleet {
  const { intensity, periodMs } = fleet.plan.spec;
  const recent = recentRestarts(fleet.restarts, periodMs, at);
  if (escalates(fleet) && recent.length >= intensity) return exceed(fleet, index, at);
  // Only as many as can matter are kept, however many members there are.
  const counted = { ...fleet, restarts: [...recent, at].slice(-intensity - 1) };
  const others = withFollowers(fleet, [index, ...companionsOf(fleet, index)]);
  others.delete(index);
  return recycleAll(counted, others);
}

/** It fails as a whole: everybody goes down, and its parent judges it. */
function exceed(fleet: Fleet, index: number, at: number): Fleet {
  const { view, history } = memberAt(fleet, index);
  const restarts = Math.max(fleet.restarts.length, history.restarts.length);
  const given = change(fleet, [index], () => ({
    verdict: { kind: 'giveUp', why: 'its group gave up' },
  }));
  return {
    ...given,
    permitted: false,
    failure: { kind: 'intensity-exceeded', member: view.name, restarts },
    endedAt: at,
    chance: view.chance,
  };
}

/** The others whom the strategy makes share a member's fate. */
export function companionsOf(fleet: Fleet, index: number): readonly number[] {
  switch (fleet.plan.spec.strategy) {
    case 'one_for_one':
      return [];
    case 'one_for_all':
      return allIndices(fleet).filter((other) => other !== index);
    case 'rest_for_one':
      return allIndices(fleet).filter((other) => other > index);
  }
}

/** These, and all that asked to be restarted whenever one of them is, and so on. */
function withFollowers(fleet: Fleet, indices: Iterable<number>): Set<number> {
  const found = new Set(indices);
  for (const index of found) {
    const { name } = memberAt(fleet, index).child.spec;
    for (const other of fleet.plan.dependents[index] ?? []) {
      const { needs } = memberAt(fleet, other).child;
      if (needs.some(({ restart, sibling }) => restart && sibling === name)) found.add(other);
    }
  }
  return found;
}

// -- Keeping count --------------------------------------------------------------------

/** The fleet with these changes of some of its members, counted anew. */
export function change(
  fleet: Fleet,
  indices: Iterable<number>,
  edit: (member: Member) => Partial<Member>,
): Fleet {
  let { members, tally } = fleet;
  for (const index of indices) {
    const before = at(members, index);
    const after = edited(before, edit(before));
    members = put(members, index, after);
    tally = recount(tally, before, after);
  }
  return {
    plan: fleet.plan,
    members,
    tally,
    permitted: fleet.permitted,
    restarts: fleet.restarts,
    failure: fleet.failure,
    endedAt: fleet.endedAt,
    chance: fleet.chance,
    outside: fleet.outside,
  };
}

/**
 * A copy with these changes. Field by field, as the fleet above: V8 is ten times slower at
 * a spread of what was itself spread, and gives each a shape of its own that readers pay for.
 */
export function edited(member: Member, changes: Partial<Member>): Member {
  const copy: Member = {
    child: member.child,
    view: member.view,
    wanted: member.wanted,
    wantedIfFound: member.wantedIfFound,
    again: member.again,
    asked: member.asked,
    recycling: member.recycling,
    condemned: member.condemned,
    pinned: member.pinned,
    removed: member.removed,
    broken: member.broken,
    history: member.history,
    verdict: member.verdict,
    told: member.told,
  };
  return Object.assign(copy, changes);
}

function count(members: Vector<Member>): Tally {
  let tally = nothing;
  for (const member of items(members)) tally = recount(tally, null, member);
  return tally;
}

export function recounted(fleet: Fleet): Fleet {
  return { ...fleet, tally: count(fleet.members) };
}

function recount(tally: Tally, before: Member | null, after: Member): Tally {
  const was = before === null ? nothing : marks(before);
  const is = marks(after);
  return {
    adopting: tally.adopting - was.adopting + is.adopting,
    unsettled: tally.unsettled - was.unsettled + is.unsettled,
    stuck: tally.stuck - was.stuck + is.stuck,
    wanted: tally.wanted - was.wanted + is.wanted,
    up: tally.up - was.up + is.up,
    recycling: tally.recycling - was.recycling + is.recycling,
    recovering: tally.recovering - was.recovering + is.recovering,
    pinnedUp: tally.pinnedUp - was.pinnedUp + is.pinnedUp,
    holding: tally.holding - was.holding + is.holding,
    departed: tally.departed - was.departed + is.departed,
  };
}

const nothing: Tally = {
  adopting: 0,
  unsettled: 0,
  stuck: 0,
  wanted: 0,
  up: 0,
  recycling: 0,
  recovering: 0,
  pinnedUp: 0,
  holding: 0,
  departed: 0,
};

function marks(member: Member): Tally {
  const { removed, pinned, view } = member;
  const { status } = view;
  const wanted = member.wanted && !removed;
  return {
    adopting: status === 'adopting' ? 1 : 0,
    unsettled: settledStatuses.has(status) ? 0 : 1,
    stuck: status === 'stuck' ? 1 : 0,
    wanted: wanted ? 1 : 0,
    up: wanted && upStatuses.has(status) ? 1 : 0,
    recycling: isRecycling(member) ? 1 : 0,
    recovering: isRecovering(member) ? 1 : 0,
    pinnedUp: pinned && !removed && !downStatuses.has(status) ? 1 : 0,
    holding: isPinned(member) && !downStatuses.has(status) && status !== 'stuck' ? 1 : 0,
    departed: removed && downStatuses.has(status) ? 1 : 0,
  };
}

// -- Views ----------------------------------------------------------------------------

/**
 * Whoever was found running was wanted by somebody; to stop it because nobody
 * has said so to us would make every upgrade an outage. A group's view knows.
 */
function isWantedNow(member: Member, view: View): boolean {
  if (view.kind === 'group') return view.wanted;
  return member.wanted || (member.wantedIfFound && !downStatuses.has(view.status));
}

export function differs(last: View, view: View): boolean {
  if (last.status !== view.status || last.failure !== view.failure) return true;
  if (last.kind === 'service' && view.kind === 'service') {
    return (
      last.state !== view.state ||
      last.process !== view.process ||
      last.step !== view.step ||
      last.note !== view.note
    );
  }
  if (last.kind === 'group' && view.kind === 'group') {
    const isAlike = last.wanted === view.wanted && last.holding === view.holding;
    return !isAlike || last.met.join() !== view.met.join();
  }
  return true;
}

function unseen({ spec }: ChildSpec): View {
  if (spec.kind === 'group') {
    return {
      kind: 'group',
      name: spec.name,
      status: 'adopting',
      wanted: false,
      met: [],
      holding: false,
      failure: null,
      endedAt: null,
      chance: 0,
      readyAt: null,
    };
  }
  return {
    kind: 'service',
    name: spec.name,
    status: 'adopting',
    state: 'adopting',
    process: null,
    healthy: false,
    adopted: false,
    failure: null,
    exit: null,
    startedAt: null,
    readyAt: null,
    endedAt: null,
    chance: 0,
    stop: null,
    step: null,
    note: null,
    logOffset: 0,
    hash: spec.hash,
  };
}
