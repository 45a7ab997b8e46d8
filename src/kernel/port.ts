/**
 * The questions drover asks an operating system, and nothing else does. Every
 * answer is synchronous or a callback, never a promise: so a simulated run needs
 * no microtask, and one seed is one trace.
 *
 * `linux/` and `portable/` answer from the real world, `simulated/` from a script.
 */
import type {
  Check,
  CommandSpec,
  Credentials,
  Exit,
  ProcessIdentity,
  Signal,
  SpawnProblem,
} from '../machines/vocabulary.ts';

/** Monotonic, and the same for every process of one boot. Serves XState and rxjs too. */
export interface Clock {
  /** Milliseconds since boot. */
  now(): number;
  /** Milliseconds since 1970, for people to read; never computed with. */
  wall(): number;
  /** How long `now` stood still since boot, because the machine slept; `wall` went on. */
  asleepMs(): number;
  /** Any delay, also above 2^31-1 ms. Does not keep the host alive. */
  setTimeout(run: () => void, delayMs: number): unknown;
  clearTimeout(timer: unknown): void;
  /** After all that is being done now, and before anything else begins. */
  afterTurn(run: () => void): void;
}

export type Cancel = () => void;

export interface SpawnRequest {
  readonly command: CommandSpec;
  /** The FIFO handed down as one extra descriptor; made where it is missing. */
  readonly lifeline: string;
  /** Standard output and error are appended to this file; null: thrown away. */
  readonly output: string | null;
  /** Where set, NOTIFY_SOCKET is bound there before the program runs. */
  readonly notifySocket: string | null;
}

/** Each is called at most once, except `notified`; `exited` only after `spawned`. */
export interface SpawnListener {
  spawned(identity: ProcessIdentity): void;
  failed(problem: SpawnProblem, reason: string): void;
  exited(exit: Exit): void;
  /** The fields of one sd_notify message. */
  notified(fields: Readonly<Record<string, string>>): void;
}

/** All processes that one service may have alive. */
export interface Tree {
  readonly lifeline: string;
  /** The main process, whether or not it still lives; it leads the tree's process group. */
  readonly main: ProcessIdentity | null;
  /** Descendants seen earlier, which may have dropped the lifeline since. */
  readonly known: readonly ProcessIdentity[];
}

/**
 * `gone`: that process lives no more. `refused`: the OS forbids it (EPERM).
 * `not-ours`: it could not be proved ours, or is one that nobody may signal.
 */
export type SignalAnswer = 'sent' | 'gone' | 'refused' | 'not-ours';

export type PidFileReading =
  | { readonly kind: 'pid'; readonly pid: number }
  | { readonly kind: 'absent' }
  /** Not a pid on its first line (yet), not a regular file, too large, not readable. */
  | { readonly kind: 'unusable'; readonly reason: string };

export interface RunOptions {
  /** Its processes hold it as well, so that a manager that dies leaves no stranger. */
  readonly lifeline: string | null;
  /** Where its output goes; null: only the last of it is kept, for the outcome. */
  readonly output: string | null;
  readonly timeoutMs: number;
}

export type RunOutcome =
  | { readonly kind: 'exited'; readonly exit: Exit; readonly output: string }
  | { readonly kind: 'timed-out'; readonly output: string }
  | { readonly kind: 'not-spawned'; readonly problem: SpawnProblem; readonly reason: string };

export type CheckOutcome =
  | { readonly passed: true }
  | { readonly passed: false; readonly reason: string };

export interface CheckContext {
  /** Given: the listening socket of the check must be held by a process of this tree. */
  readonly listenerOf: Tree | null;
  /** For `log`: the output file, and where in it this run begins. */
  readonly log: { readonly path: string; readonly offset: number } | null;
  readonly timeoutMs: number;
}

/** A process as a person would look at it. Sizes in bytes. */
export interface ProcessInfo {
  readonly identity: ProcessIdentity;
  readonly parentPid: number;
  readonly command: string;
  readonly cpuMs: number;
  readonly residentBytes: number;
  readonly holdsLifeline: boolean;
}

/** What one process has cost so far. */
export type ProcessUsage = Pick<ProcessInfo, 'identity' | 'cpuMs' | 'residentBytes'>;

/** What a tree costs, and where it listens. */
export interface TreeUsage {
  readonly processes: readonly ProcessUsage[];
  /** The TCP ports on which it takes connections, ascending; null where that cannot be seen. */
  readonly ports: readonly number[] | null;
}

