/** What doctor tells: one thing that is wrong, and what to do about it. Types only. */
import type { ProjectSpec } from '../../machines/vocabulary.ts';

export interface Finding {
  /** Stable, for programs: `port-taken`, `missing-binary`. */
  readonly code: string;
  /** `error`: something will not work. `warning`: it may not. */
  readonly level: 'error' | 'warning';
  readonly service: string | null;
  /** One sentence. */
  readonly message: string;
  readonly advice: string;
}

/** What every check is given. */
export interface Patient {
  /** null where the configuration does not load. */
  readonly spec: ProjectSpec | null;
  readonly stateDir: string;
  /** Processes that are of a service already, by what the daemon or the kernel says. */
  readonly own: ReadonlySet<number>;
  readonly isDaemonUp: boolean;
}
