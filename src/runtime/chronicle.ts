/**
 * What happened, told once: to the journal, to whoever listens, and to drover's own
 * log. It turns the news of the machines into records, and records into events.
 */
import type { Observable } from 'rxjs';
import { Subject } from 'rxjs/internal/Subject';
import type { Clock } from '../kernel/port.ts';
import { leavingStatuses } from '../machines/fleet.ts';
import type { Memory, News, ServiceRecord, ServiceView, View } from '../machines/protocol.ts';
import type { ChildSpec, GroupSpec, Name, ServiceSpec } from '../machines/vocabulary.ts';
import type { SupervisorEvent } from './api.ts';
import { causeOf } from './cause.ts';
import type { Journal } from './journal.ts';
import type { RecoveredState } from './journal-fold.ts';
import type { Entry, JournalRecord, ServiceMemory } from './journal-record.ts';
import type { Log } from './log.ts';
import type { Registry } from './registry.ts';
import { exitMessage, failureMessage, verdictMessage } from './wording.ts';

export interface HistoryQuery {
  /** Milliseconds since 1970. */
  readonly since?: number;
  readonly afterSeq?: number;
  readonly services?: readonly Name[];
  /** So many of the last ones. */
  readonly limit?: number;
}

/** Is asked only when a run has failed. */
export interface Witness {
  /** The last of what it printed. */
  quote(spec: ServiceSpec, offset: number): string | null;
  /** Who else listens where it should. */
  stranger(spec: ServiceSpec): string | null;
}

export class Chronicle {
  readonly memory: Memory;
  readonly events$: Observable<SupervisorEvent>;
  readonly #events = new Subject<SupervisorEvent>();
  readonly #journal: Journal;
  readonly #registry: Registry;
  readonly #log: Log;
  readonly #witness: Witness;

  readonly #clock: Clock;

  constructor(clock: Clock, journal: Journal, registry: Registry, log: Log, witness: Witness) {
    this.#clock = clock;
    this.#journal = journal;
    this.#registry = registry;
    this.#log = log;
    this.#witness = witness;
    this.memory = memoryOf(journal.recovered);
    this.events$ = this.#events.asObservable();
    this.#recallWishes(journal.recovered);
  }

  get degraded(): readonly string[] {
    return this.#journal.degraded === null ? [] : [`journal: ${this.#journal.degraded}`];
  }

