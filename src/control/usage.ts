/**
 * What the trees of the services cost. Looked at when somebody asks, at most once a
 * second, and in slices, so that a thousand services never hold up the event loop.
 */
import type { ProcessInfo } from '../kernel/port.ts';
import type { GroupSpec } from '../machines/vocabulary.ts';
import type { Supervisor } from '../runtime/api.ts';

export interface Usage {
  /** Per cent of one core; null before there are two looks. */
  readonly cpu: number | null;
  readonly rss: number;
  readonly cpuMs: number;
}

interface Look extends Usage {
  readonly at: number;
  readonly byProcess: ReadonlyMap<string, number>;
}

const leastFreshMs = 1_000;
/** A round that takes long is not begun again soon: at most a tenth of the time goes into it. */
const dearness = 10;
/** The kernel shares one look at all processes within a turn, so a slice must be worth one. */
const sliceMs = 25;
/** Between slices others are served. */
const restMs = 150;
/** What a caller may be kept waiting for, where there is nothing yet. */
const patienceMs = 20;
/** So few are looked at in one go. */
const few = 50;

export class UsageSampler {
  readonly #supervisor: Supervisor;
  readonly #now: () => number;
  readonly #looks = new Map<string, Look>();
  #lookedAt = Number.NEGATIVE_INFINITY;
  #freshMs = leastFreshMs;
  #round: Promise<void> | null = null;

  constructor(supervisor: Supervisor, now: () => number = () => performance.now()) {
    this.#supervisor = supervisor;
    this.#now = now;
  }

  /**
   * Looks again, unless all is fresh. Resolves at once where there is something to
   * show, though it be a little old, and soon in any case.
   */
  async refresh(forMs = patienceMs): Promise<void> {
    if (this.#now() - this.#lookedAt < this.#freshMs) return;
    this.#round ??= this.#look().finally(() => {
      this.#round = null;
    });
    if (this.#isSmall()) await Promise.race([this.#round, pause(forMs)]);
  }

  of(name: string): Usage | null {
    return this.#looks.get(name) ?? null;
  }

  async #look(): Promise<void> {
    // After the answer to whoever asked, where it does not wait for this.
    if (!this.#isSmall()) await pause(restMs);
    const beganAt = this.#now();
    const alive = new Set<string>();
    let sliceEnds = Number.POSITIVE_INFINITY;
    for (const { name, pid } of this.#supervisor.status().services) {
      if (pid === null) continue;
      alive.add(name);
      this.#measure(name);
      if (sliceEnds === Number.POSITIVE_INFINITY) sliceEnds = this.#now() + sliceMs;
      if (this.#now() < sliceEnds) continue;
      await pause(restMs);
      sliceEnds = Number.POSITIVE_INFINITY;
    }
    for (const name of this.#looks.keys()) if (!alive.has(name)) this.#looks.delete(name);
    this.#lookedAt = this.#now();
    this.#freshMs = Math.max(leastFreshMs, (this.#lookedAt - beganAt) * dearness);
  }

  #isSmall(): boolean {
    return countOf(this.#supervisor.spec.root) <= few;
  }

  #measure(name: string): void {
    try {
      const last = this.#looks.get(name);
      this.#looks.set(name, lookAt(this.#supervisor.processes(name), last, this.#now()));
    } catch {
      // It was removed meanwhile, or the OS would not tell: then there is nothing to show.
      this.#looks.delete(name);
    }
  }
}

const countOf = ({ children }: GroupSpec): number =>
  children.reduce((sum, { spec }) => sum + (spec.kind === 'group' ? countOf(spec) : 1), 0);

function lookAt(processes: readonly ProcessInfo[], last: Look | undefined, at: number): Look {
  const byProcess = new Map(
    processes.map(({ identity, cpuMs }) => [`${identity.pid} ${identity.startTime}`, cpuMs]),
  );
  let spent = 0;
  for (const [process, cpuMs] of byProcess) spent += cpuMs - (last?.byProcess.get(process) ?? 0);
  const sinceMs = last === undefined ? 0 : at - last.at;
  return {
    at,
    byProcess,
    cpu: sinceMs <= 0 ? null : Math.max(0, Math.round((spent / sinceMs) * 1_000) / 10),
    rss: processes.reduce((sum, { residentBytes }) => sum + residentBytes, 0),
    cpuMs: processes.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
  };
}

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
