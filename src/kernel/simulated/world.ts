/**
 * The whole simulated system in one place, for the parts that make it move. It
 * holds; `life`, `death` and `delivery` act.
 */
import type { Exit, ProcessIdentity, Signal, SpawnProblem } from '../../machines/vocabulary.ts';
import { Disk } from './disk.ts';
import { Faults } from './faults.ts';
import type { SimulatedProcess } from './process.ts';
import { type PidSpace, ProcessTable } from './process-table.ts';
import { createRandom, type Random } from './random.ts';
import { ScriptBook } from './script-book.ts';
import { Sockets } from './sockets.ts';
import type { TimerOwner } from './timer-heap.ts';
import { VirtualClock } from './virtual-clock.ts';
import { Watchers } from './watchers.ts';

export interface SimulationOptions {
  /** The same seed and the same calls make the same run. */
  readonly seed?: number;
  readonly pids?: PidSpace;
  /** How long an orphan stays a zombie; Infinity: this init never reaps, as in many containers. */
  readonly initReapsAfterMs?: number;
  /** Whom the manager runs as. 0 may signal everybody. */
  readonly uid?: number;
  /** How often the manager looks whether processes that are not its children live. */
  readonly exitPollMs?: number;
  /** Exits, ends of lifelines and answers come up to so much later, each by its own chance. */
  readonly jitterMs?: number;
  /** How long a sync takes. */
  readonly syncMs?: number;
  /** Directories that a reboot empties. */
  readonly volatile?: readonly string[];
}

/** One signal, to one process. */
export interface SignalRecord {
  readonly at: number;
  readonly pid: number;
  readonly identity: ProcessIdentity;
  readonly program: string;
  readonly signal: Signal;
  /** The pid of the manager that sent it; null: the world did. */
  readonly by: number | null;
  /** For which service it was meant, and of which the process was. */
  readonly lifeline: string | null;
  readonly origin: string | null;
}

export interface SpawnRecord {
  readonly at: number;
  readonly program: string;
  readonly argv: readonly string[];
  readonly kind: 'service' | 'command';
  readonly lifeline: string | null;
  readonly by: number;
  readonly identity: ProcessIdentity | null;
  readonly problem: SpawnProblem | null;
}

/** A process that ended, and how. */
export interface ExitRecord {
  readonly at: number;
  readonly pid: number;
  readonly exit: Exit;
  readonly origin: string | null;
}

/** A file or directory that a manager removed. */
export interface RemovalRecord {
  readonly at: number;
  readonly path: string;
  readonly by: number;
}

export class World {
  readonly options: Required<SimulationOptions>;
  readonly clock = new VirtualClock();
  /** The dice that the manager throws. */
  readonly random: Random;
  /** The dice of the world, apart, so that a manager that throws once more changes no fault. */
  readonly chance: Random;
  readonly table: ProcessTable;
  readonly disk: Disk;
  readonly faults = new Faults();
  readonly sockets = new Sockets();
  readonly scripts = new ScriptBook();
  readonly lifelineEnds = new Watchers<string>();
  readonly deaths = new Watchers<SimulatedProcess>();
  readonly signals: SignalRecord[] = [];
  readonly spawns: SpawnRecord[] = [];
  readonly exits: ExitRecord[] = [];
  readonly removals: RemovalRecord[] = [];
  /** Signals that would have hit a process which descends from no spawn for that lifeline. */
  readonly violations: SignalRecord[] = [];
  readonly locks = new Map<string, SimulatedProcess>();

  constructor(options: SimulationOptions) {
    this.options = { ...DEFAULTS, ...options };
    this.random = createRandom(this.options.seed);
    this.chance = createRandom(this.options.seed ^ 0x5bd1e995);
    this.table = new ProcessTable(this.options.pids);
    this.disk = new Disk(this.chance, (path) => this.#forget(path));
  }

  isHeld(lifeline: string): boolean {
    return this.table.isHeld(lifeline);
  }

  /** As an event of its own, never inside the call that caused it. */
  soon(run: () => void, owner: TimerOwner | null): unknown {
    const { jitterMs } = this.options;
    const delay = jitterMs > 0 ? Math.floor(this.chance() * (jitterMs + 1)) : 0;
    return this.clock.setTimeout(run, delay, owner);
  }

  record(signal: SignalRecord): void {
    this.signals.push(signal);
    if (signal.by !== null && signal.origin !== signal.lifeline) this.violations.push(signal);
  }

  #forget(lifeline: string): void {
    for (const holder of this.table.holders(lifeline)) this.table.dropLifeline(holder);
  }
}

/** A new boot of the same machine. */
export function restart({ table, sockets, locks, clock, disk, options }: World): void {
  table.reboot();
  sockets.clear();
  locks.clear();
  clock.restart();
  for (const directory of options.volatile) {
    for (const name of disk.list(directory)) disk.remove(`${directory}/${name}`);
  }
}

const DEFAULTS: Required<SimulationOptions> = {
  seed: 1,
  pids: { first: 300, last: 32_767 },
  initReapsAfterMs: 0,
  uid: 1000,
  exitPollMs: 500,
  jitterMs: 0,
  syncMs: 5,
  volatile: ['/run'],
};
