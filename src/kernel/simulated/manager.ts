/**
 * The kernel as one manager process sees it. When that process dies, no callback
 * of its reaches anybody any more, and whatever is called here does nothing.
 */
import type { Check, CommandSpec, ProcessIdentity, Signal } from '../../machines/vocabulary.ts';
import type {
  Cancel,
  CheckContext,
  CheckOutcome,
  Clock,
  Files,
  Kernel,
  PidFileReading,
  ProcessInfo,
  RunOptions,
  RunOutcome,
  SignalAnswer,
  SpawnListener,
  SpawnRequest,
  Tree,
} from '../port.ts';
import { ask } from './checks.ts';
import { begin, live } from './life.ts';
import { type LockAnswer, lock, releaseLocks } from './locks.ts';
import { ManagerFiles } from './manager-files.ts';
import { readPidFile } from './pid-file.ts';
import type { SimulatedProcess } from './process.ts';
import { run } from './runs.ts';
import { sendToOne, sendToTree } from './sending.ts';
import { spawn } from './spawning.ts';
import type { TimerOwner } from './timer-heap.ts';
import { isEmpty, membersOf } from './trees.ts';
import { watchDeath, watchFile, watchLifeline } from './watching.ts';
import type { World } from './world.ts';

export class Manager implements Kernel, TimerOwner {
  readonly clock: Clock;
  readonly files: Files;
  readonly process: SimulatedProcess;
  readonly #world: World;
  readonly #open = new Set<Cancel>();
  #alive = true;
  #callsLeft = Number.POSITIVE_INFINITY;
  #die: () => void = () => {};

  constructor(world: World) {
    this.#world = world;
    this.clock = clockOf(world, this);
    this.files = new ManagerFiles(world, this);
    this.process = birth(world);
  }

  get alive(): boolean {
    return this.#alive && this.process.alive;
  }

  /** Watches, runs, checks, holds and locks that are neither over nor let go. */
  get open(): number {
    return this.#open.size;
  }

  random(): number {
    return this.#world.random();
  }

