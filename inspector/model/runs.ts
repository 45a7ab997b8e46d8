/**
 * Where the time went: of each start and each stop of a service, how long it waited and
 * for whom, and how long it took itself. Whoever the event came of that let it begin,
 * held it up.
 */
import type { EventRecord } from '../../src/inspection/protocol.ts';
import type { History } from './history.ts';
import type { Command, Lane, Lanes, Segment } from './lanes.ts';

export interface Run {
  readonly service: string;
  readonly actor: number;
  readonly verb: 'start' | 'stop';
  /** When it was wanted: from here to `began` it waited. */
  readonly wanted: number;
  readonly began: number;
  /** Ready, or down; null: it is not yet, or never was. */
  readonly over: number | null;
  /** What it came to: `running`, `crashed`, `stopped`; while it is under way what it is in. */
  readonly outcome: string;
  /** It could begin when this one was ready, or down. */
  readonly heldBy: string | null;
  /** The event that let it begin. */
  readonly seq: number | null;
}

/** What belongs together: one start-up, one shutdown, one restart of one. */
export interface Wave {
  readonly from: number;
  readonly until: number;
  readonly verb: Run['verb'];
  readonly runs: readonly Run[];
  /** Those that decided when it was over, the last one first. */
  readonly path: readonly Run[];
}

const underWay = new Set(['starting', 'stopping', 'killing']);
const wants = new Set(['want', 'recycle', 'start']);
const unwants = new Set(['unwant', 'destroy', 'recycle', 'stop']);

export function wavesOf(history: History, lanes: Lanes): readonly Wave[] {
  const runs = new Map<string, readonly Run[]>();
  for (const lane of lanes.all.values()) {
    if (lane.kind === 'service') runs.set(lane.name, runsOf(history, lanes.commands, lane));
  }
  return inWaves([...runs.values()].flat().map((run) => withWait(run, runs)));
}

/** Of that service, the last of the kind that began no later. */
function latest(
  runs: ReadonlyMap<string, readonly Run[]>,
  { heldBy, began, verb }: Run,
): Run | undefined {
  if (heldBy === null) return undefined;
  return runs.get(heldBy)?.findLast((one) => one.verb === verb && one.began <= began);
}

function runsOf(history: History, commands: readonly Command[], lane: Lane): readonly Run[] {
  const runs: Run[] = [];
  const { segments } = lane;
  for (let i = 0; i < segments.length; i += 1) {
    const segment = segments[i] as Segment;
    const before = segments[i - 1];
    const verb = segment.word === 'starting' ? 'start' : 'stop';
    const isBegin = underWay.has(segment.word) && segment.seq !== null;
    const isSame = before !== undefined && underWay.has(before.word) && verbOf(before) === verb;
    if (!isBegin || isSame) continue;
    let end = i;
    while (verbOf(segments[end]) === verb && underWay.has(segments[end]?.word ?? '')) end += 1;
    const after = segments[end];
    const cause = holderOf(history, segment.seq, lane.name);
    const asked = askedAt(commands, lane.name, verb, before?.from ?? segment.from, segment.from);
    runs.push({
      service: lane.name,
      actor: lane.actor,
      verb,
      wanted: asked ?? segment.from,
      began: segment.from,
      over: after?.from ?? null,
      outcome: after?.word ?? segments.at(-1)?.word ?? segment.word,
      ...cause,
    });
  }
  return runs;
}

const verbOf = (segment: Segment | undefined): Run['verb'] =>
  segment?.word === 'starting' ? 'start' : 'stop';

/** The first command that named it while it stood still. */
function askedAt(
  commands: readonly Command[],
  name: string,
  verb: Run['verb'],
  from: number,
  until: number,
): number | null {
  const words = verb === 'start' ? wants : unwants;
  const found = commands.find(
    ({ at, type, names }) =>
      at >= from && at <= until && words.has(type) && (names === null || names.includes(name)),
  );
  return found?.at ?? null;
}

/** The nearest of its causes that came from another service. */
function holderOf(history: History, seq: number | null, name: string): Pick<Run, 'heldBy' | 'seq'> {
  let begin: number | null = null;
  if (seq === null) return { heldBy: null, seq: null };
  for (const one of history.causes(seq)) {
    if (one.kind !== 'event') continue;
    begin ??= one.seq;
    const service = senderOf(history, one);
    if (service === name) break;
    if (service !== null) return { heldBy: service, seq: begin };
  }
  return { heldBy: null, seq: begin };
}

function senderOf(history: History, { source }: EventRecord): string | null {
  return source === null ? null : (history.actor(source)?.service ?? null);
}

/** Where no command is on record it has waited as long as whoever held it up. */
function withWait(run: Run, all: ReadonlyMap<string, readonly Run[]>): Run {
  if (run.wanted < run.began) return run;
  const seen = new Set([run]);
  let { wanted } = run;
  for (let holder = latest(all, run); holder !== undefined && !seen.has(holder); ) {
    wanted = Math.min(wanted, holder.wanted);
    seen.add(holder);
    holder = latest(all, holder);
  }
  return wanted === run.wanted ? run : { ...run, wanted };
}

function inWaves(runs: readonly Run[]): readonly Wave[] {
  const waves: { verb: Run['verb']; from: number; until: number; runs: Run[] }[] = [];
  const sorted = [...runs].sort((a, b) => a.wanted - b.wanted || a.began - b.began);
  for (const run of sorted) {
    const until = run.over ?? run.began;
    const open = waves.findLast(({ verb }) => verb === run.verb);
    if (open !== undefined && run.wanted <= open.until) {
      open.runs.push(run);
      open.until = Math.max(open.until, until);
    } else waves.push({ verb: run.verb, from: run.wanted, until, runs: [run] });
  }
  return waves
    .sort((a, b) => a.from - b.from)
    .map((wave) => ({ ...wave, path: pathOf(wave.runs) }));
}

/** From the one that was ready last back through whom it waited for. */
function pathOf(runs: readonly Run[]): readonly Run[] {
  const byService = new Map<string, Run[]>();
  for (const run of runs) byService.set(run.service, [...(byService.get(run.service) ?? []), run]);
  const path: Run[] = [];
  let run = runs.reduce<Run | undefined>(
    (last, one) => (last === undefined || (one.over ?? 0) > (last.over ?? 0) ? one : last),
    undefined,
  );
  while (run !== undefined && !path.includes(run)) {
    path.push(run);
    run = latest(byService, run);
  }
  return path;
}
