/** Why a service is as it is, in one sentence that follows the causes to the first. */
import type { Member } from '../machines/fleet.ts';
import type { ServiceView } from '../machines/protocol.ts';
import type { Condition, Name } from '../machines/vocabulary.ts';
import type { Entry, Registry } from './registry.ts';
import { duration, exitMessage, failureMessage, stopMessage, verdictMessage } from './wording.ts';

export interface Moment {
  /** Monotonic milliseconds. */
  readonly now: number;
}

export function explain(registry: Registry, name: Name, moment: Moment): string {
  return explainOne(registry, name, moment, new Set());
}

function explainOne(registry: Registry, name: Name, moment: Moment, told: Set<Name>): string {
  const entry = registry.entry(name, 'explain');
  const { view } = entry;
  told.add(name);
  if (view === null) return `${name} has not been looked at yet`;
  const member = registry.member(name);
  const pinned = member?.pinned === true ? ' (pinned)' : '';
  return `${name} ${sentence(registry, entry, view, member, moment, told)}${pinned}`;
}

function sentence(
  registry: Registry,
  entry: Entry,
  view: ServiceView,
  member: Member | null,
  moment: Moment,
  told: Set<Name>,
): string {
  switch (view.status) {
    case 'adopting':
      return 'is being looked for: it may still run from before';
    case 'starting':
      return `is starting: ${progress(view)}`;
    case 'running':
      return running(view, moment);
    case 'stopping':
    case 'killing':
      return leaving(registry, entry, view, member);
    case 'stuck':
      return `is stuck: ${view.note ?? 'SIGKILL did not end it'}; no second copy is started`;
    case 'crashed':
    case 'backoff':
      return `${crashed(entry, view, moment)} and ${verdict(entry)}`;
    case 'completed':
      return `has completed${ago(view.endedAt, moment)}`;
    case 'failed':
      return failed(entry, view, moment);
    case 'stopped':
      return stopped(registry, entry, view, member, moment, told);
  }
}

function running(view: ServiceView, { now }: Moment): string {
  const since = view.readyAt === null ? '' : ` for ${duration(now - view.readyAt)}`;
  const pid = view.process === null ? '' : `, pid ${view.process.pid}`;
  const how = view.adopted ? ', adopted' : '';
  if (!view.healthy) return `is running but unhealthy${pid}: ${view.note ?? 'its check fails'}`;
  const note = view.note === null ? '' : `; ${view.note}`;
  return `is running${since}${pid}${how}${note}`;
}

export function progress(view: ServiceView): string {
  const detail = view.state.slice(view.state.lastIndexOf('.') + 1);
  switch (detail) {
    case 'preparing':
      return view.step === null ? 'it is being prepared' : `it is being prepared: ${view.step}`;
    case 'outOfResources':
      return `the system is short of something: ${view.note ?? ''}`;
    case 'hurrying':
      return 'it is to be stopped as soon as its pid is known';
    case 'waiting':
    case 'abandoned':
      return `it waits for its pid file${view.note === null ? '' : `: ${view.note}`}`;
    case 'probing':
      return `it waits to be ready${view.note === null ? '' : `: ${view.note}`}`;
    case 'settling':
      return 'it has to stay up a little before it is believed';
    default:
      return 'it is being launched';
  }
}

function leaving(
  registry: Registry,
  entry: Entry,
  view: ServiceView,
  member: Member | null,
): string {
  const verb = view.status === 'killing' ? 'is being killed' : 'is stopping';
  if (view.failure !== null) return `${verb} because ${failureMessage(view.failure)}`;
  if (view.state === 'sweeping')
    return `${verb}: its main process is gone, others of its tree are not`;
  if (member?.recycling === true) return `${verb} to be restarted`;
  const blocked = blockedBy(registry, entry);
  if (member?.wanted === true && blocked !== null) return `${verb} because "${blocked.name}" goes`;
  return `${verb}${by(entry)}`;
}

function crashed({ notes }: Entry, view: ServiceView, moment: Moment): string {
  const failure = view.failure === null ? 'ended' : failureMessage(view.failure);
  return `crashed${ago(view.endedAt, moment)}: ${failure}${taken(notes.stranger)}${quote(notes.quote)}`;
}

function verdict({ notes }: Entry): string {
  return notes.verdict === null ? 'waits for a verdict' : verdictMessage(notes.verdict);
}

function failed({ notes }: Entry, view: ServiceView, moment: Moment): string {
  const failure = view.failure === null ? '' : failureMessage(view.failure);
  const why = notes.verdict?.kind === 'giveUp' ? notes.verdict.why : null;
  const given = why === null ? '' : ` and ${why}`;
  return `has failed${ago(view.endedAt, moment)}: ${failure}${taken(notes.stranger)}${given}${quote(notes.quote)}`;
}

function stopped(
  registry: Registry,
  entry: Entry,
  view: ServiceView,
  member: Member | null,
  moment: Moment,
  told: Set<Name>,
): string {
  const { notes } = entry;
  if (member?.wanted === true) {
    const blocked = blockedBy(registry, entry);
    if (blocked === null) return 'is about to start';
    const cause = told.has(blocked.name)
      ? ''
      : `; ${explainOne(registry, blocked.name, moment, told)}`;
    return `waits for "${blocked.name}" to be ${blocked.condition}${cause}`;
  }
  if (notes.wish?.wish === 'down') {
    const how = view.stop === null ? '' : `: ${stopMessage(view.stop)}`;
    return `was stopped by ${notes.wish.by}${how}`;
  }
  if (view.failure !== null) return `is stopped: ${failureMessage(view.failure)}`;
  if (view.exit !== null)
    return `is stopped: it ${exitMessage(view.exit)}${ago(view.endedAt, moment)}`;
  return 'is stopped: nobody has asked for it to run';
}

/** The first thing it depends on that is not as it has to be. */
export function blockedBy(
  registry: Registry,
  { spec }: Entry,
): { readonly name: Name; readonly condition: Condition } | null {
  for (const { name, condition } of spec.dependsOn) {
    for (const one of registry.expand([name], 'explain')) {
      if (!isMet(registry.entry(one).view, condition)) return { name: one, condition };
    }
  }
  return null;
}

function isMet(view: ServiceView | null, condition: Condition): boolean {
  if (view === null) return false;
  if (view.status === 'completed') return true;
  if (condition === 'completed') return false;
  if (condition === 'started') return view.process !== null;
  return view.status === 'running' && (condition !== 'healthy' || view.healthy);
}

const by = ({ notes }: Entry): string =>
  notes.wish?.wish === 'down' ? ` as ${notes.wish.by} asked` : '';

const ago = (at: number | null, { now }: Moment): string =>
  at === null ? '' : ` ${duration(now - at)} ago`;

const taken = (stranger: string | null): string => (stranger === null ? '' : `; ${stranger}`);

const quote = (text: string | null): string => (text === null ? '' : `; it said: "${text}"`);
