/**
 * The words of the domain, which every other file may import. Types only:
 * nothing in this file runs.
 *
 * A `*Spec` is complete and validated: every default is filled in, every path is
 * absolute, every duration is in milliseconds. What a user writes is in
 * `services/definition.ts`.
 */

/** Unique in the whole tree, groups included: `^[a-z0-9][a-z0-9._-]{0,63}$`. */
export type Name = string;

export type Signal =
  | 'SIGHUP'
  | 'SIGINT'
  | 'SIGQUIT'
  | 'SIGKILL'
  | 'SIGUSR1'
  | 'SIGUSR2'
  | 'SIGTERM'
  | 'SIGCONT'
  | 'SIGSTOP'
  | 'SIGWINCH'
  | 'SIGABRT'
  | 'SIGALRM'
  | 'SIGTTIN'
  | 'SIGTTOU';

/**
 * A pid alone is reused by the kernel, and start times count from boot, so a
 * process is only named by all four.
 */
export interface ProcessIdentity {
  readonly bootId: string;
  readonly pidNamespace: string;
  readonly pid: number;
  /** In the kernel's own unit (clock ticks since boot on Linux). Only compared, never computed with. */
  readonly startTime: number;
}

/** Both are null when the process was not our child: nobody could wait for it. */
export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
}

// -- What is managed --------------------------------------------------------------

/** Whom a process runs as. `null` where a spec has none: as the manager. */
export interface Credentials {
  readonly user: string | number;
  readonly group: string | number | null;
}

/** A program to run, with everything that decides how it sees the world. */
export interface CommandSpec {
  readonly argv: readonly [string, ...string[]];
  readonly cwd: string;
  /** The whole environment; nothing is added to it but what drover documents. */
  readonly env: Readonly<Record<string, string>>;
  readonly credentials: Credentials | null;
  readonly umask: number | null;
  readonly nice: number | null;
  /** Soft and hard limit by resource name of prlimit(1): `nofile`, `core`, ... */
  readonly limits: Readonly<Record<string, { readonly soft: string; readonly hard: string }>>;
}

export interface FileSpec {
  readonly path: string;
  readonly content: string;
  readonly mode: number;
  /** False: written anew at every start. True: left alone where it exists. */
  readonly onlyIfMissing: boolean;
}

export interface DirectorySpec {
  readonly path: string;
  readonly mode: number;
}

/**
 * Work to be done before a start, such as initdb. Atomic: a command that builds
 * `staging.from` is run with that path absent, and its result is renamed to
 * `staging.to`, so that a half-done one is never taken for done.
 */
export interface PrepareStep {
  readonly name: string;
  /** The step is skipped where this path exists. */
  readonly unlessExists: string | null;
  readonly directories: readonly DirectorySpec[];
  readonly files: readonly FileSpec[];
  readonly command: CommandSpec | null;
  readonly staging: { readonly from: string; readonly to: string } | null;
  /** Sockets and the like that a killed process leaves behind and the next trips over. */
  readonly removeStale: readonly string[];
  /** Who owns the directories and files made; null: the manager. */
  readonly owner: Credentials | null;
  readonly timeoutMs: number;
}

/** One question that a service, or what it left on disk, can answer with yes. */
export type Check =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'http'; readonly url: string; readonly status: number | null }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'exec'; readonly command: CommandSpec }
  /** A line of the service's own output, since its start. */
  | { readonly kind: 'log'; readonly pattern: string }
  /** `READY=1` on NOTIFY_SOCKET, as sd_notify(3). */
  | { readonly kind: 'notify' }
  /** A server's own protocol, spoken as far as its greeting or its ping. */
  | { readonly kind: 'protocol'; readonly protocol: Protocol; readonly at: Endpoint };

export type Protocol = 'redis' | 'mysql' | 'postgres' | 'fastcgi' | 'memcached';

export type Endpoint =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string };

export interface ReadinessSpec {
  readonly check: Check;
  /** Whether the listening socket of the check must belong to the service's own tree. */
  readonly ownsListener: boolean;
  readonly everyMs: number;
  /** One try; then it counts as failed. */
  readonly tryMs: number;
  /** All tries; then the start has failed. */
  readonly timeoutMs: number;
}

export interface HealthSpec {
  readonly check: Check;
  readonly everyMs: number;
  readonly tryMs: number;
  /** So many misses in a row make it unhealthy. */
  readonly retries: number;
  /** Misses this soon after the start do not count. */
  readonly startPeriodMs: number;
  readonly onFailure: 'restart' | 'none';
}

/** OTP's words: always, only after a bad exit, never. */
export type RestartType = 'permanent' | 'transient' | 'temporary';

export interface RestartSpec {
  readonly type: RestartType;
  /** At most `intensity` restarts within `periodMs`, as in OTP. */
  readonly intensity: number;
  readonly periodMs: number;
  /** The first delay; each further one is `factor` times longer, up to `maxDelayMs`. */
  readonly delayMs: number;
  readonly factor: number;
  readonly maxDelayMs: number;
  /** 0.1: each delay is up to 10 % shorter or longer, by chance. */
  readonly jitter: number;
  /** Running this long makes the next delay the first one again. */
  readonly resetAfterMs: number;
  readonly successExitCodes: readonly number[];
  /** Never restarted after one of these. */
  readonly fatalExitCodes: readonly number[];
}

/** One step of a stop: ask, then wait. SIGKILL follows the last one by itself. */
export type StopStep =
  | { readonly signal: Signal; readonly waitMs: number }
  | { readonly command: CommandSpec; readonly waitMs: number };

