/** What can be seen of a simulated system while it runs. Whoever looks on changes nothing. */
import type {
  ExitRecord,
  Manager,
  RemovalRecord,
  SignalRecord,
  SpawnRecord,
} from '../kernel/simulated/index.ts';
import type { Name } from '../machines/vocabulary.ts';
import type { Supervisor, SupervisorEvent } from '../runtime/api.ts';
import type { Act } from './acts.ts';

/** One manager, from its start on. */
export interface Seat {
  readonly number: number;
  readonly manager: Manager;
  /** null: it is still starting, or it was refused. */
  supervisor: Supervisor | null;
  refusal: string | null;
  /** Its death was noticed. */
  isBuried: boolean;
}

/** A command that somebody waits for. */
export interface Operation {
  readonly verb: string;
  readonly names: readonly Name[];
  readonly askedAt: number;
  readonly seat: Seat;
  settledAt: number | null;
  /** `ok`, or the code of the error; null: not settled yet. */
  outcome: string | null;
  message: string | null;
}

export interface Onlooker {
  /** Before an act, and when all that it does at once is done. */
  acting?(act: Act): void;
  acted?(act: Act): void;
  heard?(event: SupervisorEvent, seat: Seat): void;
  /** What processes did since the last step, in that order each. */
  spawned?(spawn: SpawnRecord, index: number): void;
  signalled?(signal: SignalRecord): void;
  exited?(exit: ExitRecord): void;
  removed?(removal: RemovalRecord): void;
  /** A manager is there, and says how everything stands. */
  booted?(seat: Seat): void;
  refused?(seat: Seat): void;
  died?(seat: Seat): void;
  asked?(operation: Operation): void;
  settled?(operation: Operation): void;
  /** After each event of the clock and each act. */
  stepped?(): void;
  /** Everything was stopped, and all is at rest. */
  ended?(): void;
}

export const occasions: readonly (keyof Onlooker)[] = [
  ...(['acting', 'acted', 'heard', 'spawned', 'signalled', 'exited', 'removed'] as const),
  ...(['booted', 'refused', 'died', 'asked', 'settled', 'stepped', 'ended'] as const),
];

/** Which invariant, in which words, when. */
export interface Broken {
  readonly invariant: string;
  readonly message: string;
  readonly atMs: number;
}
