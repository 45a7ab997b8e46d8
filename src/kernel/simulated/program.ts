/**
 * How a program behaves, as a script. Every time counts from the start of the
 * process it is about. `{}` is a well-behaved server: it runs until it is asked
 * to stop, and then stops at once.
 */
import type { Signal, SpawnProblem } from '../../machines/vocabulary.ts';

export interface Program {
  // -- Its start

  /** It cannot be spawned. */
  readonly problem?: SpawnProblem;
  /** Its launcher forks the real server and exits, as `nginx -g 'daemon on;'`. */
  readonly daemonises?: Daemonisation;
  /** It closes the descriptors it inherited, as sshd does; so it holds no lifeline. */
  readonly dropsLifeline?: boolean;
  /** It changes its user, so that a manager who is not root may no longer signal it. */
  readonly uid?: number;

  // -- Its end

  /** It ends by itself; without `exitSignal`, by exiting with `exitCode`, or 0. */
  readonly exitsAfterMs?: number;
  readonly exitCode?: number;
  /** It crashes: `exitsAfterMs` later this signal ends it, and it tidies nothing up. */
  readonly exitSignal?: string;

  // -- Its answer to signals. SIGHUP, SIGUSR1, SIGUSR2 and SIGWINCH are taken for commands.

  readonly deafTo?: readonly Signal[];
  /** These commands end it after all. */
  readonly diesOf?: readonly Signal[];
  /** How long it takes to stop, for every signal or by signal; Infinity: for ever. */
  readonly stopsAfterMs?: number | Readonly<Partial<Record<Signal, number>>>;
  /** It catches the signal and exits with this code, instead of dying of the signal. */
  readonly stopCode?: number;
  /** Asked to stop earlier than this, it hangs for ever and only SIGKILL helps, as MariaDB does. */
  readonly hangsIfStoppedBeforeMs?: number;
  /** SIGKILL only makes it hang in the kernel (state D), until somebody calls `thaw`. */
  readonly unkillable?: boolean;
  /** On this signal it starts a new main process beside the old one, as nginx on SIGUSR2. */
  readonly reexecsOn?: { readonly signal: Signal; readonly oldExitsAfterMs?: number };

  // -- What it does meanwhile

  /** What part of one core it keeps busy: 0.5 for half of it. */
  readonly cpuShare?: number;
  readonly residentBytes?: number;
  readonly pidFile?: PidFileScript;
  /** TCP ports and paths of unix sockets. Where one is taken, it exits with code 1. */
  readonly listensOn?: readonly (number | string)[];
  readonly listensAfterMs?: number;
  /** A socket file left behind by another process stops it (nginx); others remove it first. */
  readonly tripsOverStaleSocket?: boolean;
  /** False: it accepts connections and never says a word. */
  readonly answers?: boolean;
  readonly answersAfterMs?: number;
  /** What it answers over HTTP; 200 where it is not said. */
  readonly httpStatus?: number;
  /** `READY=1` to NOTIFY_SOCKET. */
  readonly notifiesReadyAfterMs?: number;
  readonly prints?: readonly { readonly afterMs?: number; readonly line: string }[];
  readonly workers?: readonly WorkerScript[];
  /** A path that ends in `/` is made at the start, any other one when it exits with 0. */
  readonly creates?: readonly string[];
}

export interface Daemonisation {
  /** When the launcher forks the daemon: 0 where it is not said. */
  readonly forksAfterMs?: number;
  /** When the launcher exits: 1 ms after its start where it is not said. */
  readonly launcherExitsAfterMs?: number;
  readonly launcherExitCode?: number;
  /** The daemon stays in the launcher's session and process group. */
  readonly keepsSession?: boolean;
}

export interface PidFileScript {
  readonly path: string;
  readonly afterMs?: number;
  /** Written instead of its own pid: a wrong pid, or garbage. */
  readonly content?: string;
  /** Written first, for so long: what a reader sees who comes too early. */
  readonly first?: { readonly content: string; readonly forMs: number };
  /** Removed while it still runs. */
  readonly removedAfterMs?: number;
  /** Not removed at a clean end. A process that is killed never removes it. */
  readonly leftBehind?: boolean;
}

export interface WorkerScript {
  /** How many of them: 1 where it is not said. */
  readonly count?: number;
  readonly afterMs?: number;
  /** A session of its own, as every child of PostgreSQL has. */
  readonly ownSession?: boolean;
  /** It does not inherit the listening sockets. */
  readonly dropsListeners?: boolean;
  /** Whether it lives on when its parent has ended: `never` where it is not said. */
  readonly outlivesParent?: 'never' | 'when-killed' | 'always';
  /** How it behaves itself; it may have workers as well. */
  readonly program?: Program;
}
