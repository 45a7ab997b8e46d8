/**
 * A whole system that is simulated: a kernel, and on it one manager after the other,
 * each the real runtime with its journal. Acts go in; what happens is told to onlookers.
 */
import type { Kernel } from '../kernel/port.ts';
import { type Manager, SimulatedKernel } from '../kernel/simulated/index.ts';
import type { Name, ProjectSpec, ServiceSpec } from '../machines/vocabulary.ts';
import type { Supervisor, SupervisorEvent, SupervisorOptions } from '../runtime/api.ts';
import { createSupervisor } from '../runtime/create.ts';
import { servicesOf } from '../services/members.ts';
import { type Act, shown } from './acts.ts';
import { type Broken, type Onlooker, type Operation, occasions, type Seat } from './onlooker.ts';
import { perform } from './perform.ts';
import type { Scenario } from './scenario.ts';

/** What stands beside or between a system and its managers. */
export interface Between {
  /** What a manager is given in place of its kernel. */
  readonly distort?: (manager: Manager) => Kernel;
  /** Sees what XState's `inspect` option shows of every manager. */
  readonly inspect?: SupervisorOptions['inspect'];
}

type Listener = (what: unknown, more: unknown) => void;
const nobody: readonly Listener[] = [];

/** No chain of promises of the runtime is as long. */
const longestChain = 16;

export class System {
  readonly kernel: SimulatedKernel;
  readonly scenario: Scenario;
  /** What the next manager is given, and the present one was asked to apply last. */
  project: ProjectSpec;
  readonly seats: Seat[] = [];
  readonly trace: string[] = [];
  readonly onlookers: Onlooker[] = [];
  readonly operations = new Set<Operation>();
  readonly services: readonly ServiceSpec[];
  readonly byLifeline: ReadonlyMap<string, ServiceSpec>;
  /** The first promise that was not kept. */
  broken: Broken | null = null;
  /** Something may have been settled that nobody has been told yet. */
  #stirred = false;
  readonly #between: Between;
  readonly #seen = { spawns: 0, signals: 0, exits: 0, removals: 0 };

  constructor(scenario: Scenario, between: Between = {}) {
    this.#between = between;
    this.scenario = scenario;
    this.project = scenario.project;
    this.kernel = new SimulatedKernel(scenario.kernel);
    // Nobody lives yet: each manager is a process of its own.
    this.kernel.crashManager();
    this.services = servicesOf(scenario.project.root);
    this.byLifeline = new Map(this.services.map((spec) => [spec.lifeline, spec]));
    for (const [name, some] of Object.entries(scenario.programs)) this.kernel.script(name, ...some);
    this.kernel.script('stranger', {});
  }

  get now(): number {
    return this.kernel.clock.elapsed();
  }

  /** The manager that has the state directory. */
  get seat(): Seat | null {
    return this.seats.findLast((one) => one.supervisor !== null && one.manager.alive) ?? null;
  }

  get supervisor(): Supervisor | null {
    return this.seat?.supervisor ?? null;
  }

  /** Whether any manager lives, be it only starting. */
  get isManaged(): boolean {
    return this.seats.some(({ manager }) => manager.alive);
  }

  async act(act: Act): Promise<void> {
    this.#tell('acting', act);
    this.#stirred = true;
    this.#alone(() => perform(this, act));
    await this.#settle();
    this.#tell('acted', act);
    this.#look();
  }

  /** One event of the clock. */
  async step(): Promise<boolean> {
    if (!this.#alone(() => this.kernel.clock.step())) return false;
    if (this.#stirred) await this.#settle();
    this.#look();
    return true;
  }

  boot(): void {
    const manager = this.#fork();
    if (manager === null) return this.note('no manager can be started: no pid is free');
    const seat: Seat = {
      number: this.seats.length + 1,
      manager,
      supervisor: null,
      refusal: null,
      isBuried: false,
    };
    this.seats.push(seat);
    const { distort, inspect } = this.#between;
    const answer = createSupervisor(this.project, {
      kernel: distort?.(manager) ?? manager,
      logLevel: 'silent',
      ...(inspect && { inspect }),
    });
    answer.then(
      (supervisor) => this.#seatIt(seat, supervisor),
      (error: unknown) => this.#refuse(seat, error),
    );
  }

  /**
   * Nothing of it may use the host's timers. XState and rxjs do in one case: to throw
   * what nobody handles, which would be the end of a real manager.
   */
  #alone<T>(run: () => T): T {
    const real = globalThis.setTimeout;
    globalThis.setTimeout = this.#trap as unknown as typeof setTimeout;
    try {
      return run();
    } finally {
      globalThis.setTimeout = real;
    }
  }

  readonly #trap = (run: () => void): number => {
    try {
      run();
      this.fail('S21', "the host's clock was used");
    } catch (error) {
      this.fail('defect', error instanceof Error ? (error.stack ?? '') : String(error));
    }
    return 0;
  };

