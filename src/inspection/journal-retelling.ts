/** Tells the records of a journal, one after the other, as an inspector would have seen them. */
import type { GroupSpec } from '../machines/vocabulary.ts';
import type { JournalRecord, ServiceMemory } from '../runtime/journal-record.ts';
import { ChartPaths } from './chart-path.ts';
import { contextOf, learn, type Past, remember, rowOf, unknownPast } from './journal-past.ts';
import { likelyEvents } from './journal-words.ts';
import { toPlain } from './plain.ts';
import type {
  ActorRecord,
  Baseline,
  Definition,
  GroupRow,
  InspectionRecord,
  PlainEvent,
  ServiceRow,
  StateRecord,
} from './protocol.ts';

interface Teller {
  readonly actor: ActorRecord;
  readonly past: Past;
  readonly paths: ChartPaths;
  readonly dependsOn: readonly string[];
  leaf: string;
  /** The last event that it got, and whether a state has come of it yet. */
  event: number | null;
  isOpen: boolean;
  /** Types of the events since its last state. */
  heard: string[];
}

type Note<T = InspectionRecord> = T extends InspectionRecord ? Omit<T, 'seq' | 'at'> : never;

export class Retelling {
  readonly records: InspectionRecord[] = [];
  readonly #definitions: readonly [Definition, Definition];
  readonly #tellers = new Map<string, Teller>();
  readonly #groups: readonly Omit<GroupRow, 'state'>[];
  readonly #root: string;
  #seq = 0;
  #at = 0;

  constructor(definitions: readonly [Definition, Definition], root: GroupSpec) {
    this.#definitions = definitions;
    this.#root = root.name;
    this.#groups = this.#enter(root, null);
  }

  remember(memory: ServiceMemory): void {
    const teller = this.#tellers.get(memory.service);
    if (teller !== undefined) remember(teller.past, memory);
  }

  /** What came before the stretch. */
  skip(record: JournalRecord): void {
    const teller = this.#of(record);
    if (teller !== null) learn(teller.past, record);
    if (teller !== null && record.type === 'group') teller.past.status = record.to;
  }

  /** How things stood; what was not told of then is as the first of `following` leaves it. */
  begin(at: number, following: readonly JournalRecord[]): Baseline {
    this.#at = at;
    for (const record of [...following].reverse()) {
      const teller = this.#of(record);
      if (teller === null || teller.past.cause !== '') continue;
      if (record.type === 'state' || record.type === 'group') teller.past.status = record.from;
      if (record.type === 'state') teller.past.detail = record.from;
    }
    const actors = [...this.#tellers.values()].map((teller) => {
      const actor = { ...teller.actor, at };
      this.#seq += 1;
      return { actor, state: { ...this.#state(teller, '', null), seq: this.#seq, at }, timers: [] };
    });
    return { seq: this.#seq, at, actors };
  }

  tell(record: JournalRecord): void {
    this.#at = Math.max(this.#at, record.wall);
    const teller = this.#of(record);
    if (teller === null) return;
    switch (record.type) {
      case 'wish':
        this.#heard(teller, record.wish === 'up' ? 'start' : 'stop', null, { by: record.by });
        break;
      case 'spawned':
        this.#heard(teller, 'process.spawned', teller.event, { pid: record.identity.pid });
        break;
      case 'exited': {
        const { pid, exit, reason } = record;
        this.#heard(teller, 'process.exited', null, { pid, exit: { ...exit }, reason });
        break;
      }
      case 'verdict': {
        const { verdict, message } = record;
        this.#heard(teller, verdict, teller.event, { message }, sourceOf(verdict, teller));
        break;
      }
      case 'state':
        learn(teller.past, record);
        this.#moved(teller, record.to, record.detail, record.cause);
        return;
      case 'group':
        teller.past.status = record.to;
        this.#moved(teller, record.to, record.to, record.cause);
        return;
      case 'defect':
        this.#heard(teller, 'defect', null, { reason: record.reason });
        break;
      case 'opened':
        this.#heard(teller, 'opened', null, { manager: record.manager, version: record.version });
        break;
      case 'closed':
        this.#heard(teller, 'closed', null, { services: record.services });
        break;
      case 'degraded':
        this.#heard(teller, 'degraded', null, { reason: record.reason });
        break;
      case 'healed':
        this.#heard(teller, 'healed', null, {});
        break;
      case 'progress':
        this.#did(teller, 'progress', { message: record.message });
        break;
      case 'stopOutcome':
        this.#did(teller, 'stopOutcome', { ...record.outcome });
        break;
      case 'removed':
        this.#put({ ...this.#state(teller, 'removed', teller.event), status: 'stopped' });
        break;
    }
    learn(teller.past, record);
  }

  services(): readonly ServiceRow[] {
    return [...this.#tellers.values()]
      .filter(({ actor }) => actor.service !== null)
      .map((teller) => {
        const group = this.#groups.find(({ members }) => members.includes(teller.past.name));
        return rowOf(teller.past, group?.name ?? this.#root, teller.dependsOn);
      });
  }

  groups(): readonly GroupRow[] {
    return this.#groups.map((group) => {
      const state = this.#tellers.get(group.name)?.past.status ?? 'running';
      return { ...group, state };
    });
  }

  #enter(spec: GroupSpec, parent: GroupSpec | null): readonly Omit<GroupRow, 'state'>[] {
    this.#add(spec.name, parent?.name ?? null, false, []);
    const members = spec.children.map((child) => child.spec.name);
    const rows = [
      { name: spec.name, parent: parent?.name ?? null, strategy: spec.strategy, members },
    ];
    for (const { spec: one } of spec.children) {
      if (one.kind === 'group') rows.push(...(this.#enter(one, spec) as typeof rows));
      else
        this.#add(
          one.name,
          spec.name,
          true,
          one.dependsOn.map(({ name }) => name),
        );
    }
    return rows;
  }

  #add(
    name: string,
    parent: string | null,
    isService: boolean,
    dependsOn: readonly string[],
  ): void {
    const definition = this.#definitions[isService ? 1 : 0];
    this.#seq += 1;
    const actor: ActorRecord = {
      kind: 'actor',
      seq: this.#seq,
      at: 0,
      actor: this.#tellers.size,
      id: name,
      parent: parent === null ? null : (this.#tellers.get(parent)?.actor.actor ?? null),
      logic: 'machine',
      definition: definition.definition,
      service: isService ? name : null,
      group: isService ? null : name,
      cause: null,
    };
    const past = unknownPast(name);
    if (!isService) past.status = 'running';
    const rest = { leaf: '', event: null, isOpen: false, heard: [] };
    const paths = new ChartPaths(definition);
    this.#tellers.set(name, { actor, past, paths, dependsOn, ...rest });
  }

  /** Whom a record is about; what is about nobody is about the root. */
  #of(record: JournalRecord): Teller | null {
    const named = record as { readonly service?: unknown; readonly group?: unknown };
    return this.#tellers.get(String(named.service ?? named.group ?? this.#root)) ?? null;
  }

  #heard(
    teller: Teller,
    type: string,
    cause: number | null,
    payload: Readonly<Record<string, unknown>>,
    source: number | null = null,
  ): void {
    const { actor } = teller.actor;
    const isBare = Object.keys(payload).length === 0;
    const event: PlainEvent = isBare ? { type } : { type, payload: toPlain(payload) };
    teller.event = this.#put({ kind: 'event', actor, source, event, cause });
    teller.isOpen = true;
    teller.heard.push(type);
  }

