/**
 * What the machines and the actors say to each other. Commands are in the
 * imperative, facts in the past tense; a fact that restarts depend on carries
 * the time it happened and a draw of chance, so that no machine ever reads a
 * clock or throws a die.
 */
import { type CallbackActorLogic, type EventObject, fromCallback } from 'xstate';
import type { Surroundings } from './fleet.ts';
import type { Export } from './plan.ts';
import type {
  Check,
  CommandSpec,
  Exit,
  Failure,
  GroupSpec,
  Name,
  ProcessIdentity,
  ServiceSpec,
  Signal,
  SpawnProblem,
  Status,
  StopOutcome,
  StopStep,
} from './vocabulary.ts';

// -- Supervisor and service ---------------------------------------------------------

/** What a supervisor, or nobody else, says to one of its children. */
export type ChildCommand =
  | { readonly type: 'start' }
  | { readonly type: 'stop' }
  /** A stop that does not ask first. */
  | { readonly type: 'kill' }
  /** The verdict on a crash. */
  | { readonly type: 'restart'; readonly delayMs: number }
  | { readonly type: 'rest' }
  | { readonly type: 'giveUp' };

/** Beside those, to a group only: what it has to know of what is outside it. */
export type GroupCommand =
  | ChildCommand
  | { readonly type: 'surrounded'; readonly outside: Surroundings };

export type ServiceCommand =
  | ChildCommand
  | { readonly type: 'reload' }
  | { readonly type: 'signal'; readonly signal: Signal }
  /** A changed definition: it counts from the next start on. */
  | { readonly type: 'amend'; readonly spec: ServiceSpec };

/** When and by what chance an end came; `chance` is from 0 up to 1. */
export interface Moment {
  readonly at: number;
  readonly chance: number;
}

/** From the actors of one service to its machine. */
export type ServiceFact =
  | {
      readonly type: 'adoption.found';
      readonly identity: ProcessIdentity;
      readonly at: number;
      /** Whether it had been seen ready before; if not, its start goes on. */
      readonly ready: boolean;
    }
  /** Its main process is gone, others of its tree are not. */
  | { readonly type: 'adoption.leftovers'; readonly at: number }
  /** `vanished`: it was alive in this boot, so it ended while nobody looked. */
  | ({ readonly type: 'adoption.none'; readonly vanished: boolean } & Moment)
  | { readonly type: 'prepare.began'; readonly step: string }
  | { readonly type: 'prepare.done' }
  | ({
      readonly type: 'prepare.failed';
      readonly step: string;
      readonly reason: string;
    } & Moment)
  | {
      readonly type: 'process.spawned';
      readonly identity: ProcessIdentity;
      readonly at: number;
      /** Where in the log file the output of this run begins. */
      readonly logOffset: number;
    }
  | ({
      readonly type: 'process.notSpawned';
      readonly problem: SpawnProblem;
      readonly reason: string;
    } & Moment)
  | ({
      readonly type: 'process.exited';
      readonly exit: Exit;
      /** Others of its tree are still alive. */
      readonly survivors: boolean;
    } & Moment)
  /** The last process of the tree is gone, after the main process was. */
  | ({ readonly type: 'tree.ended' } & Moment)
  | { readonly type: 'process.signalled'; readonly by: string; readonly at: number }
  | { readonly type: 'process.signalRefused'; readonly signal: Signal; readonly reason: string }
  | { readonly type: 'process.notified'; readonly ready: boolean; readonly at: number }
  | { readonly type: 'pidFile.found'; readonly identity: ProcessIdentity; readonly at: number }
  | { readonly type: 'pidFile.rejected'; readonly reason: string }
  | { readonly type: 'probe.passed'; readonly at: number }
  | { readonly type: 'probe.failed'; readonly reason: string }
  | { readonly type: 'reload.done'; readonly at: number }
  | { readonly type: 'reload.failed'; readonly reason: string };

export type ServiceEvent = ServiceCommand | ServiceFact;

/** What the world may know of a service, and all that a supervisor decides by. */
export interface ServiceView {
  readonly kind: 'service';
  readonly name: Name;
  readonly status: Status;
  /** The leaf state, dotted: `starting.awaitingReady`. */
  readonly state: string;
  readonly process: ProcessIdentity | null;
  readonly healthy: boolean;
  readonly adopted: boolean;
  readonly failure: Failure | null;
  /** How the last run ended; null before the first end. */
  readonly exit: Exit | null;
  /** Monotonic milliseconds; null where it has not happened. */
  readonly startedAt: number | null;
  readonly readyAt: number | null;
  readonly endedAt: number | null;
  readonly chance: number;
  readonly stop: StopOutcome | null;
  /** The prepare step under way. */
  readonly step: string | null;
  /** What the last probe, pid file or reload had to say against it. */
  readonly note: string | null;
  readonly logOffset: number;
  /** Of the definition that the process was started with. */
  readonly hash: string;
}

/** A supervisor as its parent sees it: it takes a child's commands and shows a child's view. */
export interface GroupView {
  readonly kind: 'group';
  readonly name: Name;
  readonly status: Status;
  /** Somebody wants something in it to run. */
  readonly wanted: boolean;
  /** Those conditions on its members, as `name condition`, that others of its siblings wait for and that hold. */
  readonly met: readonly string[];
  /** Something in it is pinned and up, so that nothing but a stop of the whole stops it. */
  readonly holding: boolean;
  readonly failure: Failure | null;
  readonly endedAt: number | null;
  readonly chance: number;
  readonly readyAt: number | null;
}

export type View = ServiceView | GroupView;

