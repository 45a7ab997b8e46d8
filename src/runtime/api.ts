/** What an embedder, the daemon and the command line see of a running tree. Types only. */
import type { Observable } from 'rxjs';
import type { Actor, InspectionEvent } from 'xstate';
import type { Kernel, ProcessInfo, TreeUsage } from '../kernel/port.ts';
import type { SupervisorMachine } from '../machines/supervisor.ts';
import type {
  Exit,
  Failure,
  Name,
  ProjectSpec,
  Signal,
  Status,
  StopOutcome,
} from '../machines/vocabulary.ts';

export interface SupervisorOptions {
  /** Default: the operating system this runs on. */
  readonly kernel?: Kernel;
  /** Who asks, as the journal will tell it. Default `embedder`. */
  readonly by?: string;
  /** drover's own log. Default: `warn` to standard error; `silent` for none. */
  readonly logLevel?: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** A file for drover's own log instead of standard error. */
  readonly logFile?: string;
  /** Keep the host process alive as long as any service is wanted. Default false. */
  readonly keepAlive?: boolean;
  /** Sees everything that XState's `inspect` option shows. */
  readonly inspect?: (event: InspectionEvent) => void;
}

export interface StartOptions {
  /** Give up waiting after this long; the services go on starting. Milliseconds. */
  readonly timeoutMs?: number;
  /** Resolve as soon as the wish is recorded. Default true. */
  readonly wait?: boolean;
  /** Also what the named services depend on. Default true. */
  readonly dependencies?: boolean;
  readonly by?: string;
}

export type StopOptions = Omit<StartOptions, 'dependencies'>;

export type WaitTarget = Status | 'ready' | 'healthy';

/** What became of one service in an operation. */
export interface Outcome {
  readonly name: Name;
  readonly status: Status;
  /** `ready in 312 ms`, `stopped by SIGTERM in 12 ms`, `killed after 10 s`. */
  readonly summary: string;
  readonly pid: number | null;
  readonly stop: StopOutcome | null;
}

/** One service as people see it; times in milliseconds since 1970. */
export interface ServiceStatus {
  readonly name: Name;
  readonly group: Name;
  readonly description: string | null;
  readonly type: string;
  readonly state: Status;
  /** The leaf of the chart: `starting.awaitingReady.probing`. */
  readonly detail: string;
  readonly desired: 'up' | 'down';
  readonly pinned: boolean;
  readonly pid: number | null;
  readonly startedAt: number | null;
  readonly readyAt: number | null;
  /** Since somebody last asked for it. */
  readonly restarts: number;
  readonly adopted: boolean;
  readonly ready: boolean;
  readonly healthy: boolean;
  /**
   * `tree`: its processes hold its lifeline, so the last of them is known. `main`: it
   * dropped it, so only its main process and process group are. null: nothing runs.
   */
  readonly tracking: 'tree' | 'main' | null;
  readonly lastExit: (Exit & { readonly reason: string; readonly at: number | null }) | null;
  readonly failure: (Failure & { readonly message: string }) | null;
  /** One sentence. */
  readonly why: string;
  readonly dependsOn: readonly Name[];
  readonly autostart: boolean;
  readonly labels: Readonly<Record<string, string>>;
}

export interface GroupStatus {
  readonly name: Name;
  readonly parent: Name | null;
  readonly state: Status;
  readonly strategy: string;
  readonly failure: string | null;
  readonly members: readonly Name[];
}

export interface SupervisorStatus {
  readonly project: string;
  readonly stateDir: string;
  readonly managerPid: number;
  /** What does not work at present, and heals by itself: a full disk, a missing directory. */
  readonly degraded: readonly string[];
  readonly services: readonly ServiceStatus[];
  readonly groups: readonly GroupStatus[];
}

/** `seq` only grows, also across managers; `at` in milliseconds since 1970. */
interface EventBase {
  readonly seq: number;
  readonly at: number;
}

export type SupervisorEvent = EventBase &
  (
    | {
        readonly type: 'service.state';
        readonly service: Name;
        readonly from: Status;
        readonly to: Status;
        readonly detail: string;
        readonly pid: number | null;
        /** Why it changed, in a few words. */
        readonly cause: string;
      }
    | { readonly type: 'service.progress'; readonly service: Name; readonly message: string }
    | {
        readonly type: 'service.exited';
        readonly service: Name;
        readonly pid: number | null;
        readonly exit: Exit;
        readonly reason: string;
      }
    | {
        readonly type: 'service.judged';
        readonly service: Name;
        readonly verdict: 'restart' | 'rest' | 'giveUp';
        readonly message: string;
      }
    | {
        readonly type: 'service.wish';
        readonly service: Name;
        readonly wish: 'up' | 'down';
        readonly by: string;
      }
    | { readonly type: 'service.removed'; readonly service: Name }
    | {
        readonly type: 'group.state';
        readonly group: Name;
        readonly from: Status;
        readonly to: Status;
      }
    | { readonly type: 'manager.defect'; readonly service: Name; readonly message: string }
    | { readonly type: 'manager.degraded'; readonly reason: string }
    | { readonly type: 'manager.healed' }
  );

