/**
 * What the trees of the services cost and where they listen. Looked at when somebody
 * asks, at most once a second, and all by one question, which the kernel answers in
 * slices, so that a thousand services never hold up the event loop.
 */
import type { TreeUsage } from '../kernel/port.ts';
import type { GroupSpec } from '../machines/vocabulary.ts';
import type { Supervisor } from '../runtime/api.ts';

export interface Usage {
  /** Per cent of one core; null before there are two looks. */
  readonly cpu: number | null;
  readonly rss: number;
  readonly cpuMs: number;
  /** TCP ports that its processes listen on; null where that is not known. */
  readonly ports: readonly number[] | null;
}

interface Look extends Usage {
  readonly at: number;
  readonly byProcess: ReadonlyMap<string, number>;
}

const leastFreshMs = 1_000;
/** A round that takes long is not begun again soon: at most a tenth of the time goes into it. */
const dearness = 10;
/** What a caller may be kept waiting for. */
const patienceMs = 20;
/** A project so small is looked at in no time, so whoever asks gets what is true now. */
const few = 50;
/** Of a large one what is not older than this will do. */
const oldMs = 5_000;

type Asked = Pick<Supervisor, 'usage' | 'spec'>;

export class UsageSampler {
  readonly #supervisor: Asked;
  readonly #now: () => number;
  #looks: ReadonlyMap<string, Look> = new Map();
  #lookedAt = Number.NEGATIVE_INFINITY;
  #freshMs = leastFreshMs;
  #round: Promise<void> | null = null;

  constructor(supervisor: Asked, now: () => number = () => performance.now()) {
    this.#supervisor = supervisor;
    this.#now = now;
  }

  /**
   * Looks again, unless all is fresh. Resolves at once where there is something to
   * show, though it be a little old, and soon in any case.
   */
  async refresh(forMs = patienceMs): Promise<void> {
    const ageMs = this.#now() - this.#lookedAt;
    if (ageMs < this.#freshMs) return;
    this.#round ??= this.#look().finally(() => {
      this.#round = null;
    });
    if (ageMs < oldMs && !this.#isSmall()) {
      // Nobody waits for this one; that it failed is told to whoever has to wait.
      this.#round.catch(() => {});
      return;
    }
    await Promise.race([this.#round, pause(forMs)]);
  }

  of(name: string): Usage | null {
    return this.#looks.get(name) ?? null;
  }

  async #look(): Promise<void> {
    const beganAt = this.#now();
    const usages = [...(await this.#supervisor.usage())];
    const looks = usages.map(
      ([name, usage]) => [name, lookAt(usage, this.#looks.get(name), beganAt)] as const,
    );
    this.#looks = new Map(looks);
    this.#lookedAt = this.#now();
    this.#freshMs = Math.max(leastFreshMs, (this.#lookedAt - beganAt) * dearness);
  }

  #isSmall(): boolean {
    return countOf(this.#supervisor.spec.root) <= few;
  }
}

const countOf = ({ children }: GroupSpec): number =>
  children.reduce((sum, { spec }) => sum + (spec.kind === 'group' ? countOf(spec) : 1), 0);

function lookAt({ processes, ports }: TreeUsage, last: Look | undefined, at: number): Look {
  const byProcess = new Map(
    processes.map(({ identity, cpuMs }) => [`${identity.pid} ${identity.startTime}`, cpuMs]),
  );
  let spent = 0;
  for (const [process, cpuMs] of byProcess) spent += cpuMs - (last?.byProcess.get(process) ?? 0);
  const sinceMs = last === undefined ? 0 : at - last.at;
  return {
    at,
    byProcess,
    ports,
    cpu: sinceMs <= 0 ? null : Math.max(0, Math.round((spent / sinceMs) * 1_000) / 10),
    rss: processes.reduce((sum, { residentBytes }) => sum + residentBytes, 0),
    cpuMs: processes.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
  };
}

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
