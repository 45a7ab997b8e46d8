/**
 * The simulated kernel: to a supervisor an operating system like any other, to a
 * test the world around it, where programs misbehave on demand.
 */
import type { Exit, ProcessIdentity, Signal, SpawnProblem } from '../../machines/vocabulary.ts';
import { CurrentManager } from './current-manager.ts';
import { end } from './death.ts';
import { deliver, resume } from './delivery.ts';
import type { Disk } from './disk.ts';
import type { Fault } from './faults.ts';
import { begin, fork, live } from './life.ts';
import { Manager } from './manager.ts';
import {
  countNamed,
  find,
  type LivingProcess,
  living,
  livingNamed,
  type Target,
} from './oracle.ts';
import type { SimulatedProcess } from './process.ts';
import type { Program } from './program.ts';
import type { VirtualClock } from './virtual-clock.ts';
import {
  type ExitRecord,
  type RemovalRecord,
  restart,
  type SignalRecord,
  type SimulationOptions,
  type SpawnRecord,
  World,
} from './world.ts';

/**
 * As a `Kernel` it speaks for the manager of the moment. A test that crashes managers
 * gives each supervisor its own `manager()`, or the dead one's actors would reach the
 * living one's.
 */
export class SimulatedKernel extends CurrentManager {
  /**
   * The world's clock, to move time with. A timer set by `setTimeout` belongs to the
   * manager of the moment and dies with it; one set by `at` does not.
   */
  readonly clock: VirtualClock;
  readonly disk: Disk;
  readonly history: {
    readonly signals: readonly SignalRecord[];
    readonly spawns: readonly SpawnRecord[];
    readonly exits: readonly ExitRecord[];
    readonly removals: readonly RemovalRecord[];
  };
  /** Signals that would have hit a process that was not of that service. Must stay empty. */
  readonly violations: readonly SignalRecord[];
  protected current: Manager;
  readonly #world: World;

  constructor(options: SimulationOptions = {}) {
    super();
    this.#world = new World(options);
    const { clock, disk, signals, spawns, exits, removals, violations } = this.#world;
    this.clock = clock;
    this.disk = disk;
    this.history = { signals, spawns, exits, removals };
    this.violations = violations;
    this.current = this.manager();
  }

  // -- Managers

