/** The services as the page's tree shows them, told to whoever watches when they change. */
import type { GroupRow, ServiceRow, Services } from '../../inspection/protocol.ts';
import type { Recorder } from '../../inspection/recorder.ts';
import type { GroupStatus, ServiceStatus, Supervisor } from '../../runtime/api.ts';
import { UsageSampler } from '../usage.ts';

export interface RowsOptions {
  readonly supervisor: Supervisor;
  readonly recorder: Recorder;
  /** Of the daemon itself, beside those of the supervisor. */
  readonly degraded: () => readonly string[];
}

/** What services cost is looked at so often, while somebody watches. */
const sampleMs = 2_000;
const leastPauseMs = 200;
/** So long a pause for each service, for all of them are told at once. */
const pausePerRowMs = 1;

export class Rows {
  readonly #options: RowsOptions;
  readonly #usage: UsageSampler;
  readonly #watching = new Set<(services: string) => void>();
  #stopHearing: (() => void) | null = null;
  #sampling: NodeJS.Timeout | null = null;
  #timer: NodeJS.Timeout | null = null;
  #last = { rows: '', text: '' };
  #count = 0;

  constructor(options: RowsOptions) {
    this.#options = options;
    this.#usage = new UsageSampler(options.supervisor);
  }

  now(): Services {
    const { supervisor, degraded } = this.#options;
    const status = supervisor.status();
    this.#count = status.services.length;
    return {
      at: performance.timeOrigin + performance.now(),
      services: status.services.map((service) => rowOf(service, this.#usage)),
      groups: status.groups.map(groupOf),
      degraded: [...status.degraded, ...degraded()],
    };
  }

  /** Told at once, and of every change, as the text of `Services`. */
  watch(listener: (services: string) => void): () => void {
    if (this.#watching.size > 0) this.#tell();
    this.#watching.add(listener);
    if (this.#watching.size === 1) this.#begin();
    else listener(this.#last.text);
    return () => {
      this.#watching.delete(listener);
      if (this.#watching.size === 0) this.close();
    };
  }

  close(): void {
    this.#stopHearing?.();
    this.#stopHearing = null;
    if (this.#sampling !== null) clearInterval(this.#sampling);
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#sampling = null;
    this.#timer = null;
    this.#last = { rows: '', text: '' };
  }

  #begin(): void {
    this.#stopHearing = this.#options.recorder.onRecords(() => this.#schedule());
    this.#sampling = setInterval(() => this.#sample(), sampleMs).unref();
    this.#tell();
    this.#sample();
  }

  #sample(): void {
    this.#usage
      .refresh()
      // What they cost cannot be told; all else can.
      .catch(() => {})
      .finally(() => this.#schedule());
  }

  #schedule(): void {
    if (this.#watching.size === 0) return;
    this.#timer ??= setTimeout(
      () => {
        this.#timer = null;
        this.#tell();
      },
      Math.max(leastPauseMs, this.#count * pausePerRowMs),
    );
  }

  #tell(): void {
    const before = this.#last;
    this.#look();
    if (this.#last === before) return;
    for (const listener of this.#watching) listener(this.#last.text);
  }

  #look(): void {
    const services = this.now();
    const rows = JSON.stringify({ ...services, at: 0 }, withoutWhy);
    if (rows !== this.#last.rows) this.#last = { rows, text: JSON.stringify(services) };
  }
}

/** It tells how long something has been so, and would make a change of every look. */
const withoutWhy = (key: string, value: unknown): unknown => (key === 'why' ? undefined : value);

function rowOf(service: ServiceStatus, usage: UsageSampler): ServiceRow {
  const { name, group, state, detail, desired, pinned, pid, startedAt, restarts } = service;
  const { adopted, ready, healthy, failure, why, dependsOn } = service;
  const used = pid === null ? null : usage.of(name);
  return {
    ...{ name, group, state, detail, desired, pinned, pid, startedAt, restarts },
    ...{ adopted, ready, healthy, why, dependsOn },
    failure: failure?.message ?? null,
    cpu: used?.cpu ?? null,
    rss: used?.rss ?? null,
  };
}

const groupOf = ({ name, parent, state, strategy, members }: GroupStatus): GroupRow => ({
  ...{ name, parent, state, strategy, members },
});
