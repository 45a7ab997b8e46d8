/**
 * Who lives, under which number, in which group, holding which lifeline. Each
 * question has an index of its own, so that no event looks at every process.
 */
import type { ProcessIdentity } from '../../machines/vocabulary.ts';
import { ManyMap } from './many-map.ts';
import { type Birth, isSame, SimulatedProcess } from './process.ts';

/** Which pids there are, first and last included. A small space makes reuse common. */
export interface PidSpace {
  readonly first: number;
  readonly last: number;
}

const PID_NAMESPACE = 'pid:[4026531836]';

export class ProcessTable {
  readonly #space: PidSpace;
  readonly #byPid = new Map<number, SimulatedProcess>();
  readonly #groups = new ManyMap<number, SimulatedProcess>();
  /** How many processes are in it. */
  readonly #sessions = new Map<number, number>();
  /** How many hold it: who they are, is found among those that descend from its spawns. */
  readonly #holders = new Map<string, number>();
  readonly #origins = new ManyMap<string, SimulatedProcess>();
  #cursor: number;
  #boot = 1;
  #lastStart = 0;

  constructor(space: PidSpace) {
    this.#space = space;
    this.#cursor = space.first;
  }

  get bootId(): string {
    return `boot-${this.#boot}`;
  }

  /** null: no pid is free, which fork(2) calls EAGAIN. */
  create(birth: Birth, now: number, elapsed: number): SimulatedProcess | null {
    const pid = this.#freePid();
    if (pid === null) return null;
    const process = new SimulatedProcess(this.#identity(pid, now), birth, elapsed);
    this.#byPid.set(pid, process);
    this.#groups.add(process.group, process);
    count(this.#sessions, process.session, 1);
    if (process.lifeline !== null) count(this.#holders, process.lifeline, 1);
    if (birth.origin !== null) this.#origins.add(birth.origin, process);
    // A manager's children are many, and nobody asks for them before it dies.
    if (birth.parent?.birth.role !== 'manager') birth.parent?.adopt(process);
    return process;
  }

  /** Zombies included. */
  at(pid: number): SimulatedProcess | null {
    return this.#byPid.get(pid) ?? null;
  }

  /** That very process, if it is alive. */
  find(identity: ProcessIdentity): SimulatedProcess | null {
    const process = this.#byPid.get(identity.pid);
    if (process === undefined || !process.alive) return null;
    return isSame(process.identity, identity) ? process : null;
  }

  isHeld(lifeline: string): boolean {
    return this.#holders.has(lifeline);
  }

  holders(lifeline: string): readonly SimulatedProcess[] {
    if (!this.isHeld(lifeline)) return [];
    return [...this.descended(lifeline)].filter((process) => process.lifeline === lifeline);
  }

  /** Zombies included, as the kernel counts. */
  group(id: number): ReadonlySet<SimulatedProcess> {
    return this.#groups.get(id);
  }

  /** The living descendants of every spawn for that lifeline, whatever they dropped since. */
  descended(lifeline: string): ReadonlySet<SimulatedProcess> {
    return this.#origins.get(lifeline);
  }

  lifelines(): IterableIterator<string> {
    return this.#origins.keys();
  }

  /** Zombies included, in the order of their births. */
  all(): IterableIterator<SimulatedProcess> {
    return this.#byPid.values();
  }

  dropLifeline(process: SimulatedProcess): void {
    if (process.lifeline !== null) count(this.#holders, process.lifeline, -1);
    process.lifeline = null;
  }

  /** It is a zombie now: it holds nothing but its number and its group. */
  bury(process: SimulatedProcess): void {
    this.dropLifeline(process);
    process.state = 'Z';
    if (process.birth.origin !== null) this.#origins.delete(process.birth.origin, process);
  }

  /** Its parent has asked, and its number is free unless a group or session still bears it. */
  remove(process: SimulatedProcess): void {
    process.state = 'X';
    this.#byPid.delete(process.pid);
    this.#groups.delete(process.group, process);
    count(this.#sessions, process.session, -1);
    process.parent?.disown(process);
  }

  /** Power off, power on: nobody is left, and pids and start times begin again. */
  reboot(): void {
    for (const process of this.#byPid.values()) process.state = 'X';
    this.#byPid.clear();
    for (const index of [this.#sessions, this.#groups, this.#holders, this.#origins]) index.clear();
    this.#cursor = this.#space.first;
    this.#lastStart = 0;
    this.#boot += 1;
  }

  /**
   * Start times are unique, though Linux counts in steps of 10 ms: with a small pid
   * space a walk would else fail for a coincidence that no real system lives to see.
   */
  #identity(pid: number, now: number): ProcessIdentity {
    this.#lastStart = Math.max(now, this.#lastStart + 1);
    return {
      bootId: this.bootId,
      pidNamespace: PID_NAMESPACE,
      pid,
      startTime: this.#lastStart,
    };
  }

  #freePid(): number | null {
    const { first, last } = this.#space;
    for (let tries = first; tries <= last; tries += 1) {
      const pid = this.#cursor;
      this.#cursor = pid === last ? first : pid + 1;
      if (!this.#isTaken(pid)) return pid;
    }
    return null;
  }

  #isTaken(pid: number): boolean {
    return this.#byPid.has(pid) || this.#groups.has(pid) || this.#sessions.has(pid);
  }
}

function count<Key>(counts: Map<Key, number>, key: Key, change: 1 | -1): void {
  const number = (counts.get(key) ?? 0) + change;
  if (number > 0) counts.set(key, number);
  else counts.delete(key);
}
