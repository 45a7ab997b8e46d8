/**
 * Which run of a service wrote a line, and about when: a run has a time at both of its
 * ends and a place in the log at both, and what lies between is taken to have come
 * evenly. Pure.
 */
import type { ProcessIdentity } from '../../machines/vocabulary.ts';
import {
  isHeader,
  isMemory,
  type JournalRecord,
  type Line,
  type ServiceMemory,
} from '../../runtime/journal-record.ts';

/** As the journal tells it. Times are milliseconds since 1970. */
export interface Spawn {
  readonly from: number;
  /** Null: it has not ended, or nobody saw it end. */
  readonly until: number | null;
  /** Where in the file its output began, as the file was then. */
  readonly offset: number;
}

/** What was moved out of the live file in one piece. Places are addresses. */
export interface Generation {
  readonly start: number;
  readonly end: number;
  /** When it was moved. */
  readonly at: number;
}

export interface LogShape {
  readonly log: string;
  /** The address of the live file's first byte, and since when it has been that. */
  readonly base: number;
  readonly basedAt: number;
  readonly end: number;
  /** When it was last written to. */
  readonly writtenAt: number;
  /** Newest first. */
  readonly generations: readonly Generation[];
}

/** So far it had come by then. */
type Knot = readonly [offset: number, at: number];

export interface Run {
  readonly from: number;
  /** Infinity: it goes on. */
  readonly until: number;
  /** Addresses: what it wrote lies between them. */
  readonly begins: number;
  readonly ends: number;
  /** In order, both ends among them. */
  readonly knots: readonly Knot[];
}

/** What the journal rounds, or what stands in it twice. */
const sameMs = 1_000;

/** By service, oldest first. */
export function spawnsIn(lines: readonly Line[]): ReadonlyMap<string, readonly Spawn[]> {
  const spawns = new Map<string, Spawn[]>();
  const processes = new Map<string, string>();
  for (const line of lines) {
    if (isHeader(line)) continue;
    const record = isMemory(line) ? rememberedBy(line.memory) : (line as JournalRecord);
    if (record === null || !('service' in record)) continue;
    const all = spawns.get(record.service) ?? [];
    const last = all.at(-1);
    spawns.set(record.service, all);
    if (record.type === 'spawned') {
      const process = keyOf(record.identity);
      // One that is adopted is told of again, and is no new run.
      if (processes.get(record.service) === process) continue;
      processes.set(record.service, process);
      all.push({ from: record.wall, until: null, offset: record.logOffset });
    } else if (record.type === 'memory') {
      if (record.process !== null) processes.set(record.service, record.process);
      // What it is made of may still be there.
      if (last === undefined || record.spawn.from > last.from + sameMs) all.push(record.spawn);
    } else if (record.type === 'exited' && last?.until === null) {
      all[all.length - 1] = { ...last, until: record.wall };
    }
  }
  return spawns;
}

function rememberedBy(memory: ServiceMemory) {
  const { service, startedWall: from, lastExitWall, logOffset: offset } = memory;
  if (from === null) return null;
  const until = lastExitWall !== null && lastExitWall >= from ? lastExitWall : null;
  const process = memory.process === null ? null : keyOf(memory.process);
  return { type: 'memory', service, process, spawn: { from, until, offset } } as const;
}

const keyOf = ({ bootId, pid, startTime }: ProcessIdentity): string =>
  `${bootId} ${pid} ${startTime}`;

/** Those whose place in the log is known; older ones are left out, and those of which nothing is left. */
export function runsOf(spawns: readonly Spawn[], shape: LogShape): readonly Run[] {
  const runs: Run[] = [];
  let { end } = shape;
  let limit = Number.POSITIVE_INFINITY;
  for (const spawn of spawns.toReversed()) {
    const begins = addressOf(spawn, shape);
    // Of what lies before it nobody can say who wrote it.
    if (begins === null || begins > end || spawn.from > limit) break;
    const until = Math.max(spawn.from, Math.min(spawn.until ?? limit, limit));
    runs.unshift(runFrom(spawn.from, until, begins, end, shape));
    end = begins;
    limit = spawn.from;
  }
  return runs;
}

/** Null: it is lost. */
function addressOf({ from, offset }: Spawn, { base, basedAt, generations }: LogShape) {
  if (from > basedAt) return base + offset;
  // The first piece that was moved after it had begun.
  const index = generations.findLastIndex(({ at }) => at >= from);
  const generation = generations[index];
  if (generation === undefined) return null;
  if (index < generations.length - 1 || generation.start === 0) return generation.start + offset;
  // More was moved than is left, but what was moved next but one cannot be of an earlier run.
  return generations[index - 1]?.end ?? null;
}

function runFrom(from: number, until: number, begins: number, ends: number, shape: LogShape): Run {
  const moved = shape.generations
    .filter(({ end }) => end > begins && end < ends)
    .map(({ end, at }): Knot => [end, at])
    .toReversed();
  const last = ends === shape.end ? shape.writtenAt : until;
  let latest = from;
  const knots = [[begins, from] as Knot, ...moved, [ends, last] as Knot].map(
    ([offset, at]): Knot => {
      latest = Math.min(until, Math.max(latest, at));
      return [offset, latest];
    },
  );
  return { from, until, begins, ends, knots };
}

/** Whose the line is that ends there. */
export function runAt(runs: readonly Run[], offset: number): Run | null {
  return runs.find(({ begins, ends }) => offset > begins && offset <= ends) ?? null;
}

/** About when a run had written so far. */
export function timeAt({ knots, until }: Run, offset: number): number {
  const index = knots.findIndex(([end]) => end >= offset);
  const [to, after] = knots[index] ?? [0, until];
  const [from, before] = knots[index - 1] ?? [to, after];
  return to === from ? after : before + ((after - before) * (offset - from)) / (to - from);
}
