/**
 * What everybody was doing when: of each service, or of any other machine, the stretches
 * in one state, and the marks that stick out. Fed record by record; forgets with the
 * history.
 */
import type {
  ActorRecord,
  ActorState,
  EventRecord,
  InspectionRecord,
  Plain,
} from '../../src/inspection/protocol.ts';
import { nameOf } from './actors.ts';
import { search } from './history.ts';
import { type Family, lookOf } from './words.ts';

export interface Segment {
  readonly from: number;
  /** Of the record with which it began; null: before the first record. */
  readonly seq: number | null;
  readonly word: string;
  readonly detail: string;
  readonly family: Family;
}

export interface Mark {
  readonly at: number;
  readonly seq: number;
  readonly kind: 'crash' | 'restart' | 'signal' | 'kill' | 'exit' | 'defect';
  readonly label: string;
}

export interface Lane {
  /** The name of the service or group, else `#` and the number of the actor. */
  readonly key: string;
  readonly name: string;
  /** The one that has this place now. */
  actor: number;
  readonly kind: 'service' | 'group' | 'machine';
  segments: Segment[];
  marks: Mark[];
}

/** Said to the system from outside: what people did. */
export interface Command {
  readonly at: number;
  readonly seq: number;
  readonly type: string;
  /** Null: not known. */
  readonly names: readonly string[] | null;
}

export class Lanes {
  readonly all = new Map<string, Lane>();
  commands: Command[] = [];
  #actors = new Map<number, { readonly record: ActorRecord; readonly lane: Lane | null }>();

  begin(states: readonly ActorState[], at: number): void {
    this.all.clear();
    this.#actors.clear();
    this.commands = [];
    for (const one of states) {
      const lane = this.#meet(one.actor);
      if (lane === null || one.state === null) continue;
      const { word, detail, family } = lookOf(one);
      lane.segments.push({ from: Math.min(at, one.state.at), seq: null, word, detail, family });
    }
  }

  add(records: readonly InspectionRecord[]): void {
    for (const record of records) {
      if (record.kind === 'actor') this.#meet(record);
      else if (record.kind === 'event') this.#hear(record);
      else if (record.kind === 'state') {
        const known = this.#actors.get(record.actor);
        if (known?.lane)
          this.#enter(known.lane, { actor: known.record, state: record, timers: [] });
        if (record.status !== 'active') this.#actors.delete(record.actor);
      }
    }
  }

  /** Keeps what was still so at that moment. */
  forget(before: number): void {
    for (const [key, lane] of this.all) {
      const first = search(lane.segments.length, (i) => (lane.segments[i]?.from ?? 0) > before);
      if (first > 1) lane.segments = lane.segments.slice(first - 1);
      lane.marks = lane.marks.filter(({ at }) => at >= before);
      const isOver = lane.kind === 'machine' && !this.#actors.has(lane.actor);
      if (isOver && (lane.segments.at(-1)?.from ?? 0) < before) this.all.delete(key);
    }
    this.commands = this.commands.filter(({ at }) => at >= before);
  }

  #meet(record: ActorRecord): Lane | null {
    const lane = record.logic === 'machine' ? this.#laneOf(record) : null;
    this.#actors.set(record.actor, { record, lane });
    return lane;
  }

  #laneOf(record: ActorRecord): Lane {
    const key = laneKey(record);
    const known = this.all.get(key);
    if (known !== undefined) {
      known.actor = record.actor;
      return known;
    }
    const kind = record.service !== null ? 'service' : record.group !== null ? 'group' : 'machine';
    const name = nameOf(record);
    const lane: Lane = { key, name, actor: record.actor, kind, segments: [], marks: [] };
    this.all.set(key, lane);
    return lane;
  }

  #enter(lane: Lane, one: ActorState & { readonly state: NonNullable<ActorState['state']> }): void {
    const { word, detail, family } = lookOf(one);
    const last = lane.segments.at(-1);
    if (last !== undefined && last.word === word && last.detail === detail) return;
    const { at, seq } = one.state;
    lane.segments.push({ from: at, seq, word, detail, family });
    if (last?.word === word) return;
    const kind = word === 'starting' ? restartOf(lane) : markOf(word);
    if (kind !== null) lane.marks.push({ at, seq, kind, label: word });
  }

  #hear({ actor, at, seq, source, event }: EventRecord): void {
    const known = this.#actors.get(actor);
    if (known === undefined || event.type.startsWith('xstate.')) return;
    if (source === null && known.record.parent === null) {
      this.commands.push({ at, seq, type: event.type, names: namesIn(event.payload) });
    }
    if (known.lane === null) return;
    const label = labelOf(event.type, event.payload);
    if (label !== null) known.lane.marks.push({ at, seq, ...label });
  }
}

/** A start after a crash, of which nobody but the supervisor knew that it would come. */
function restartOf({ segments }: Lane): Mark['kind'] | null {
  for (let i = segments.length - 2; i >= 0; i -= 1) {
    const word = segments[i]?.word;
    if (word === 'crashed' || word === 'backoff') return 'restart';
    if (word === 'running' || word === 'starting') return null;
  }
  return null;
}

function markOf(word: string): Mark['kind'] | null {
  if (word === 'crashed' || word === 'failed') return 'crash';
  if (word === 'broken') return 'defect';
  return word === 'killing' ? 'kill' : null;
}

function labelOf(type: string, payload: Plain | undefined): Pick<Mark, 'kind' | 'label'> | null {
  if (type === 'process.signalled') {
    return { kind: 'signal', label: textAt(payload, 'by') ?? 'signalled' };
  }
  if (type !== 'process.exited') return null;
  const signal = textAt(payload, 'exit', 'signal');
  const code = textAt(payload, 'exit', 'code');
  return { kind: 'exit', label: signal ?? (code === null ? 'exited' : `exit ${code}`) };
}

function textAt(value: Plain | undefined, ...path: readonly string[]): string | null {
  let one: unknown = value;
  for (const key of path) one = (one as Record<string, unknown> | null | undefined)?.[key];
  return typeof one === 'string' || typeof one === 'number' ? String(one) : null;
}

function namesIn(payload: Plain | undefined): readonly string[] | null {
  const names = (payload as { readonly names?: unknown } | null | undefined)?.names;
  return Array.isArray(names) && names.every((one) => typeof one === 'string') ? names : null;
}

/** The key of the lane of an actor. */
export function laneKey({ service, group, actor }: ActorRecord): string {
  return service ?? group ?? `#${actor}`;
}

// -- What was when -----------------------------------------------------------------------

/** The one that was at that moment; null before the first. */
export function segmentAt({ segments }: Lane, at: number): Segment | null {
  return segments[indexAt(segments, at)] ?? null;
}

/** Of the last that began not later; -1 before the first. */
export function indexAt(segments: readonly Segment[], at: number): number {
  return search(segments.length, (i) => (segments[i]?.from ?? 0) > at) - 1;
}

/** Where the word of the state at that moment began to hold. */
export function sinceWhen({ segments }: Lane, at: number): number | null {
  let i = indexAt(segments, at);
  const word = segments[i]?.word;
  while (i > 0 && segments[i - 1]?.word === word) i -= 1;
  return segments[i]?.from ?? null;
}

export function countMarks({ marks }: Lane, kind: Mark['kind'], after: number): number {
  let count = 0;
  for (let i = marks.length - 1; i >= 0; i -= 1) {
    const mark = marks[i];
    if (mark === undefined || mark.at <= after) break;
    if (mark.kind === kind) count += 1;
  }
  return count;
}
