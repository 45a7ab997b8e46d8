/**
 * Why an actor is in its state: from the step that brought it there back to the first
 * cause that is known. Each link is a sentence and the moment it tells of. Pure: reads a
 * history, asks nobody.
 */
import type {
  EventRecord,
  InspectionRecord,
  StateRecord,
  TimerRecord,
} from '../../src/inspection/protocol.ts';
import type { History } from '../model/history.ts';
import { stateName } from '../model/words.ts';
import { asker, isIn } from './words.ts';

export type Past = Pick<History, 'record' | 'recordsOf' | 'actor' | 'state' | 'first'>;

export type Link =
  /** It went from one state to another. */
  | { readonly kind: 'state'; readonly of: StateRecord; readonly before: StateRecord | null }
  /** One machine told another something, because of what it was told itself. */
  | { readonly kind: 'sent'; readonly of: EventRecord; readonly because: EventRecord }
  /** An actor that touches the world told what it saw, after it was told something or made. */
  | { readonly kind: 'reported'; readonly of: EventRecord; readonly after: EventRecord }
  | { readonly kind: 'timer'; readonly of: EventRecord; readonly armed: TimerRecord }
  | { readonly kind: 'created'; readonly of: EventRecord; readonly because: EventRecord }
  | { readonly kind: 'origin'; readonly of: InspectionRecord; readonly origin: Origin };

/**
 * `command`: to a supervisor, from its host; `outside`: to anybody, from nobody of the
 * system; `exit`: a process ended and nobody had asked it to; `fact`: the world was so;
 * `begin`: it was made so; `lost`: older than what is kept.
 */
export type Origin = 'command' | 'outside' | 'exit' | 'fact' | 'begin' | 'lost';

const commands = new Set('want unwant recycle destroy reload signal pin amend'.split(' '));
/** What makes a process leave. */
const partings = new Set('ask kill sweep signal'.split(' '));
const longest = 200;

/**
 * The step with which its present state began; of a named part of it, the step with which
 * it was entered last, also where it has been left since. Null: not known.
 */
export function enteredAt(
  past: Past,
  actor: number,
  moment: number | null,
  path: string | null = null,
): StateRecord | null {
  const states = statesOf(past, actor, -Infinity, moment ?? Infinity);
  const last = states.at(-1) ?? past.state(actor, moment)?.state ?? null;
  if (last === null) return null;
  const holds = ({ value, status }: StateRecord): boolean =>
    path === null
      ? stateName(value) === stateName(last.value) && status === last.status
      : isIn(value, path);
  const end = states.findLastIndex(holds);
  if (end < 0) return holds(last) ? last : null;
  const before = states.findLastIndex((state, i) => i < end && !holds(state));
  const first = states[before + 1];
  if (before >= 0 || first === undefined) return first ?? null;
  // It was so already when the records began.
  const earlier = stateBefore(past, first);
  return earlier !== null && holds(earlier) ? earlier : first;
}

export function chainOf(past: Past, state: StateRecord): readonly Link[] {
  const first: Link = { kind: 'state', of: state, before: stateBefore(past, state) };
  const event = handled(past, state.handles);
  if (event !== null) return [first, ...causesOf(past, event)];
  const stopper = stoppedBy(past, state);
  if (stopper !== null) return [first, ...chainOf(past, stopper)];
  return [first, { kind: 'origin', of: state, origin: 'lost' }];
}

/** Whoever is stopped is sent nothing: its parent left the state that it was there for. */
function stoppedBy(past: Past, { status, actor, at, seq }: StateRecord): StateRecord | null {
  const parent = status === 'stopped' ? past.actor(actor)?.parent : null;
  if (parent == null) return null;
  return statesOf(past, parent, at, Infinity).find((state) => state.seq > seq) ?? null;
}

/** What an event came of, back to the first cause. */
export function causesOf(past: Past, of: EventRecord): readonly Link[] {
  const links: Link[] = [];
  for (let event: EventRecord | null = of; event !== null && links.length < longest; ) {
    const step: Step = stepBack(past, event);
    links.push(...step.links);
    // A cause is older than its effect; anything else would lead round for ever.
    event = step.next !== null && step.next.seq < event.seq ? step.next : null;
  }
  return links;
}

interface Step {
  readonly links: readonly Link[];
  /** What is to be explained next; null: that was the first cause. */
  readonly next: EventRecord | null;
}

function stepBack(past: Past, event: EventRecord): Step {
  if (event.event.type === 'xstate.init') return born(past, event);
  const armed = armedBy(past, event);
  if (armed !== null) return ranOut(past, event, armed);
  if (event.cause !== null) {
    const cause = handled(past, event.cause);
    return cause === null ? end(event, 'lost') : caused(past, event, cause);
  }
  if (event.source === null) return end(event, isCommand(past, event) ? 'command' : 'outside');
  return reported(past, event, event.source);
}