  /** Another manager on the same system, which this kernel speaks for from now on. */
  manager(): Manager {
    this.current = new Manager(this.#world);
    this.clock.tenant = this.current;
    return this.current;
  }

  /** kill -9 of a manager: its watches, timers and callbacks are gone, what it started lives on. */
  crashManager(manager: Manager = this.current): void {
    manager.close();
    end(this.#world, manager.process, { code: null, signal: 'SIGKILL' }, 'killed');
  }

  /** The manager makes so many effects yet (spawns, signals, writes, ...), and dies before the next. */
  crashManagerAfter(calls: number, manager: Manager = this.current): void {
    manager.dieAfterCalls(calls, () => this.crashManager(manager));
  }

  // -- Programs

  /** Each start of the program takes the next script; the last one repeats. */
  script(name: string, ...programs: readonly Program[]): this {
    this.#world.scripts.set(name, programs);
    return this;
  }

  /** Whether there is a script of that name. */
  knows(name: string): boolean {
    return this.#world.scripts.knows(name);
  }

  /** The next spawns fail, whatever they are of. */
  failSpawns(problem: SpawnProblem, times = 1): void {
    this.#world.scripts.fail(problem, times);
  }

  /** A process that nobody here started: a stranger, or with a lifeline one of that service. */
  bear(program: string, script: Program = {}, lifeline: string | null = null): ProcessIdentity {
    const process = begin(this.#world, {
      program,
      argv: [program],
      script,
      role: 'main',
      parent: null,
      lifeline,
      origin: lifeline,
      spawn: null,
      uid: script.uid ?? this.#world.options.uid,
      ownSession: true,
      outlivesParent: 'always',
    });
    if (process === null) throw new Error(`cannot bear "${program}": no pid is free`);
    live(this.#world, process);
    return process.identity;
  }

  /** It forks a child which lives on without it, holding what it holds. */
  fork(target: Target, script: Program = {}, { ownSession = false } = {}): ProcessIdentity {
    const [parent] = this.#find(target);
    const what = { role: 'worker', script, ownSession, outlivesParent: 'always' } as const;
    const child = parent === undefined ? null : fork(this.#world, parent, what);
    if (child === null) throw new Error(`cannot fork "${String(target)}"`);
    return child.identity;
  }

  /** It tells its manager, as by sd_notify(3). */
  notify(target: Target, fields: Readonly<Record<string, string>>): void {
    for (const process of this.#find(target)) process.notified?.(fields);
  }

  /** Ends it now, as something other than a manager would; by SIGKILL unless said otherwise. */
  kill(target: Target, exit: Exit = { code: null, signal: 'SIGKILL' }): void {
    for (const process of this.#find(target)) end(this.#world, process, exit, 'killed');
  }

  /** A signal from somebody who is no manager, as by kill(1). */
  send(target: Target, signal: Signal): void {
    for (const process of this.#find(target)) {
      const { identity, pid } = process;
      const { origin, program } = process.birth;
      const at = this.clock.elapsed();
      this.#world.record({
        at,
        pid,
        identity,
        program,
        signal,
        origin,
        by: null,
        lifeline: null,
      });
      deliver(this.#world, process, signal);
    }
  }

  /** SIGSTOP, and SIGCONT. */
  stopProcess(target: Target): void {
    this.send(target, 'SIGSTOP');
  }

  continueProcess(target: Target): void {
    this.send(target, 'SIGCONT');
  }

  /** It hangs in the kernel (state D), where no signal reaches it, SIGKILL included. */
  freeze(target: Target): void {
    for (const process of this.#find(target)) process.state = 'D';
  }

  /** It comes back, and gets the signals that waited for it. */
  thaw(target: Target): void {
    for (const process of this.#find(target)) {
      process.unkillable = false;
      resume(this.#world, process);
    }
  }

  /** It goes on accepting connections but answers none; `false`: it answers again. */
  silence(target: Target, isSilent = true): void {
    for (const process of this.#find(target)) process.silent = isSilent;
  }

  // -- The world

  /** At a later time, whatever becomes of the manager meanwhile. */
  at(delayMs: number, run: () => void): void {
    this.clock.setTimeout(run, delayMs, null);
  }

  fault(fault: Fault): void {
    this.#world.faults.add(fault);
  }

  clearFaults(): void {
    this.#world.faults.clear();
    this.#world.scripts.clearProblems();
  }

  /** Orderly: all that was written is on disk. Every process is gone, the manager's too. */
  reboot(): void {
    this.current.close();
    // The file systems are unmounted, and so all is written.
    this.disk.syncAll();
    restart(this.#world);
  }

  /** A reboot before which nobody synced: what was appended since may be torn, or lost. */
  cutPower(): void {
    this.disk.cutPower();
    this.reboot();
  }

  // -- The oracle

  /** All that descends from a spawn, or from one for that lifeline; zombies are not alive. */
  alive(lifeline?: string): readonly LivingProcess[] {
    return living(this.#world.table, lifeline);
  }

  /** From which lifeline's spawn the living process of that number descends; null: a stranger, or nobody. */
  originAt(pid: number): string | null {
    const process = this.#world.table.at(pid);
    return process?.alive ? process.birth.origin : null;
  }

  /** Who has locked the directory, if that manager lives. */
  lockHolder(directory: string): number | null {
    const holder = this.#world.locks.get(directory);
    return holder?.alive ? holder.pid : null;
  }

  /** Zombies whose parent lives and has not asked for them. */
  zombies(): number {
    let count = 0;
    for (const { state, parent } of this.#world.table.all()) {
      if (state === 'Z' && parent?.alive) count += 1;
    }
    return count;
  }

  /** Every living process of a program, workers and strangers included. */
  named(program: string): readonly LivingProcess[] {
    return livingNamed(this.#world.table, program);
  }

  /** How many of them there are. */
  count(program: string): number {
    return countNamed(this.#world.table, program);
  }

  #find(target: Target): readonly SimulatedProcess[] {
    return find(this.#world.table, target);
  }
}
