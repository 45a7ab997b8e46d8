/**
 * A dry run: the real machines on the simulated kernel, in virtual time, from what is
 * up now. It tells how long a stop or a restart takes at worst, and what decides that.
 */
import { SimulatedKernel } from '../kernel/simulated/index.ts';
import type { GroupSpec, Name, ProjectSpec, Status } from '../machines/vocabulary.ts';
import type { SupervisorStatus } from '../runtime/api.ts';
import { createTree, type Root } from '../runtime/tree.ts';
import { criticalPath, type Interval, intervalsOf } from './critical-path.ts';
import type { Timeline } from './protocol.ts';
import type { DeepReadonly } from './readonly.ts';
import { isUp, slowest, stopCommand, worstCase } from './worst-case.ts';

export interface TimelineRequest {
  readonly spec: ProjectSpec;
  readonly status: SupervisorStatus;
  readonly verb: 'down' | 'restart';
  /** Services; null: all. */
  readonly names: ReadonlySet<Name> | null;
}

export interface Change {
  readonly at: number;
  readonly service: Name;
  readonly to: Status;
}

const sliceMs = 15;
/** A dry run that takes this long does not end. */
const longestMs = 7 * 24 * 3_600_000;

/** In slices, for a dry run of many services takes long, and the real ones must not wait. */
export async function createTimeline(request: TimelineRequest): Promise<DeepReadonly<Timeline>> {
  const { spec, status, verb, names } = request;
  const services = new Map(status.services.map((service) => [service.name, service]));
  const up = status.services.filter(isUp).map(({ name }) => name);
  const affected = up.filter((name) => names === null || names.has(name));
  const deadlineMs = spec.shutdownTimeoutMs;
  if (affected.length === 0) return { verb, deadlineMs, ...nothing };

  const run = new DryRun(worstCase(spec.root, services), up, deadlineMs);
  await run.bringUp(services);
  run.begin();
  if (verb === 'down') run.stop(affected, names === null);
  else run.restart(affected);
  await run.finish(verb, affected);

  const intervals = intervalsOf(run.changes);
  const path = criticalPath(intervals);
  return {
    verb,
    deadlineMs,
    totalMs: Math.max(0, ...intervals.map(({ toMs }) => toMs)),
    spans: intervals.flatMap((interval) => spansOf(interval, path)),
    steps: run.steps(),
    criticalPath: path.map(({ service, fromMs, toMs }) => ({ service, fromMs, toMs })),
  };
}

const nothing = { totalMs: 0, spans: [], steps: [], criticalPath: [] };

function spansOf(interval: Interval, path: readonly Interval[]) {
  const critical = path.includes(interval);
  return interval.phases.map(({ state, fromMs, toMs }) => ({
    ...{ service: interval.service, state, fromMs, toMs, critical },
  }));
}

class DryRun {
  readonly changes: Change[] = [];
  readonly #kernel = new SimulatedKernel({ pids: { first: 300, last: 4_194_303 } });
  readonly #statuses = new Map<Name, Status>();
  readonly #names: readonly Name[];
  readonly #root: Root;
  #beganAt = 0;
  #signalsBefore = 0;

  constructor(spec: GroupSpec, names: readonly Name[], deadlineMs: number) {
    this.#names = names;
    for (const name of [...names, stopCommand]) this.#kernel.script(name, slowest);
    this.#kernel.makeLifelines(lifelinesOf(spec));
    this.#root = createTree(this.#kernel, {
      spec,
      deadlineMs,
      memory: { records: {}, wishes: {}, restarts: {} },
      report: (news) => {
        if (news.type !== 'seen' || news.view.kind !== 'service') return;
        if (news.view.status === news.last.status) return;
        const { name: service, status: to } = news.view;
        this.#statuses.set(service, to);
        this.changes.push({ at: this.#now(), service, to });
      },
      broken: (error) => {
        throw error;
      },
    });
  }

  /** To where the real ones are: running, or in the middle of their start. */
  async bringUp(services: ReadonlyMap<Name, { readonly state: Status }>): Promise<void> {
    this.#root.start();
    this.#root.send({ type: 'start' });
    this.#root.send({ type: 'want', names: this.#names });
    await this.#until((name) => {
      const status = this.#statuses.get(name);
      const isStarting = services.get(name)?.state === 'starting';
      return status === 'running' || (isStarting && status === 'starting');
    }, this.#names);
  }

  begin(): void {
    this.changes.length = 0;
    this.#beganAt = this.#kernel.clock.now();
    this.#signalsBefore = this.#kernel.history.signals.length;
  }

  stop(names: readonly Name[], isAll: boolean): void {
    this.#root.send({ type: 'unwant', names });
    // Only a stop of everything has the one deadline.
    if (isAll) this.#root.send({ type: 'stop' });
  }

  restart(names: readonly Name[]): void {
    this.#root.send({ type: 'recycle', names });
  }

  async finish(verb: 'down' | 'restart', names: readonly Name[]): Promise<void> {
    const ends: readonly (Status | undefined)[] =
      verb === 'down' ? ['stopped'] : ['running', 'failed'];
    const hasMoved = new Set<Name>();
    let seen = 0;
    await this.#until((name) => {
      for (; seen < this.changes.length; seen++) {
        hasMoved.add(this.changes[seen]?.service ?? '');
      }
      return hasMoved.has(name) && ends.includes(this.#statuses.get(name));
    }, names);
    this.#root.stop();
    this.#kernel.close();
  }

  /** Who is asked how, and when. */
  steps(): Timeline['steps'] {
    const known = new Set(this.#names);
    return this.#kernel.history.signals
      .slice(this.#signalsBefore)
      .filter(({ program }) => known.has(program))
      .map(({ at, program, signal }) => ({
        atMs: at - this.#beganAt,
        service: program,
        what: signal,
      }));
  }

  #now(): number {
    return this.#kernel.clock.now() - this.#beganAt;
  }

  async #until(isThere: (name: Name) => boolean, names: readonly Name[]): Promise<void> {
    const { clock } = this.#kernel;
    const endsAt = clock.now() + longestMs;
    const left = new Set(names);
    const isOver = (): boolean => {
      for (const name of left) {
        if (!isThere(name)) return false;
        left.delete(name);
      }
      return true;
    };
    while (!isOver() && clock.now() < endsAt) {
      const sliceEnds = performance.now() + sliceMs;
      while (!isOver() && performance.now() < sliceEnds) if (!clock.step()) return;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

function lifelinesOf(group: GroupSpec): readonly string[] {
  return group.children.flatMap(({ spec }) =>
    spec.kind === 'service' ? [spec.lifeline] : lifelinesOf(spec),
  );
}