export interface StopSpec {
  readonly steps: readonly StopStep[];
  /** `process`: signals go to the main process alone; `group`: to its process group. */
  readonly scope: 'process' | 'group';
  /** How long leftovers of a main process that died by itself may take to leave. */
  readonly sweepMs: number;
  /** After SIGKILL; then the service is `stuck`. */
  readonly killWaitMs: number;
  /** A stop that comes during the start waits this long for readiness first (MariaDB); 0: does not wait. */
  readonly waitReadyMs: number;
}

export interface ReloadSpec {
  /** Must end with 0 before anything is told to reload. */
  readonly test: CommandSpec | null;
  readonly by: { readonly signal: Signal } | { readonly command: CommandSpec };
}

export interface LogSpec {
  readonly path: string;
  readonly maxBytes: number;
  readonly maxFiles: number;
  /** The service's own error log, quoted when it fails to start. */
  readonly errorLog: string | null;
}

export type Condition = 'started' | 'ready' | 'healthy' | 'completed';

/** As the user wrote it: from a service to a service or group anywhere in the tree. */
export interface Dependency {
  readonly name: Name;
  readonly condition: Condition;
  /** Whether this service is restarted when the other one was. */
  readonly restart: boolean;
}

export interface ServiceSpec {
  readonly kind: 'service';
  readonly name: Name;
  readonly description: string | null;
  readonly type: 'simple' | 'forking' | 'oneshot' | 'notify';
  readonly command: CommandSpec;
  readonly autostart: boolean;
  readonly prepare: readonly PrepareStep[];
  readonly pidFile: { readonly path: string; readonly waitMs: number } | null;
  /** null: ready once it has lived for `settleMs`. */
  readonly ready: ReadinessSpec | null;
  readonly settleMs: number;
  readonly health: HealthSpec | null;
  readonly reload: ReloadSpec | null;
  readonly restart: RestartSpec;
  readonly stop: StopSpec;
  readonly dependsOn: readonly Dependency[];
  readonly logs: LogSpec;
  /** The FIFO whose write end every process of this service holds. */
  readonly lifeline: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Changes when anything does that a running process would have to be restarted for. */
  readonly hash: string;
}

export type Strategy = 'one_for_one' | 'one_for_all' | 'rest_for_one';

/**
 * What one supervisor's child needs of another: a dependency lifted to the two
 * ancestors that are siblings, still naming the service it is about.
 */
export interface LiftedDependency {
  readonly sibling: Name;
  readonly target: Name;
  readonly condition: Condition;
  readonly restart: boolean;
}

/** A supervisor. The root is one as well, and is nobody's child. */
export interface GroupSpec {
  readonly kind: 'group';
  readonly name: Name;
  readonly description: string | null;
  readonly strategy: Strategy;
  readonly intensity: number;
  readonly periodMs: number;
  /** When intensity is exceeded: the whole group fails and its parent judges, or only the member. */
  readonly onExceeded: 'escalate' | 'isolate';
  /** How its parent brings it back. */
  readonly restart: RestartSpec;
  /** In start order: each child after those it needs. */
  readonly children: readonly ChildSpec[];
}

export interface ChildSpec {
  readonly needs: readonly LiftedDependency[];
  readonly spec: ServiceSpec | GroupSpec;
}

/** A whole configuration, validated: what the runtime is made of. */
export interface ProjectSpec {
  readonly name: string;
  readonly root: GroupSpec;
  /** Of a stop-all; then everything left is killed. */
  readonly shutdownTimeoutMs: number;
  readonly stateDir: string;
}

// -- What is known ----------------------------------------------------------------

/** What the outside may know of a state; every leaf state carries exactly one as its tag. */
export type Status =
  | 'adopting'
  | 'stopped'
  | 'starting'
  | 'running'
  | 'stopping'
  | 'killing'
  | 'stuck'
  | 'crashed'
  | 'backoff'
  | 'completed'
  | 'failed';

/** Why a process could not be started, told apart so that each can say what to do. */
export type SpawnProblem =
  | 'missing-binary'
  | 'missing-interpreter'
  | 'missing-cwd'
  | 'forbidden-cwd'
  | 'not-executable'
  | 'unknown-user'
  | 'unknown-group'
  | 'not-permitted'
  | 'arguments-too-long'
  | 'nul-byte'
  /** EMFILE, EAGAIN, ENOMEM: passes by itself, so it is retried and is no crash. */
  | 'out-of-resources'
  | 'log-not-writable'
  | 'other';

/** Why a service is not running although somebody wanted it to. */
export type Failure =
  | { readonly kind: 'not-prepared'; readonly step: string; readonly reason: string }
  | { readonly kind: 'not-spawned'; readonly problem: SpawnProblem; readonly reason: string }
  | { readonly kind: 'exited-while-starting'; readonly exit: Exit }
  | { readonly kind: 'no-pid-file'; readonly path: string; readonly reason: string }
  | { readonly kind: 'not-ready'; readonly reason: string; readonly afterMs: number }
  | { readonly kind: 'unhealthy'; readonly misses: number; readonly reason: string }
  | { readonly kind: 'exited'; readonly exit: Exit }
  /** It ended while no manager was there to see how. */
  | { readonly kind: 'vanished' }
  /** A group: its members crashed more often than its intensity allows. */
  | { readonly kind: 'intensity-exceeded'; readonly member: Name; readonly restarts: number }
  /** A machine of ours threw; the process may well be alive. */
  | { readonly kind: 'defect'; readonly reason: string };

/** How the last stop that was asked for went. */
export interface StopOutcome {
  /** What ended it: the last signal sent, or the command, or null when it left by itself. */
  readonly by: string | null;
  readonly killed: boolean;
  readonly tookMs: number;
}