  #did(teller: Teller, action: string, params: Readonly<Record<string, unknown>>): void {
    const { actor } = teller.actor;
    this.#put({ kind: 'action', actor, action, params: toPlain(params), handles: teller.event });
  }

  /** The machine went there; where nobody noted which event made it, it was one that leads there. */
  #moved(teller: Teller, status: string, detail: string, why: string): void {
    const { actor } = teller.actor;
    const leaf = teller.paths.leaf(detail, status);
    const likely = likelyEvents(status, teller.past.failure !== null);
    const edges =
      leaf === null
        ? []
        : teller.paths.between(teller.leaf, leaf.id, { sure: teller.heard, likely });
    if (!teller.isOpen) {
      const type = edges.findLast(({ kind }) => kind !== 'always')?.event ?? status;
      const source = type.startsWith('xstate.after.') ? actor : sourceOf(type, teller);
      this.#heard(teller, type, teller.event, why === '' ? {} : { why }, source);
    }
    const event = teller.heard.at(-1) ?? status;
    const ids = edges.map(({ id }) => id);
    this.#put({ kind: 'step', actor, event, edges: ids, handles: teller.event });
    this.#put(this.#state(teller, event, teller.event));
    teller.isOpen = false;
    teller.heard = [];
  }

  #state(teller: Teller, event: string, handles: number | null): Note<StateRecord> {
    const { past, paths, actor } = teller;
    const leaf = paths.leaf(past.detail, past.status) ?? paths.leaf(past.status, past.status);
    teller.leaf = leaf?.id ?? '';
    return {
      kind: 'state',
      actor: actor.actor,
      event,
      handles,
      value: leaf?.value ?? past.status,
      status: 'active',
      context: contextOf(past),
      tags: leaf?.tags ?? [past.status],
    };
  }

  #put(note: Note): number {
    this.#seq += 1;
    this.records.push({ ...note, seq: this.#seq, at: this.#at } as InspectionRecord);
    return this.#seq;
  }
}

/** What only a supervisor says to one of its own. Whoever asked for it asked the supervisor. */
function sourceOf(type: string, { actor }: Teller): number | null {
  const isCommand = ['start', 'stop', 'kill', 'restart', 'rest', 'giveUp'].includes(type);
  return isCommand ? actor.parent : null;
}
