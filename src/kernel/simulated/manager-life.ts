/** The life of a manager process: what it keeps open, and how it is cut off from everything. */
import type { Cancel } from '../port.ts';
import { childrenOf } from './death.ts';
import { begin } from './life.ts';
import { releaseLocks } from './locks.ts';
import type { SimulatedProcess } from './process.ts';
import type { TimerOwner } from './timer-heap.ts';
import type { World } from './world.ts';

/** What a manager does to the world. */
export type Effect =
  | 'spawn'
  | 'run'
  | 'signal'
  | 'append'
  | 'replace'
  | 'directory'
  | 'rename'
  | 'remove'
  | 'lifelines'
  | 'lock';

export class ManagerLife implements TimerOwner {
  /** Its own entry in the process table: the parent of all that it spawns. */
  readonly process: SimulatedProcess;
  readonly #world: World;
  readonly #open = new Set<Cancel>();
  #isClosed = false;
  #callsLeft = Number.POSITIVE_INFINITY;
  #diedAt: Effect | null = null;
  #die: () => void = () => {};

  constructor(world: World) {
    this.#world = world;
    this.process = birth(world);
  }

  get alive(): boolean {
    return !this.#isClosed && this.process.alive;
  }

  /** Instead of which effect it died, where `dieAfterCalls` was its end. */
  get diedAt(): Effect | null {
    return this.#diedAt;
  }

  /** How many watches, runs, checks and holds are neither over nor let go: none when all is stopped. */
  get open(): number {
    return this.#open.size;
  }

  /** Lets go of everything: watches, timers, locks. Ends no process. */
  close(): void {
    this.#isClosed = true;
    for (const cancel of [...this.#open]) cancel();
    for (const child of childrenOf(this.#world.table, this.process)) child.exited = null;
    releaseLocks(this.#world, this.process);
  }

  /** So many effects are made yet; the next one is where the manager dies instead. */
  dieAfterCalls(calls: number, die: () => void): void {
    this.#callsLeft = calls;
    this.#die = die;
  }

  /** Whether a call may still do something: every effect of a manager passes here. */
  enter(effect: Effect): boolean {
    if (!this.alive) return false;
    this.#callsLeft -= 1;
    if (this.#callsLeft >= 0) return true;
    this.#diedAt = effect;
    this.#die();
    return this.alive;
  }

  /** Kept until it is let go of, at the latest when the manager ends. False: it was already. */
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

  #timed(run: () => void, start: (fire: () => void) => unknown): Cancel {
    if (!this.alive) return () => {};
    const fire = () => {
      cancel();
      run();
    };
    const timer = start(fire);
    const cancel = this.keep(() => this.#world.clock.clearTimeout(timer));
    return cancel;
  }
}

function birth(world: World): SimulatedProcess {
  const process = begin(world, {
    program: 'manager',
    argv: ['manager'],
    script: {},
    role: 'manager',
    parent: null,
    lifeline: null,
    origin: null,
    spawn: null,
    uid: world.options.uid,
    ownSession: true,
    outlivesParent: 'always',
  });
  if (process === null) throw new Error('cannot start a manager: no pid is free');
  return process;
}