  hear(news: News): void {
    switch (news.type) {
      case 'seen':
        return this.#seen(news.view, news.last);
      case 'judged': {
        const { verdict, restarts, name } = news;
        if (this.#registry.has(name)) {
          const { notes } = this.#registry.entry(name);
          notes.verdict = verdict;
          if (verdict.kind === 'restart') notes.restarts += 1;
        }
        const message = verdictMessage(verdict);
        return this.#tell({
          type: 'verdict',
          service: name,
          verdict: verdict.kind,
          message,
          restarts,
        });
      }
      case 'broke':
        this.#log.error(
          { service: news.name, err: news.error },
          'a machine threw and was respawned',
        );
        return this.#tell({ type: 'defect', service: news.name, reason: news.reason });
      case 'removed':
        return this.#tell({ type: 'removed', service: news.name });
    }
  }

  /** Each wish that says something new, before it is acted upon. */
  wish(names: readonly Name[], wish: 'up' | 'down', by: string): void {
    const at = this.#clock.wall();
    for (const name of names) {
      if (!this.#registry.has(name)) continue;
      const { notes } = this.#registry.entry(name);
      if (wish === 'up') {
        notes.restarts = 0;
        notes.verdict = null;
      }
      const isNew = notes.wish?.wish !== wish;
      // Whoever asked last is the one to name, also where the wish was the same before.
      notes.wish = { wish, by, at };
      if (!isNew) continue;
      this.#tell({ type: 'wish', service: name, wish, by });
    }
    this.commit();
  }

  /** Whatever was told is on record after this. */
  commit(): void {
    this.#journal.commit();
  }

  /** The root machine itself is broken: nothing decides any more. */
  defect(name: Name, error: unknown): void {
    this.#log.fatal({ err: error }, 'the root of the tree threw');
    const reason = error instanceof Error ? error.message : String(error);
    this.#tell({ type: 'defect', service: name, reason });
  }

  /** Something does not work at present; services run all the same. */
  degrade(reason: string): void {
    this.#tell({ type: 'degraded', reason });
  }

  heal(): void {
    this.#tell({ type: 'healed' });
  }

  history(query: HistoryQuery): readonly SupervisorEvent[] {
    return this.#journal
      .history({ ...query, types: eventTypes })
      .map((record) => eventOf(record as JournalRecord))
      .filter((event) => event !== null);
  }

  close(services: 'stop' | 'leave'): void {
    this.#journal.append({ type: 'closed', services });
    this.#journal.close();
    this.#events.complete();
  }

  #seen(view: View, last: View): void {
    if (view.kind === 'group' || last.kind === 'group') {
      if (view.status === last.status) return;
      const cause = view.failure === null ? '' : failureMessage(view.failure);
      const { status: to } = view;
      return this.#tell({ type: 'group', group: view.name, from: last.status, to, cause });
    }
    if (!this.#registry.has(view.name)) return;
    this.#note(view, last);
    for (const entry of this.#entriesOf(view, last)) this.#tell(entry);
  }

  #note(view: ServiceView, last: ServiceView): void {
    const { notes, spec } = this.#registry.entry(view.name);
    if (view.process !== null && view.process !== last.process) {
      notes.lastPid = view.process.pid;
      // Clocks of two managers differ by a little, but a process was started once.
      const before = this.#journal.recovered.services.get(view.name)?.startedWall ?? null;
      notes.startedWall = view.adopted ? before : this.#clock.wall();
    }
    if (view.failure !== null && view.failure !== last.failure) {
      notes.quote = this.#witness.quote(spec, view.logOffset);
      const isStart = view.failure.kind === 'exited-while-starting';
      notes.stranger = isStart ? this.#witness.stranger(spec) : null;
    }
    if (view.status === 'running' && last.status !== 'running') {
      notes.verdict = null;
      notes.quote = null;
      notes.stranger = null;
    }
  }

  #entriesOf(view: ServiceView, last: ServiceView): readonly Entry[] {
    const { name: service } = view;
    const { notes } = this.#registry.entry(service);
    const entries: Entry[] = [];
    if (view.process !== null && view.process !== last.process) {
      const { process: identity, logOffset, hash } = view;
      entries.push({ type: 'spawned', service, identity, logOffset, hash });
    }
    if (view.exit !== null && view.exit !== last.exit && last.status !== 'adopting') {
      const reason = exitMessage(view.exit);
      entries.push({ type: 'exited', service, pid: notes.lastPid, exit: view.exit, reason });
    }
    if (view.stop !== null && view.stop !== last.stop) {
      entries.push({ type: 'stopOutcome', service, outcome: view.stop });
    }
    if (view.status !== last.status) {
      const { status: to, failure, process, state: detail } = view;
      const cause = causeOf(this.#registry, view, last);
      const { status: from } = last;
      entries.push({ type: 'state', service, from, to, detail, cause, failure, process });
    } else {
      const message = progressOf(view, last);
      if (message !== null) entries.push({ type: 'progress', service, message });
    }
    return entries;
  }

  #tell(entry: Entry): void {
    const event = eventOf(this.#journal.append(entry));
    // A manager that is killed over each successor would otherwise restart without bound, and
    // the next one would take a successor for what its predecessor left behind.
    if (entry.type === 'verdict' && entry.verdict === 'restart') this.commit();
    if (event === null) return;
    this.#log.debug(event, event.type);
    this.#events.next(event);
  }

  #recallWishes({ services }: RecoveredState): void {
    for (const [name, { wish, restarts }] of services) {
      if (!this.#registry.has(name) || wish === null) continue;
      const { notes } = this.#registry.entry(name);
      notes.wish = { wish, by: 'an earlier manager', at: this.#clock.wall() };
      notes.restarts = restarts.length;
    }
  }
}

/** Every FIFO that the services of a tree need. */
export function lifelinesOf(root: GroupSpec): readonly string[] {
  const below = ({ spec }: ChildSpec): readonly string[] =>
    spec.kind === 'service' ? [spec.lifeline] : spec.children.flatMap(below);
  return root.children.flatMap(below);
}

function progressOf(view: ServiceView, last: ServiceView): string | null {
  if (view.step !== last.step && view.step !== null) return `step ${view.step}`;
  if (view.note !== last.note && view.note !== null) return view.note;
  if (view.healthy !== last.healthy) return view.healthy ? 'healthy again' : 'unhealthy';
  return null;
}

// -- Memory, for the machines ---------------------------------------------------------

function memoryOf({ services }: RecoveredState): Memory {
  const all = [...services];
  return {
    records: byName(all.map(([name, memory]) => [name, recordOf(memory)])),
    wishes: byName(all.flatMap(([name, { wish }]) => (wish === null ? [] : [[name, wish]]))),
    restarts: byName(all.map(([name, { restarts }]) => [name, restarts])),
  };
}

/** Without a prototype: a service may be called `constructor`. */
function byName<T>(entries: readonly (readonly [Name, T])[]): Readonly<Record<Name, T>> {
  return Object.assign(Object.create(null), Object.fromEntries(entries));
}

function recordOf(memory: ServiceMemory): ServiceRecord {
  const { process, ready, startedAt, logOffset, failure, lastExit, hash, status } = memory;
  const rest = status === 'failed' || status === 'completed' ? status : null;
  const leaving = leavingStatuses.has(status);
  return { process, ready, startedAt, logOffset, leaving, rest, failure, exit: lastExit, hash };
}

// -- Events, for everybody else -------------------------------------------------------

/** Those records that are events too; the others are for recovery alone. */
const eventTypes: readonly string[] = [
  'state',
  'progress',
  'exited',
  'verdict',
  'wish',
  'removed',
  'group',
  'defect',
  'degraded',
  'healed',
];

/** Every field is spelled out: to add some to a spread object is many times slower in V8. */
function eventOf(record: JournalRecord): SupervisorEvent | null {
  const { seq, wall: at } = record;
  switch (record.type) {
    case 'state': {
      const { service, from, to, detail, cause, process } = record;
      const pid = process?.pid ?? null;
      return { seq, at, type: 'service.state', service, from, to, detail, pid, cause };
    }
    case 'progress': {
      const { service, message } = record;
      return { seq, at, type: 'service.progress', service, message };
    }
    case 'exited': {
      const { service, pid, exit, reason } = record;
      return { seq, at, type: 'service.exited', service, pid, exit, reason };
    }
    case 'verdict': {
      const { service, verdict, message } = record;
      return { seq, at, type: 'service.judged', service, verdict, message };
    }
    case 'wish': {
      const { service, wish, by } = record;
      return { seq, at, type: 'service.wish', service, wish, by };
    }
    case 'removed':
      return { seq, at, type: 'service.removed', service: record.service };
    case 'group': {
      const { group, from, to } = record;
      return { seq, at, type: 'group.state', group, from, to };
    }
    case 'defect':
      return { seq, at, type: 'manager.defect', service: record.service, message: record.reason };
    case 'degraded':
      return { seq, at, type: 'manager.degraded', reason: record.reason };
    case 'healed':
      return { seq, at, type: 'manager.healed' };
    default:
      return null;
  }
}
