/** What certify finds: one result an experiment, and the timeouts that follow from them. Types only. */

export type ExperimentName =
  | 'start'
  | 'reload'
  | 'double start'
  | 'stop'
  | 'children'
  | 'pid file'
  | 'slow start'
  | 'kill -9'
  | 'port taken'
  | 'manager killed';

/** `warning`: it works, and one should know. `failed`: it will hurt. `skipped`: there is nothing to try. */
export type Verdict = 'ok' | 'warning' | 'failed' | 'skipped';

export interface Result {
  readonly name: ExperimentName;
  readonly verdict: Verdict;
  /** Sentences without a subject, which is the service. */
  readonly summary: string;
  /** What to do about it. */
  readonly advice: string | null;
  /** Durations end in `Ms`. */
  readonly figures: Readonly<Record<string, number | string | boolean | null>>;
}

export type Found = Omit<Result, 'name'>;

export type Setting = 'ready.timeout' | 'stop.grace_period';

export interface Proposal {
  readonly setting: Setting;
  /** As it is now. */
  readonly fromMs: number;
  readonly toMs: number;
  /** False: what is configured is right, and is kept. */
  readonly isChange: boolean;
  readonly why: string;
}

export interface Report {
  readonly service: string;
  /** No experiment failed. */
  readonly ok: boolean;
  readonly results: readonly Result[];
  readonly proposals: readonly Proposal[];
  /** What one should know of how this was done. */
  readonly notes: readonly string[];
}

/** What the experiments have measured, for those that come later and for the proposals. */
export interface Measured {
  /** From the spawn until it was ready, of each start. */
  readonly readyMs: number[];
  /** Of each stop that was honoured. */
  readonly stopMs: number[];
  /** It had to be killed. */
  isDeaf: boolean;
}
