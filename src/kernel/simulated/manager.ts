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
  TreeUsage,
} from '../port.ts';
import { ask, strangerAt } from './checks.ts';
import { describe, usageOf } from './costs.ts';
import { live } from './life.ts';
import { type LockAnswer, lock } from './locks.ts';
import { ManagerFiles } from './manager-files.ts';
import { ManagerLife } from './manager-life.ts';
import { readPidFile } from './pid-file.ts';
import { run } from './runs.ts';
import { sendToOne, sendToTree } from './sending.ts';
import { spawn } from './spawning.ts';
import type { TimerOwner } from './timer-heap.ts';
import { isEmpty, membersOf } from './trees.ts';
import { watchDeath, watchFile, watchLifeline } from './watching.ts';
import type { World } from './world.ts';

export class Manager extends ManagerLife implements Kernel {
  readonly clock: Clock;
  readonly files: Files;
  readonly #world: World;

  constructor(world: World) {
    super(world);
    this.#world = world;
    this.clock = clockOf(world, this);
    this.files = new ManagerFiles(world, this);
  }

  self(): ProcessIdentity {
    return this.process.identity;
  }

  random(): number {
    return this.#world.random();
  }

  spawn(request: SpawnRequest, listener: SpawnListener): void {
    if (!this.enter('spawn')) return;
    const { command, lifeline, output, notifySocket } = request;
    const parent = this.process;
    const spawned = spawn(this.#world, { command, kind: 'service', lifeline, output, parent });
    if ('problem' in spawned) {
      listener.failed(spawned.problem, spawned.reason);
      return;
    }
    const { process } = spawned;
    process.exited = (exit) => listener.exited(exit);
    if (notifySocket !== null) {
      process.notified = (fields) => void this.soon(() => listener.notified(fields));
    }
    live(this.#world, process);
    listener.spawned(process.identity);
  }

  run(command: CommandSpec, options: RunOptions, done: (outcome: RunOutcome) => void): Cancel {
    return this.enter('run') ? run(this.#world, this, command, options, done) : NOTHING;
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
    return this.enter('signal')
      ? sendToOne(this.#world, this, tree, target, signal, scope)
      : 'gone';
  }

  signalTree(tree: Tree, signal: Signal): { readonly sent: number; readonly refused: number } {
    return this.enter('signal')
      ? sendToTree(this.#world, this, tree, signal)
      : { sent: 0, refused: 0 };
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
    if (!this.enter('lifelines')) return;
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

  strangerAt(check: Check, tree: Tree): string | null {
    return strangerAt(this.#world, check, tree);
  }

  describe(tree: Tree): readonly ProcessInfo[] {
    return describe(this.#world, tree);
  }

  usage(trees: readonly Tree[], told: (usages: readonly TreeUsage[] | null) => void): Cancel {
    return this.soon(() => told(trees.map((tree) => usageOf(this.#world, tree))));
  }

  lock(directory: string, answer: LockAnswer): void {
    if (this.enter('lock')) lock(this.#world, this, directory, answer);
  }

  hold(): Cancel {
    return this.keep(() => {});
  }
}

const NOTHING: Cancel = () => {};

function clockOf({ clock }: World, owner: TimerOwner): Clock {
  return {
    now: () => clock.now(),
    wall: () => clock.wall(),
    asleepMs: () => 0,
    setTimeout: (run, delayMs) => clock.setTimeout(run, delayMs, owner),
    clearTimeout: (timer) => clock.clearTimeout(timer),
    afterTurn: (run) => clock.afterTurn(run, owner),
  };
}