function born(past: Past, event: EventRecord): Step {
  const because = handled(past, past.actor(event.actor)?.cause ?? event.cause);
  if (because === null) return end(event, 'begin');
  return { links: [{ kind: 'created', of: event, because }], next: because };
}

function ranOut(past: Past, event: EventRecord, armed: TimerRecord): Step {
  const entered = armingOf(past, event, armed);
  const link: Link = { kind: 'timer', of: event, armed };
  if (entered === undefined) return { links: [link], next: null };
  const next = handled(past, entered.handles);
  const state: Link = { kind: 'state', of: entered, before: stateBefore(past, entered) };
  const lost: Link = { kind: 'origin', of: entered, origin: 'lost' };
  return { links: next === null ? [link, state, lost] : [link, state], next };
}

/** The end of the step that armed it; of what was found armed, the state that was found with it. */
function armingOf(past: Past, event: EventRecord, armed: TimerRecord): StateRecord | undefined {
  const states = statesOf(past, armed.actor, armed.at, event.at);
  const found = states.findLast(
    (state) => state.seq < armed.seq && state.at === armed.at && state.event === '',
  );
  return found ?? states.find(({ seq }) => seq > armed.seq && seq < event.seq);
}

function caused(past: Past, event: EventRecord, because: EventRecord): Step {
  const sender = event.source === null ? null : past.actor(event.source);
  if (sender !== null && sender.logic !== 'machine') {
    // That it was made says nothing; what it was made for does.
    const isBorn = because.event.type === 'xstate.init' && because.actor === event.source;
    const after = (isBorn ? handled(past, sender.cause) : null) ?? because;
    return { links: [{ kind: 'reported', of: event, after }], next: after };
  }
  const link: Link = { kind: 'sent', of: event, because };
  const seen = seenState(past, because);
  if (seen === null) return { links: [link], next: because };
  const state: Link = { kind: 'state', of: seen, before: stateBefore(past, seen) };
  return { links: [link, state], next: handled(past, seen.handles) };
}

/** A fact of the world: what the actor that told it had been asked, or made for. */
function reported(past: Past, event: EventRecord, source: number): Step {
  const told = lastTold(past, source, event);
  const isExit = /\bexited$|\bended$/.test(event.event.type);
  if (isExit && (told === null || !partings.has(told.event.type))) return end(event, 'exit');
  const after = told ?? handled(past, past.actor(source)?.cause ?? null);
  if (after === null) return end(event, 'fact');
  return { links: [{ kind: 'reported', of: event, after }], next: after };
}

const end = (of: InspectionRecord, origin: Origin): Step => ({
  links: [{ kind: 'origin', of, origin }],
  next: null,
});

function isCommand(past: Past, { actor, event }: EventRecord): boolean {
  if (asker(event) !== null) return true;
  return past.actor(actor)?.parent === null && commands.has(event.type);
}

function armedBy(past: Past, { seq, at, actor, event }: EventRecord): TimerRecord | null {
  if (!event.type.startsWith('xstate.after.')) return null;
  const armed = past
    .recordsOf(actor, -Infinity, at)
    .findLast((one) => one.seq < seq && one.kind === 'timer' && one.timer === event.type);
  return armed?.kind === 'timer' && armed.delayMs !== null ? armed : null;
}

/** The state of a child that its parent was told of by watching it. */
function seenState(past: Past, { event, source, cause, at, seq }: EventRecord): StateRecord | null {
  if (!event.type.startsWith('xstate.snapshot.') || source === null) return null;
  const handling = statesOf(past, source, at, Infinity).find(
    (state) => cause !== null && state.handles === cause && state.seq > seq,
  );
  return handling ?? statesOf(past, source, -Infinity, at).findLast((one) => one.seq < seq) ?? null;
}

function lastTold(past: Past, actor: number, before: EventRecord): EventRecord | null {
  const told = past
    .recordsOf(actor, -Infinity, before.at)
    .findLast(
      (one) =>
        one.seq < before.seq && one.kind === 'event' && !one.event.type.startsWith('xstate.'),
    );
  return told?.kind === 'event' ? told : null;
}

function stateBefore(past: Past, state: StateRecord): StateRecord | null {
  const earlier = statesOf(past, state.actor, -Infinity, state.at).findLast(
    ({ seq }) => seq < state.seq,
  );
  if (earlier !== undefined) return earlier;
  const first = past.state(state.actor, past.first)?.state ?? null;
  return first !== null && first.seq < state.seq ? first : null;
}

function statesOf(past: Past, actor: number, from: number, until: number): readonly StateRecord[] {
  return past.recordsOf(actor, from, until).filter((one) => one.kind === 'state');
}

function handled(past: Past, seq: number | null): EventRecord | null {
  const record = seq === null ? null : past.record(seq);
  return record?.kind === 'event' ? record : null;
}
