/**
 * The words of the benchmark: what a supervisor has to be able to do to be measured
 * beside the others. Each answers when it was told, and an outside observer sees when it is done.
 */

/** So many copies of one program, kept in a directory of their own. */
export interface Job {
  readonly directory: string;
  readonly count: number;
  readonly argv: readonly [string, ...string[]];
  readonly graceMs: number;
}

/** A supervisor on its way. */
export interface Run {
  /** Starts the supervisor, and it starts everything. */
  start(): Promise<void>;
  /** Asks it to stop everything, as its own manual has it. */
  stop(): Promise<void>;
  /** The process that was started first; its descendants are found from outside. */
  manager(): number;
  /** The command by which a person asks it how all services are; absent: there is none. */
  readonly status?: readonly [string, ...string[]];
  readonly env?: NodeJS.ProcessEnv;
}

export interface Contestant {
  readonly name: string;
  /** Why it cannot take part; null when it can. */
  missing(): string | null;
  prepare(job: Job): Run;
}
