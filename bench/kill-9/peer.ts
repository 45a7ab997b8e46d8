/** The words of the experiment: what a supervisor is told, and whom of it one may kill. */
import type { Contestant, Job, Run } from '../contestant.ts';

/**
 * `top`: the process that was started. `each`: the ones it keeps per service. `all`: every
 * process of the supervisor, at once.
 */
export type Victims = 'top' | 'each' | 'all';

export interface Peer {
  readonly name: string;
  readonly victims: readonly Victims[];
  /** Where a service reads its own name; null: each has a working directory of its own. */
  readonly nameVariable: string | null;
  /** Why it cannot take part; null when it can. */
  missing(): string | null;
  version(): string;
  prepare(job: Job): PeerRun;
}

export interface PeerRun extends Run {
  /** Starts it once more, as its manual has it for after a crash. */
  startAgain(): Promise<void>;
}

/** A contestant of the benchmark that is started after a crash as it was before. */
export function startedAlike(
  { name, missing, prepare }: Contestant,
  own: Pick<Peer, 'victims' | 'nameVariable' | 'version'> & {
    readonly name?: string;
    readonly change?: (job: Job, run: Run) => Partial<PeerRun>;
  },
): Peer {
  return {
    ...{ name: own.name ?? name, victims: own.victims, missing, version: own.version },
    nameVariable: own.nameVariable,
    prepare(job) {
      const run = prepare(job);
      return { ...run, startAgain: () => run.start(), ...own.change?.(job, run) };
    },
  };
}
