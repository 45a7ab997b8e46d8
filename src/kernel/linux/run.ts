/**
 * Asks the OS to run a command to its end, and to end it where that takes too long.
 */
import type { CommandSpec, Exit, ProcessIdentity } from '../../machines/vocabulary.ts';
import type { Cancel, Clock, RunOptions, RunOutcome, Tree } from '../port.ts';
import type { Pipes } from './pipes.ts';
import type { Spawner } from './spawn.ts';

export interface RunDependencies {
  readonly clock: Clock;
  readonly spawn: Spawner;
  readonly pipes: Pipes;
  readonly killTree: (tree: Tree) => void;
}

type Done = (outcome: RunOutcome) => void;

/** How long a killed command may take to leave before its caller is told without. */
const killWaitMs = 2_000;

/** Runs one command; and can let go of all that still run. */
export interface Runner {
  (command: CommandSpec, options: RunOptions, done: Done): Cancel;
  /** Ends none of them. */
  close(): void;
}

export function createRunner(dependencies: RunDependencies): Runner {
  const running = new Set<Run>();

  const run = (command: CommandSpec, options: RunOptions, done: Done) => {
    const one = new Run(dependencies, (outcome) => {
      running.delete(one);
      done(outcome);
    });
    running.add(one);
    one.start(command, options);
    return () => {
      running.delete(one);
      one.cancel();
    };
  };

  const close = () => {
    for (const one of running) one.letGo();
    running.clear();
  };

  return Object.assign(run, { close });
}

/** One command on its way. It is told apart from its service's tree, whose lifeline it may hold. */
class Run {
  readonly #dependencies: RunDependencies;
  readonly #done: Done;
  #pipe: ReturnType<Pipes['open']> | null = null;
  #main: ProcessIdentity | null = null;
  #timer: unknown = null;
  #timedOut = false;
  #cancelled = false;
  #over = false;

  constructor(dependencies: RunDependencies, done: Done) {
    this.#dependencies = dependencies;
    this.#done = done;
  }

  start(command: CommandSpec, options: RunOptions): void {
    const { clock, spawn, pipes } = this.#dependencies;
    this.#timer = clock.setTimeout(() => this.#timeOut(), options.timeoutMs);
    if (options.output === null) this.#pipe = pipes.open();
    spawn(
      command,
      { lifeline: options.lifeline, output: this.#outputOf(options), extraEnv: {} },
      {
        spawned: (identity) => this.#spawned(identity),
        failed: (problem, reason) => this.#finish({ kind: 'not-spawned', problem, reason }),
        exited: (exit) => this.#exited(exit),
      },
    );
  }

  cancel(): void {
    if (this.#over) return;
    this.letGo();
    this.#cancelled = true;
    this.#kill();
  }

  letGo(): void {
    this.#over = true;
    this.#dependencies.clock.clearTimeout(this.#timer);
    this.#pipe?.close();
    this.#pipe = null;
  }

  #outputOf({ output }: RunOptions) {
    if (output !== null) return { kind: 'file', path: output, owner: null } as const;
    return this.#pipe && ({ kind: 'pipe', path: this.#pipe.path } as const);
  }

  /** The launcher may answer only after the command was cancelled or its time was up. */
  #spawned(identity: ProcessIdentity): void {
    this.#main = identity;
    if (this.#cancelled || this.#timedOut) this.#kill();
  }

  #exited(exit: Exit): void {
    // The pipe may be another command's by now.
    if (this.#over) return;
    const output = this.#pipe?.tail() ?? '';
    this.#finish(this.#timedOut ? { kind: 'timed-out', output } : { kind: 'exited', exit, output });
  }

  #timeOut(): void {
    this.#timedOut = true;
    this.#kill();
    this.#timer = this.#dependencies.clock.setTimeout(
      () => this.#exited({ code: null, signal: null }),
      killWaitMs,
    );
  }

  #finish(outcome: RunOutcome): void {
    if (this.#over) return;
    this.letGo();
    this.#done(outcome);
  }

  #kill(): void {
    if (this.#main === null) return;
    // Without the lifeline: its other holders are the service that this command is run for.
    this.#dependencies.killTree({ lifeline: '', main: this.#main, known: [] });
  }
}