  #fork(): Manager | null {
    try {
      return this.kernel.manager();
    } catch {
      return null;
    }
  }

  /** Asks the manager of the moment for something, and waits beside the run for its answer. */
  ask(verb: string, names: readonly Name[], run: (supervisor: Supervisor) => unknown): void {
    const { seat } = this;
    if (seat === null || seat.supervisor === null) return this.note('nobody is there to ask');
    const operation: Operation = {
      verb,
      names,
      askedAt: this.now,
      seat,
      settledAt: null,
      outcome: null,
      message: null,
    };
    this.operations.add(operation);
    this.#tell('asked', operation);
    const settle = (error: unknown) => this.#settled(operation, error);
    try {
      Promise.resolve(run(seat.supervisor)).then(() => settle(null), settle);
    } catch (error) {
      settle(error);
    }
  }

  /** Another onlooker, from now on. */
  watch(onlooker: Onlooker): void {
    this.onlookers.push(onlooker);
    this.#byKey.clear();
  }

  note(line: string): void {
    this.trace.push(`${this.now} ${line}`);
  }

  fail(invariant: string, message: string, evidence?: unknown): void {
    if (this.broken !== null) return;
    const shown = evidence === undefined ? '' : `: ${JSON.stringify(evidence)}`;
    this.broken = { invariant, message: `${message}${shown}`, atMs: this.now };
  }

  #seatIt(seat: Seat, supervisor: Supervisor): void {
    if (!seat.manager.alive) return;
    seat.supervisor = supervisor;
    supervisor.events$.subscribe((event) => this.#heard(seat, event));
    this.note(`manager ${seat.number} is there`);
    this.#tell('booted', seat);
  }

  /** A manager that is refused exits. */
  #refuse(seat: Seat, error: unknown): void {
    if (!seat.manager.alive) return;
    seat.refusal = codeOf(error);
    this.note(`manager ${seat.number} is refused: ${seat.refusal}`);
    this.kernel.crashManager(seat.manager);
    if (seat.refusal === 'defect') this.fail('defect', String(error));
    this.#tell('refused', seat);
  }

  #heard(seat: Seat, event: SupervisorEvent): void {
    if (!seat.manager.alive) return;
    this.#stirred = true;
    this.#lookAtProcesses();
    this.trace.push(`${this.now} ${event.type} ${told(event)}`);
    this.#tell('heard', event, seat);
  }

  #settled(operation: Operation, error: unknown): void {
    this.operations.delete(operation);
    // A manager that is dead tells nobody anything.
    if (!operation.seat.manager.alive) return;
    operation.settledAt = this.now;
    operation.outcome = error === null ? 'ok' : codeOf(error);
    operation.message = error instanceof Error ? error.message : null;
    this.note(`${operation.verb} ${operation.names} settled: ${operation.outcome}`);
    if (operation.outcome === 'defect') this.fail('defect', `${operation.verb}: ${String(error)}`);
    this.#tell('settled', operation);
  }

  /** Lets every promise go as far as it can; one whose turn comes later is stirred by what comes. */
  async #settle(): Promise<void> {
    const isStarting = this.seats.some((one) => one.supervisor === null && one.manager.alive);
    this.#stirred = isStarting;
    if (!isStarting && this.operations.size === 0) return;
    for (let turn = 0; turn < longestChain; turn += 1) await null;
  }

  /** In the order of causes: what processes did comes before what is said of them. */
  #lookAtProcesses(): void {
    const { spawns, signals, exits, removals } = this.kernel.history;
    const seen = this.#seen;
    for (; seen.exits < exits.length; seen.exits += 1) this.#tell('exited', exits[seen.exits]);
    while (seen.spawns < spawns.length) {
      this.#tell('spawned', spawns[seen.spawns], seen.spawns);
      seen.spawns += 1;
    }
    while (seen.signals < signals.length) this.#tell('signalled', signals[seen.signals++]);
    while (seen.removals < removals.length) this.#tell('removed', removals[seen.removals++]);
  }

  #look(): void {
    this.#lookAtProcesses();
    for (const seat of this.seats) {
      if (!seat.isBuried && !seat.manager.alive) this.#bury(seat);
    }
    this.#tell('stepped');
  }

  #bury(seat: Seat): void {
    seat.isBuried = true;
    for (const operation of this.operations) {
      if (operation.seat === seat) this.operations.delete(operation);
    }
    if (seat.refusal !== null) return;
    this.note(
      `manager ${seat.number} is dead${seat.manager.diedAt === null ? '' : ` at ${seat.manager.diedAt}`}`,
    );
    this.#tell('died', seat);
  }

  /** Onlookers are many, and most of them look at one thing. */
  #tell(key: keyof Onlooker, what?: unknown, more?: unknown): void {
    for (const listen of this.#listeners(key)) listen(what, more);
  }

  readonly #byKey = new Map<keyof Onlooker, Listener[]>();

  #listeners(key: keyof Onlooker): readonly Listener[] {
    if (this.#byKey.size === 0) for (const onlooker of this.onlookers) this.#enlist(onlooker);
    return this.#byKey.get(key) ?? nobody;
  }

  #enlist(onlooker: Onlooker): void {
    for (const key of occasionsOf(onlooker)) {
      const listener = (onlooker[key] as Listener).bind(onlooker) as Listener;
      const listeners = this.#byKey.get(key);
      if (listeners === undefined) this.#byKey.set(key, [listener]);
      else listeners.push(listener);
    }
  }
}

/** A check is a literal of what it listens to; anything else has much besides. */
function occasionsOf(onlooker: Onlooker): readonly (keyof Onlooker)[] {
  const isLiteral = Object.getPrototypeOf(onlooker) === Object.prototype;
  return isLiteral
    ? (Object.keys(onlooker) as (keyof Onlooker)[])
    : occasions.filter((key) => onlooker[key] !== undefined);
}

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : 'defect';
}

/** What an event says, but for what differs from one run of the same to another. */
function told(event: SupervisorEvent): string {
  const said: string[] = [];
  for (const [key, value] of Object.entries(event)) {
    if (key !== 'seq' && key !== 'at' && key !== 'type') said.push(shown(value));
  }
  return said.join(' ');
}
