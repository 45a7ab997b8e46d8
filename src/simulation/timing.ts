/** How long things took, and which limits were reached: what a user wants to know of a configuration. */
import type { Name } from '../machines/vocabulary.ts';
import type { Onlooker } from './onlooker.ts';
import type { System } from './system.ts';

export class Timing implements Onlooker {
  /** The longest way from its start to being ready, by service. */
  readonly starts: Record<Name, number> = {};
  /** How often each was given up because it crashed too often. */
  readonly tripped: Record<Name, number> = {};
  /** How often each was restarted by its supervisor. */
  readonly restarts: Record<Name, number> = {};
  readonly #startedAt = new Map<Name, number>();
  readonly #system: System;

  constructor(system: System) {
    this.#system = system;
  }

  heard(event: Parameters<NonNullable<Onlooker['heard']>>[0]): void {
    if (event.type === 'service.judged') {
      const { service, verdict, message } = event;
      if (verdict === 'restart') this.restarts[service] = (this.restarts[service] ?? 0) + 1;
      const isLimit = verdict === 'giveUp' && message.includes('times within');
      if (isLimit) this.tripped[service] = (this.tripped[service] ?? 0) + 1;
    }
    if (event.type !== 'service.state') return;
    const { service, to, from } = event;
    const { now } = this.#system;
    if (to === 'starting' && from !== 'adopting') this.#startedAt.set(service, now);
    const startedAt = this.#startedAt.get(service);
    if (to !== 'starting') this.#startedAt.delete(service);
    const isUp = to === 'running' || to === 'completed';
    if (!isUp || startedAt === undefined) return;
    this.starts[service] = Math.max(this.starts[service] ?? 0, now - startedAt);
  }
}
