/** How the programs of a recorded service went, start by start, as scripts for the simulated kernel. */
import type { EventRecord, Plain, StateRecord } from './protocol.ts';
import { exitOf, isUp, type Role, statusOf } from './role.ts';

/** A part of `Program` of `drover/simulation`. */
export interface ScriptedProgram {
  readonly problem?: string;
  readonly notifiesReadyAfterMs?: number;
  readonly exitsAfterMs?: number;
  readonly exitCode?: number;
  readonly exitSignal?: string;
  readonly stopsAfterMs?: number;
  readonly stopCode?: number;
  readonly deafTo?: readonly string[];
}

interface Run {
  readonly at: number;
  readonly problem: string | null;
  readonly states: readonly StateRecord[];
  readonly end: EventRecord | null;
}

export function programsOf(role: Role, from: number): readonly ScriptedProgram[] {
  const isUnderWay = isUp(role.begins) || role.begins === 'starting';
  return runsOf(role, from, isUnderWay).map((run, i) =>
    programOf(run, isUnderWay && i === 0, role),
  );
}

/** One that is under way when the recording begins counts from there. */
function runsOf({ events, states }: Role, from: number, isUnderWay: boolean): readonly Run[] {
  const spawns = events.filter(({ event }) => isSpawn(event.type));
  const told = spawns.map(({ at, seq, event }) => ({ at, seq, problem: problemOf(event.payload) }));
  // What a supervisor tells of its past are states alone.
  const seen = states
    .filter((state) => statusOf(state) === 'starting')
    .map(({ at, seq }) => ({ at, seq, problem: null }));
  const first = isUnderWay ? [{ at: from, seq: 0, problem: null }] : [];
  const starts = [...first, ...(told.length > 0 ? told : seen)];
  return starts.map(({ at, seq, problem }, i) => {
    const next = starts[i + 1]?.seq ?? Number.POSITIVE_INFINITY;
    const isWithin = (record: { readonly seq: number }) => record.seq >= seq && record.seq < next;
    const end = events.find((one) => isWithin(one) && one.event.type === 'process.exited') ?? null;
    return { at, problem, end, states: states.filter(isWithin) };
  });
}

function programOf(run: Run, isFirst: boolean, { begins }: Role): ScriptedProgram {
  if (run.problem !== null) return { problem: run.problem };
  const ready = run.states.find((state) => statusOf(state) === 'running');
  const wasReady = isFirst && begins !== 'starting';
  const readyMs = wasReady ? 0 : ready === undefined ? null : since(run, ready);
  const start = readyMs === null ? {} : { notifiesReadyAfterMs: readyMs };
  const { end } = run;
  if (end === null) return start;
  const before = run.states.filter(({ seq }) => seq < end.seq);
  const asked = before.find((state) => ['stopping', 'killing'].includes(statusOf(state)));
  if (asked !== undefined || (isFirst && begins === 'stopping')) {
    return { ...start, ...stopOf(run, end, asked?.at ?? run.at) };
  }
  // The end of what was up before is a scene, as its start is not known.
  return wasReady ? start : { ...start, ...endOf(run, end) };
}

function endOf(run: Run, end: EventRecord): ScriptedProgram {
  const { code, signal } = exitOf(end);
  const how = signal === null ? { exitCode: code ?? 0 } : { exitSignal: signal };
  return { exitsAfterMs: since(run, end), ...how };
}

/** One that had to be killed was deaf to all that it was asked by. */
function stopOf({ states }: Run, end: EventRecord, asked: number): ScriptedProgram {
  const wasKilled = states.some((state) => statusOf(state) === 'killing' && state.seq < end.seq);
  if (wasKilled)
    return { deafTo: ['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] };
  const { code } = exitOf(end);
  const tookMs = Math.max(0, end.at - asked);
  return { stopsAfterMs: tookMs, ...(code === null ? {} : { stopCode: code }) };
}

const since = (run: Run, record: { readonly at: number }): number =>
  Math.max(0, record.at - run.at);

const isSpawn = (type: string): boolean =>
  type === 'process.spawned' || type === 'process.notSpawned';

function problemOf(payload: Plain | undefined): string | null {
  const { problem } = (payload ?? {}) as { readonly problem?: string };
  return problem ?? null;
}