  spawn(request: SpawnRequest, listener: SpawnListener): void {
    if (!this.enter()) return;
    const parent = this.process;
    const spawned = spawn(this.#world, { ...request, kind: 'service', parent });
    if ('problem' in spawned) {
      listener.failed(spawned.problem, spawned.reason);
      return;
    }
    const { process } = spawned;
    process.exited = (exit) => listener.exited(exit);
    if (request.notifySocket !== null) {
      process.notified = (fields) => void this.soon(() => listener.notified(fields));
    }
    live(this.#world, process);
    listener.spawned(process.identity);
  }

  run(command: CommandSpec, options: RunOptions, done: (outcome: RunOutcome) => void): Cancel {
    return this.enter() ? run(this.#world, this, command, options, done) : NOTHING;
  }

  identify(pid: number): ProcessIdentity | null {
    const process = this.#world.table.at(pid);
    return process?.alive ? process.identity : null;
  }

  isAlive(identity: ProcessIdentity): boolean {
    return this.#world.table.find(identity) !== null;
  }

  watchExit(identity: ProcessIdentity, gone: () => void): Cancel {
    return this.alive ? watchDeath(this.#world, this, identity, gone) : NOTHING;
  }

  signal(
    tree: Tree,
    target: ProcessIdentity,
    signal: Signal,
    scope: 'process' | 'group',
  ): SignalAnswer {
    return this.enter() ? sendToOne(this.#world, this, tree, target, signal, scope) : 'gone';
  }

  signalTree(tree: Tree, signal: Signal): { readonly sent: number; readonly refused: number } {
    return this.enter() ? sendToTree(this.#world, this, tree, signal) : { sent: 0, refused: 0 };
  }

  members(tree: Tree): readonly ProcessIdentity[] {
    return membersOf(this.#world.table, tree).map(({ identity }) => identity);
  }

  isEmpty(tree: Tree): boolean {
    return isEmpty(this.#world.table, tree);
  }

  holds(lifeline: string, identity: ProcessIdentity): boolean {
    return this.#world.table.find(identity)?.lifeline === lifeline;
  }

  isHeld(lifeline: string): boolean {
    return this.#world.isHeld(lifeline);
  }

  watchLifeline(lifeline: string, ended: () => void): Cancel {
    return this.alive ? watchLifeline(this.#world, this, lifeline, ended) : NOTHING;
  }

  makeLifelines(paths: readonly string[]): void {
    if (!this.enter()) return;
    for (const path of paths) {
      this.#world.faults.pass('write', path);
      this.#world.disk.make(path, 'fifo', 0o600);
    }
  }

  readPidFile(path: string): PidFileReading {
    return readPidFile(this.#world, path);
  }

  watchFile(path: string, changed: () => void): Cancel {
    return this.alive ? watchFile(this.#world, this, path, changed) : NOTHING;
  }

  check(check: Check, context: CheckContext, done: (outcome: CheckOutcome) => void): Cancel {
    return this.alive ? ask(this.#world, this, check, context, done) : NOTHING;
  }

  describe(tree: Tree): readonly ProcessInfo[] {
    return membersOf(this.#world.table, tree).map((process) => describe(process, tree));
  }

  lock(directory: string, answer: LockAnswer): void {
    if (this.enter()) lock(this.#world, this, directory, answer);
  }

  hold(): Cancel {
    return this.keep(() => {});
  }

  close(): void {
    this.#alive = false;
    for (const cancel of [...this.#open]) cancel();
    for (const child of this.process.children) child.exited = null;
    releaseLocks(this.#world, this.process);
  }

  // -- For the parts of this folder

  /** Whether a call may still do something: every effect of a manager passes here. */
  enter(): boolean {
    return this.alive && this.#survives();
  }

  /** So many effects are made yet; the next one is where the manager dies instead. */
  dieAfterCalls(calls: number, die: () => void): void {
    this.#callsLeft = calls;
    this.#die = die;
  }

  /** Kept until it is let go of, and let go of at the latest when the manager is. Once. */
  keep(letGo: () => void): () => boolean {
    const cancel = (): boolean => {
      if (!this.#open.delete(cancel)) return false;
      letGo();
      return true;
    };
    this.#open.add(cancel);
    return cancel;
  }

  /** As an event of its own, unless it is cancelled or the manager dies before. */
  soon(run: () => void): Cancel {
    return this.#timed(run, (fire) => this.#world.soon(fire, this));
  }

  after(ms: number, run: () => void): Cancel {
    return this.#timed(run, (fire) => this.#world.clock.setTimeout(fire, ms, this));
  }

  #survives(): boolean {
    this.#callsLeft -= 1;
    if (this.#callsLeft < 0) this.#die();
    return this.alive;
  }

  #timed(run: () => void, start: (fire: () => void) => unknown): Cancel {
    const fire = () => {
      cancel();
      run();
    };
    const timer = start(fire);
    const cancel = this.keep(() => this.#world.clock.clearTimeout(timer));
    return cancel;
  }
}

const NOTHING: Cancel = () => {};

function clockOf({ clock }: World, owner: TimerOwner): Clock {
  return {
    now: () => clock.now(),
    wall: () => clock.wall(),
    setTimeout: (run, delayMs) => clock.setTimeout(run, delayMs, owner),
    clearTimeout: (timer) => clock.clearTimeout(timer),
  };
}

function birth(world: World): SimulatedProcess {
  const process = begin(world, {
    ...{ program: 'manager', argv: ['manager'], script: {}, role: 'manager', parent: null },
    ...{ lifeline: null, origin: null, spawn: null, uid: world.options.uid },
    ...{ ownSession: true, outlivesParent: 'always' },
  });
  if (process === null) throw new Error('cannot start a manager: no pid is free');
  return process;
}

function describe(process: SimulatedProcess, tree: Tree): ProcessInfo {
  return {
    identity: process.identity,
    parentPid: process.parent?.pid ?? 1,
    command: process.birth.argv.join(' '),
    cpuMs: 0,
    residentBytes: 0,
    holdsLifeline: process.lifeline === tree.lifeline,
  };
}