/** The part of a view that outlives the manager, for the next one to adopt by. */
export interface ServiceRecord {
  readonly process: ProcessIdentity | null;
  readonly ready: boolean;
  readonly startedAt: number | null;
  readonly logOffset: number;
  /** It was on its way down: without a process, whoever is left of it is no main one. */
  readonly leaving: boolean;
  /** It had come to rest by itself, and stays so until somebody starts it. */
  readonly rest: 'completed' | 'failed' | null;
  readonly failure: Failure | null;
  readonly exit: Exit | null;
  readonly hash: string | null;
}

/** What a supervisor needs to know of the time before it, of everything below it. */
export interface Memory {
  readonly records: Readonly<Record<Name, ServiceRecord>>;
  readonly wishes: Readonly<Record<Name, 'up' | 'down'>>;
  readonly restarts: Readonly<Record<Name, readonly number[]>>;
}

// -- To the root, from the facade -----------------------------------------------------

/** Names of services anywhere below; what they require has been added by the facade. */
export type SupervisorCommand =
  | { readonly type: 'want'; readonly names: readonly Name[] }
  | { readonly type: 'unwant'; readonly names: readonly Name[] }
  /**
   * A stop that stays wanted. What they need is asked for with them: between two commands one of
   * them could come with that, crash, and be brought back by the second one.
   */
  | {
      readonly type: 'recycle';
      readonly names: readonly Name[];
      /** These are only wanted. */
      readonly needs?: readonly Name[];
    }
  /** Unwanted, and not asked first. */
  | { readonly type: 'destroy'; readonly names: readonly Name[] }
  | { readonly type: 'reload'; readonly names: readonly Name[] }
  | { readonly type: 'signal'; readonly names: readonly Name[]; readonly signal: Signal }
  /** Held as it is: neither started nor stopped until unpinned. */
  | { readonly type: 'pin'; readonly names: readonly Name[]; readonly pinned: boolean }
  | {
      readonly type: 'amend';
      readonly spec: GroupSpec;
      /** Of a group: what its siblings wait for from now on. */
      readonly exports?: readonly Export[];
    };

/** What a supervisor tells whoever listens, at the moment it learns it. */
export type News =
  | { readonly type: 'seen'; readonly view: View; readonly last: View }
  | {
      readonly type: 'judged';
      readonly name: Name;
      readonly verdict: Verdict;
      readonly restarts: readonly number[];
    }
  /** A machine of ours threw; it was made anew and adopts. */
  | {
      readonly type: 'broke';
      readonly name: Name;
      readonly reason: string;
      readonly error: unknown;
    }
  | { readonly type: 'removed'; readonly name: Name };

export type Verdict =
  | { readonly kind: 'restart'; readonly delayMs: number }
  | { readonly kind: 'rest' }
  | { readonly kind: 'giveUp'; readonly why: string };

// -- Service and its actors -------------------------------------------------------------

export type ProcessCommand =
  | { readonly type: 'launch'; readonly again: boolean }
  /** Watch this process, which is not our child, as the main one from now on. */
  | { readonly type: 'follow'; readonly identity: ProcessIdentity }
  /** One step of a stop. */
  | { readonly type: 'ask'; readonly step: StopStep }
  | { readonly type: 'signal'; readonly signal: Signal }
  /** The main process is gone: ask what it left to leave. */
  | { readonly type: 'sweep' }
  /** SIGKILL for every member of the tree. */
  | { readonly type: 'kill' };

export interface ProcessInput {
  readonly spec: ServiceSpec;
  /** Of one that runs already, and is followed from the beginning. */
  readonly main: ProcessIdentity | null;
}

export interface AdoptionInput {
  readonly spec: ServiceSpec;
  readonly record: ServiceRecord | null;
}

export interface PrepareInput {
  readonly spec: ServiceSpec;
}

export interface PidFileInput {
  readonly path: string;
  readonly lifeline: string;
  /** The launcher or the old main process, whose number the file may still name. */
  readonly main: ProcessIdentity | null;
}

export interface ProbeInput {
  readonly check: Check | null;
  readonly everyMs: number;
  readonly tryMs: number;
  /** Misses before this much time has passed are not reported. */
  readonly silentMs: number;
  /** `once`: until it passes. `always`: for ever, telling each miss and each recovery. */
  readonly repeat: 'once' | 'always';
  readonly ownsListener: boolean;
  readonly lifeline: string;
  readonly main: ProcessIdentity | null;
  readonly log: { readonly path: string; readonly offset: number };
}

export interface ReloadInput {
  readonly spec: ServiceSpec;
  readonly test: CommandSpec | null;
  readonly main: ProcessIdentity | null;
}

/** Every effect a service machine relies on. The real ones live in `actors/`. */
export type ServiceActors = {
  process: CallbackActorLogic<ProcessCommand, ProcessInput>;
  adoption: CallbackActorLogic<EventObject, AdoptionInput>;
  prepare: CallbackActorLogic<EventObject, PrepareInput>;
  pidFile: CallbackActorLogic<EventObject, PidFileInput>;
  probe: CallbackActorLogic<EventObject, ProbeInput>;
  reload: CallbackActorLogic<EventObject, ReloadInput>;
};

export const unprovidedActors: ServiceActors = {
  process: unprovided('process'),
  adoption: unprovided('adoption'),
  prepare: unprovided('prepare'),
  pidFile: unprovided('pidFile'),
  probe: unprovided('probe'),
  reload: unprovided('reload'),
};

function unprovided<TCommand extends EventObject, TInput>(
  name: string,
): CallbackActorLogic<TCommand, TInput> {
  return fromCallback<TCommand, TInput>(() => {
    throw new Error(`cannot run the actor "${name}": it was not provided`);
  });
}