/** A place between two lines. It holds for later supervisors of the same directory as well. */
export interface LogPlace {
  /** Which log the offset is of; it changes where nobody knows any more what earlier offsets meant. */
  readonly log: string;
  /** Where the service's output goes on. */
  readonly offset: number;
}

export interface LogBeginning extends LogPlace {
  readonly service: Name;
  /** What followed the place in `after` is gone, or some of it. */
  readonly isGap: boolean;
}

/** `log` and `offset` say what is behind it. */
export interface LogLine extends LogPlace {
  readonly service: Name;
  readonly text: string;
  /** When it was read, not when it was written; milliseconds since 1970. */
  readonly at: number;
  /** It was longer than a line may be here. */
  readonly truncated: boolean;
  /** So many bytes before this line were not delivered, the reader being too slow; else 0. */
  readonly skippedBytes: number;
}

export interface LogOptions {
  /** So many of the last lines first. Default 100. */
  readonly lines?: number;
  readonly follow?: boolean;
  /** With `follow`: go on from these places, by service, instead of from the last lines. */
  readonly after?: Readonly<Record<Name, LogPlace>>;
  /** With `follow`: called once for each service, before its first line. */
  readonly began?: (beginning: LogBeginning) => void;
}

/** One change that a new configuration would bring. */
export interface Change {
  readonly name: Name;
  readonly kind: 'start' | 'stop' | 'restart' | 'update' | 'unchanged';
  /** `command changed`, `no longer defined`. */
  readonly why: string;
}

export interface Supervisor {
  readonly spec: ProjectSpec;
  readonly events$: Observable<SupervisorEvent>;
  /** The XState root: every service is an actor below it. */
  readonly actor: Actor<SupervisorMachine>;

  /**
   * Starts services and what they depend on; all with `autostart` where no names
   * are given. Resolves when all are ready or completed.
   * Rejects: `unknown-service`, `start-failed`, `dependency-failed`, `cancelled`, `timeout`.
   */
  start(names?: readonly Name[], options?: StartOptions): Promise<readonly Outcome[]>;
  /** Resolves when nothing of them is alive. Rejects: `unknown-service`, `stuck`, `cancelled`, `timeout`. */
  stop(names?: readonly Name[], options?: StopOptions): Promise<readonly Outcome[]>;
  restart(names?: readonly Name[], options?: StopOptions): Promise<readonly Outcome[]>;
  /** Rejects: `unknown-service`, `not-running`, `not-reloadable`, `reload-failed`, `timeout`. */
  reload(names: readonly Name[], options?: StopOptions): Promise<readonly Outcome[]>;
  /** SIGKILL to the whole tree, and not wanted any more. */
  kill(names: readonly Name[], options?: StopOptions): Promise<readonly Outcome[]>;
  /** One signal to the main process, as it is. Throws: `unknown-service`, `not-running`. */
  signal(name: Name, signal: Signal): void;
  /** A failed service may be started by its supervisor again, its past forgiven. */
  reset(names: readonly Name[]): void;
  pin(names: readonly Name[], pinned: boolean): void;

  /** A pure read, at any rate. */
  status(): SupervisorStatus;
  /** Throws: `unknown-service`. */
  serviceStatus(name: Name): ServiceStatus;
  /** One sentence, the whole chain of causes. Throws: `unknown-service`. */
  why(name: Name): string;
  /** The processes of one service and what they cost. */
  processes(name: Name): readonly ProcessInfo[];
  /**
   * What all services that run cost and where they listen, by one look: cheap enough to
   * be asked every second, also of a thousand. Empty where the OS would not tell.
   */
  usage(): Promise<ReadonlyMap<Name, TreeUsage>>;
  /** Rejects: `unknown-service`, `timeout`, `never` where it has come to rest elsewhere. */
  waitFor(
    name: Name,
    target: WaitTarget,
    options?: { readonly timeoutMs?: number },
  ): Promise<ServiceStatus>;
  /** Events kept in the journal, oldest first. */
  history(options?: {
    readonly since?: number;
    readonly afterSeq?: number;
    readonly services?: readonly Name[];
    readonly limit?: number;
  }): readonly SupervisorEvent[];
  logs(names?: readonly Name[], options?: LogOptions): Observable<LogLine>;

  /** What `apply` would do. */
  plan(next: ProjectSpec): readonly Change[];
  /** Resolves when the tree is as the new configuration says. */
  apply(next: ProjectSpec, options?: StopOptions): Promise<readonly Change[]>;

  /**
   * `stop`: ordered stop of everything, then nothing is left. `leave`: the services
   * live on, and the next supervisor on this directory adopts them.
   */
  dispose(options?: { readonly services?: 'stop' | 'leave' }): Promise<readonly Outcome[]>;
}