/** The small part of a file system that a supervisor needs. Every method throws a KernelError. */
export interface Files {
  exists(path: string): boolean;
  /** null when there is no such file. */
  read(path: string): string | null;
  /** In bytes; null when there is no such file. */
  size(path: string): number | null;
  /** At most `length` bytes from `offset`. */
  readAt(path: string, offset: number, length: number): Uint8Array;
  /** One write(2) at the end of the file, which is made with mode 0600 where missing. */
  append(path: string, text: string): void;
  /** To be on disk, some time soon and off this path; `failed` is told if it cannot. */
  syncSoon(path: string, failed: (reason: string) => void): void;
  /** Written beside, synced, renamed: the old or the new content, never a mixture. */
  replace(path: string, content: string, options?: WriteOptions): void;
  makeDirectory(path: string, options?: DirectoryOptions): void;
  list(path: string): readonly string[];
  rename(from: string, to: string): void;
  /** A file, a socket or a whole directory; nothing happens where it is missing. */
  remove(path: string): void;
}

export interface WriteOptions {
  readonly mode?: number;
  readonly owner?: Credentials | null;
}

export interface DirectoryOptions extends WriteOptions {
  /** One of ours that is there already gets the bits of the mode that it lacks. Default false. */
  readonly opens?: boolean;
}

/** What `Files`, `lifelines` and `lock` throw or tell: `code` is errno's name. */
export class KernelError extends Error {
  override readonly name = 'KernelError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export interface Kernel {
  readonly clock: Clock;
  readonly files: Files;

  /** The manager's own process. */
  self(): ProcessIdentity;

  /** From 0 up to, but not including, 1. */
  random(): number;

  /** Runs a program in a session of its own, holding its lifeline. */
  spawn(request: SpawnRequest, listener: SpawnListener): void;

  /** Runs a program to its end; cancelling kills its whole tree. */
  run(command: CommandSpec, options: RunOptions, done: (outcome: RunOutcome) => void): Cancel;

  /** Who has this pid now, if it is alive: zombies are not. */
  identify(pid: number): ProcessIdentity | null;

  /** Whether that very process is alive. */
  isAlive(identity: ProcessIdentity): boolean;

  /** Calls back once, when a process that is not our child is gone. Shared slow tick, no timer when unused. */
  watchExit(identity: ProcessIdentity, gone: () => void): Cancel;

  /**
   * Proves first that the process is of the tree: it is the tree's main or known
   * by identity, or it holds the lifeline. `group` also reaches its process group.
   */
  signal(
    tree: Tree,
    target: ProcessIdentity,
    signal: Signal,
    scope: 'process' | 'group',
  ): SignalAnswer;

  /** Signals every living member, each proved; answers how many were sent to and how many refused. */
  signalTree(tree: Tree, signal: Signal): { readonly sent: number; readonly refused: number };

  /** Every living member: holders of the lifeline, the group, descendants, known ones. Roots first. */
  members(tree: Tree): readonly ProcessIdentity[];

  /** Cheaper than `members`: whether nobody is left. */
  isEmpty(tree: Tree): boolean;

  /** Whether that process holds that lifeline. */
  holds(lifeline: string, identity: ProcessIdentity): boolean;

  /** Whether anybody at all holds the lifeline; false where there is none. */
  isHeld(lifeline: string): boolean;

  /** Calls back once, when nobody holds the lifeline any more: at once, if nobody does. */
  watchLifeline(lifeline: string, ended: () => void): Cancel;

  /**
   * Sees to it that what is started has its FIFO, with mode 0600: makes those that are missing,
   * or has each made when it is needed. Throws where there is something else.
   */
  makeLifelines(paths: readonly string[]): void;

  /** Strict: first line `^[1-9][0-9]*$`, regular file, bounded size; no symlink is followed. */
  readPidFile(path: string): PidFileReading;

  /** Whenever the file may have changed. Watches where the OS can, and polls slowly besides. */
  watchFile(path: string, changed: () => void): Cancel;

  /** Asks once. Cancelling ends whatever the check had started. */
  check(check: Check, context: CheckContext, done: (outcome: CheckOutcome) => void): Cancel;

  /** One sentence about whoever else listens where this check asks; null: nobody does. */
  strangerAt(check: Check, tree: Tree): string | null;

  /** For people: what the tree is made of and what it costs. */
  describe(tree: Tree): readonly ProcessInfo[];

  /**
   * What many trees cost, by one look at all processes, which is spread over some turns
   * of the event loop. Calls back once, with an answer for each tree, or with null where
   * it could not look. It finds fewer than `members`: who has moved the lifeline to
   * another descriptor, and has left both its session and its parents, is missed.
   */
  usage(trees: readonly Tree[], told: (usages: readonly TreeUsage[] | null) => void): Cancel;

  /** The directory is ours alone until released or until we die; else `taken` tells by whom. */
  lock(
    directory: string,
    answer: {
      locked(release: () => void): void;
      taken(pid: number | null): void;
      failed(error: KernelError): void;
    },
  ): void;

  /** Keeps the host process alive until released. */
  hold(): Cancel;

  /** Lets go of everything: watches, timers, descriptors. Ends no process. */
  close(): void;
}
