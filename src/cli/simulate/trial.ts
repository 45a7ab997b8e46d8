/**
 * One seed: everything is started, then it goes wrong for a while, then nothing does any more and
 * all must come to rest as it is wanted; in the end all is stopped. All of it in virtual time.
 */
import type { Name, ProjectSpec, Status } from '../../machines/vocabulary.ts';
import type { ServiceStatus } from '../../runtime/api.ts';
import type { Act } from '../../simulation/acts.ts';
import { Author } from '../../simulation/author.ts';
import { longestRest } from '../../simulation/bounds.ts';
import { Dice } from '../../simulation/dice.ts';
import type { Broken, Onlooker } from '../../simulation/onlooker.ts';
import { Run } from '../../simulation/run.ts';
import { someScenario } from '../../simulation/scenario.ts';
import { staged } from '../../simulation/stage.ts';
import type { Trouble } from '../../simulation/swarm.ts';
import type { System } from '../../simulation/system.ts';
import { type Assumption, calmPrograms, troubledPrograms } from './assumptions.ts';

/** What happens to a configuration that nobody changes; programs go wrong by themselves. */
export const faults: readonly Trouble[] = ['signals', 'managers', 'reboots', 'disk', 'pidFiles'];

export interface TrialOptions {
  readonly project: ProjectSpec;
  readonly seed: number;
  /** Acts and events of the time in which things go wrong. */
  readonly steps: number;
  readonly assumptions: ReadonlyMap<Name, Assumption>;
  /** Looks on from the first moment; changes nothing. */
  readonly onlooker?: (system: System) => Onlooker;
}

/** How long something took, and who was the last. */
export interface Took {
  readonly ms: number;
  readonly last: Name | null;
}

export interface Down {
  readonly name: Name;
  readonly why: string;
}

export interface Trial {
  readonly seed: number;
  readonly elapsedMs: number;
  /** A promise of drover's that was not kept. */
  readonly broken: Broken | null;
  /** Of everything, from nothing; null: not all came up. */
  readonly start: Took | null;
  readonly stop: Took | null;
  /** From the last trouble until nothing moved any more; null: never. */
  readonly restMs: number | null;
  /** Wanted, and not up when nothing moved any more. */
  readonly down: readonly Down[];
  /** Killed while everything was stopped. */
  readonly killed: readonly Name[];
  readonly starts: Readonly<Record<Name, number>>;
  readonly restarts: Readonly<Record<Name, number>>;
  readonly tripped: Readonly<Record<Name, number>>;
}

export async function runTrial(options: TrialOptions): Promise<Trial> {
  const { seed, steps, assumptions, onlooker } = options;
  const dice = new Dice(seed);
  const project = staged(options.project);
  const base = someScenario(dice, { seed, mode: 'liveness', project, faults });
  const run = new Run({
    ...base,
    programs: { ...base.programs, ...troubledPrograms(dice, project.root, assumptions) },
    calm: { ...base.calm, ...calmPrograms(project.root, assumptions) },
  });
  const watch = new Watch(run);
  run.system.watch(watch);
  if (onlooker !== undefined) run.system.watch(onlooker(run.system));
  const start = await startEverything(run, watch);
  await trouble(run, dice, steps);
  watch.phase = 'rest';
  await run.rest();
  const { system, timing, restMs, stopMs } = run;
  return {
    ...{ seed, start, restMs, elapsedMs: system.now, broken: system.broken },
    stop: stopMs === null ? null : { ms: stopMs, last: watch.lastStopped },
    down: watch.down,
    killed: [...watch.killed],
    starts: { ...timing.starts },
    restarts: { ...timing.restarts },
    tripped: { ...timing.tripped },
  };
}

async function startEverything(run: Run, watch: Watch): Promise<Took | null> {
  const { names } = run.facts.requirements;
  const limitMs = longestRest(run.system.project);
  await run.act({ do: 'boot' });
  await run.until(() => run.system.supervisor !== null, limitMs);
  const began = run.system.now;
  await run.act({ do: 'start', names });
  const isUp = (): boolean => names.every((name) => upStates.has(run.facts.of(name).status));
  await run.until(
    () => isUp() || names.some((name) => run.facts.of(name).status === 'failed'),
    limitMs,
  );
  return isUp() ? { ms: run.system.now - began, last: watch.lastUp } : null;
}

/** So many of a hundred steps are trouble, the others events of the clock. */
const troublePercent = 25;

/** The world does what it does, and nobody helps: no person starts or stops anything. */
async function trouble(run: Run, dice: Dice, steps: number): Promise<void> {
  const author = new Author(dice, run.system, run.facts);
  for (let step = 0; step < steps && !run.isOver; step += 1) {
    if (!dice.chance(troublePercent) && (await run.step())) continue;
    if (dice.chance(40)) pause(run, dice);
    const act = author.nextUnasked();
    if (act !== null) await run.act(act);
    else if (!(await run.step())) return;
  }
}

/** Somewhere before the next event, so that trouble comes between events as well. */
function pause(run: Run, dice: Dice): void {
  const { clock } = run.system.kernel;
  const next = clock.nextAt();
  const free = next === null ? 1_000 : next - clock.now();
  if (free > 1) clock.advance(dice.between(1, Math.min(free, 20_000) - 1));
}

const upStates: ReadonlySet<Status> = new Set(['running', 'completed']);

/** Notes what a user asks about, of what is heard. */
class Watch implements Onlooker {
  phase: 'trouble' | 'rest' | 'stop' = 'trouble';
  lastUp: Name | null = null;
  lastStopped: Name | null = null;
  down: readonly Down[] = [];
  readonly killed = new Set<Name>();
  readonly #run: Run;

  constructor(run: Run) {
    this.#run = run;
  }

  heard(event: Parameters<NonNullable<Onlooker['heard']>>[0]): void {
    if (event.type !== 'service.state') return;
    if (event.to === 'running') this.lastUp = event.service;
    if (this.phase !== 'stop') return;
    if (event.to === 'killing') this.killed.add(event.service);
    this.lastStopped = event.service;
  }

  /** Once nothing moves any more everything is started, and then stopped. */
  acting(act: Act): void {
    if (this.phase === 'trouble') return;
    if (act.do === 'start') this.down = this.#wantedAndDown();
    if (act.do === 'stop-all') this.phase = 'stop';
  }

  /** Whoever only waits for one that somebody has stopped is as he is wanted. */
  #wantedAndDown(): readonly Down[] {
    const services = this.#run.system.supervisor?.status().services ?? [];
    const failed = new Set(services.filter(hasFailed).map(({ name }) => name));
    const { requirements } = this.#run.facts;
    return services
      .filter(({ desired, state }) => desired === 'up' && !upStates.has(state))
      .filter(({ name }) => requirements.of([name]).some((one) => failed.has(one)))
      .map(({ name, why }) => ({ name, why }));
  }
}

const hasFailed = ({ desired, state }: ServiceStatus): boolean =>
  desired === 'up' && state === 'failed';
