/** What many trials come to, for one configuration. Pure. */
import type { Name, ProjectSpec } from '../../machines/vocabulary.ts';
import { servicesOf } from '../../services/members.ts';
import type { Assumption } from './assumptions.ts';
import type { Trial } from './trial.ts';

/** The longest of all, and the seed that plays it again. */
export interface Worst {
  readonly ms: number;
  readonly seed: number;
  /** Who was the last, and so decided it. */
  readonly service: Name | null;
}

/** In how many runs something was so, and how it was in the first of them. */
export interface Occurrence {
  readonly runs: number;
  /** null: in none. */
  readonly seed: number | null;
  readonly why: string | null;
}

export interface ServiceReport {
  readonly name: Name;
  readonly worstStart: Omit<Worst, 'service'> | null;
  readonly restarts: number;
  /** Given up, because it was restarted too often. */
  readonly tripped: Occurrence;
  /** Wanted and down, although nothing was wrong any more. */
  readonly down: Occurrence;
  /** It had to be killed when everything was stopped. */
  readonly killed: Occurrence;
}

export interface SimulationReport {
  readonly project: string;
  readonly seeds: number;
  readonly from: number;
  readonly virtualMs: number;
  /** No promise was broken, and nobody was down at the end in more runs than that. */
  readonly ok: boolean;
  readonly tolerance: number;
  readonly rest: Worst | null;
  readonly start: Worst | null;
  readonly stop: Worst | null;
  readonly broken: readonly {
    readonly seed: number;
    readonly invariant: string;
    readonly message: string;
  }[];
  readonly services: readonly ServiceReport[];
  readonly assumptions: readonly Assumption[];
  /** The run that is most worth looking at. */
  readonly worstSeed: number;
}

export interface Summed {
  readonly project: ProjectSpec;
  readonly trials: readonly Trial[];
  readonly assumptions: readonly Assumption[];
  /** 0.05: of a hundred runs a service may be down at the end of five. */
  readonly tolerance: number;
}

export function reportOf({ project, trials, assumptions, tolerance }: Summed): SimulationReport {
  const services = servicesOf(project.root).map(({ name }) => serviceReport(name, trials));
  const broken = trials.flatMap(({ seed, broken: one }) =>
    one === null ? [] : [{ seed, invariant: one.invariant, message: one.message }],
  );
  const rest = worst(trials, ({ restMs }) => restMs && { ms: restMs, last: null });
  const start = worst(trials, (trial) => trial.start);
  const stop = worst(trials, (trial) => trial.stop);
  const most = services.toSorted((a, b) => b.down.runs - a.down.runs)[0]?.down.seed ?? null;
  return {
    project: project.name,
    seeds: trials.length,
    from: trials[0]?.seed ?? 0,
    virtualMs: trials.reduce((sum, { elapsedMs }) => sum + elapsedMs, 0),
    ok: broken.length === 0 && services.every(({ down }) => down.runs <= tolerance * trials.length),
    ...{ tolerance, rest, start, stop, broken, services, assumptions },
    worstSeed: broken[0]?.seed ?? most ?? stop?.seed ?? trials[0]?.seed ?? 0,
  };
}

function serviceReport(name: Name, trials: readonly Trial[]): ServiceReport {
  const start = worst(trials, ({ starts }) => {
    const ms = starts[name];
    return ms === undefined ? null : { ms, last: name };
  });
  const why = ({ down }: Trial): string | null =>
    down.find((one) => one.name === name)?.why ?? null;
  return {
    name,
    worstStart: start && { ms: start.ms, seed: start.seed },
    restarts: trials.reduce((sum, { restarts }) => sum + (restarts[name] ?? 0), 0),
    tripped: occurrence(trials, ({ tripped }) => tripped[name] !== undefined),
    down: occurrence(trials, (trial) => why(trial) !== null, why),
    killed: occurrence(trials, ({ killed }) => killed.includes(name)),
  };
}

function occurrence(
  trials: readonly Trial[],
  isSo: (trial: Trial) => boolean,
  why: (trial: Trial) => string | null = () => null,
): Occurrence {
  const found = trials.filter(isSo);
  const [first] = found;
  return {
    runs: found.length,
    seed: first?.seed ?? null,
    why: first === undefined ? null : why(first),
  };
}

function worst(
  trials: readonly Trial[],
  took: (trial: Trial) => { readonly ms: number; readonly last: Name | null } | null | 0,
): Worst | null {
  let found: Worst | null = null;
  for (const trial of trials) {
    const one = took(trial);
    if (one === null || one === 0 || (found !== null && one.ms <= found.ms)) continue;
    found = { ms: one.ms, seed: trial.seed, service: one.last };
  }
  return found;
}
