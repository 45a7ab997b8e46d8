/** One process of the simulated system: what `ps` would show of it, and its script. */
import type { Exit, ProcessIdentity, Signal } from '../../machines/vocabulary.ts';
import type { Program } from './program.ts';
import type { TimerOwner } from './timer-heap.ts';

/** Running, stopped by a signal, hanging in the kernel, zombie, gone. */
export type ProcessState = 'R' | 'T' | 'D' | 'Z' | 'X';

/** What a process is started as. `main` is what a spawn starts; the rest is forked. */
export type Role = 'main' | 'daemon' | 'worker' | 'manager';

export interface Birth {
  readonly program: string;
  readonly argv: readonly string[];
  readonly script: Program;
  readonly role: Role;
  /** null: init. */
  readonly parent: SimulatedProcess | null;
  readonly lifeline: string | null;
  /** The lifeline of the spawn it descends from, held or not; null: a stranger. */
  readonly origin: string | null;
  /** Which entry of the spawn history it descends from. */
  readonly spawn: number | null;
  readonly uid: number;
  readonly ownSession: boolean;
  readonly outlivesParent: 'never' | 'when-killed' | 'always';
}

export class SimulatedProcess implements TimerOwner {
  readonly identity: ProcessIdentity;
  readonly birth: Birth;
  /** On the clock of the whole simulation. */
  readonly startedAt: number;
  parent: SimulatedProcess | null;
  group: number;
  session: number;
  lifeline: string | null;
  uid: number;
  state: ProcessState = 'R';
  exit: Exit | null = null;
  /** It accepts connections and answers none. */
  silent: boolean;
  /** It was asked to stop too early, and does nothing any more. */
  hung = false;
  /** SIGKILL does not reach it. */
  unkillable: boolean;
  /** Where what it prints is appended, and where it is kept besides. */
  output: string | null = null;
  captured: string[] | null = null;
  /** Signals that wait for it to be continued or thawed. */
  pending: Signal[] = [];
  /** What its script would have done while it was stopped. */
  deferred: (() => void)[] = [];
  /** Set by the manager that started it, cut when that manager dies. */
  exited: ((exit: Exit) => void) | null = null;
  notified: ((fields: Readonly<Record<string, string>>) => void) | null = null;

  // Most processes have neither children nor sockets, and a walk makes very many processes.
  #children: Set<SimulatedProcess> | null = null;
  #listening: Set<string> | null = null;

  constructor(identity: ProcessIdentity, birth: Birth, startedAt: number) {
    this.identity = identity;
    this.birth = birth;
    this.startedAt = startedAt;
    this.parent = birth.parent;
    this.group = birth.ownSession ? identity.pid : (birth.parent?.group ?? identity.pid);
    this.session = birth.ownSession ? identity.pid : (birth.parent?.session ?? identity.pid);
    this.lifeline = birth.lifeline;
    this.uid = birth.uid;
    this.silent = birth.script.answers === false;
    this.unkillable = birth.script.unkillable === true;
  }

  get pid(): number {
    return this.identity.pid;
  }

  get script(): Program {
    return this.birth.script;
  }

  get children(): ReadonlySet<SimulatedProcess> {
    return this.#children ?? NO_CHILDREN;
  }

  get listening(): ReadonlySet<string> {
    return this.#listening ?? NO_ADDRESSES;
  }

  adopt(child: SimulatedProcess): void {
    this.#children ??= new Set();
    this.#children.add(child);
  }

  disown(child: SimulatedProcess): void {
    this.#children?.delete(child);
  }

  listen(address: string): void {
    this.#listening ??= new Set();
    this.#listening.add(address);
  }

  /** A zombie is not alive: it only waits for its parent to ask how it ended. */
  get alive(): boolean {
    return this.state !== 'Z' && this.state !== 'X';
  }
}

const NO_CHILDREN: ReadonlySet<SimulatedProcess> = new Set();
const NO_ADDRESSES: ReadonlySet<string> = new Set();

/** Neither stopped nor hanging: it does what its script says. */
export function isRunnable(process: SimulatedProcess): boolean {
  return process.state === 'R';
}

export function isSame(a: ProcessIdentity, b: ProcessIdentity): boolean {
  return (
    a.pid === b.pid &&
    a.startTime === b.startTime &&
    a.bootId === b.bootId &&
    a.pidNamespace === b.pidNamespace
  );
}
