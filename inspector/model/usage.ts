/** CPU and memory of each service over time, as told with the services. Bounded. */
import type { Services } from '../../src/inspection/protocol.ts';
import { search } from './history.ts';

export interface Sample {
  readonly at: number;
  readonly cpu: number | null;
  readonly rss: number | null;
}

const kept = 600;
/** Two that are closer than this are one. */
const closestMs = 500;

export class Usage {
  readonly #samples = new Map<string, Sample[]>();

  add({ at, services }: Services): void {
    for (const { name, cpu, rss } of services) {
      if (cpu === null && rss === null && !this.#samples.has(name)) continue;
      const own = this.#samples.get(name) ?? [];
      if (own.length === 0) this.#samples.set(name, own);
      const last = own.at(-1);
      if (last !== undefined && at - last.at < closestMs) own.pop();
      own.push({ at, cpu, rss });
      if (own.length > kept * 1.1) own.splice(0, own.length - kept);
    }
  }

  /** Nothing is known of what anybody costs. */
  get isEmpty(): boolean {
    return this.#samples.size === 0;
  }

  /** Up to a moment of the past; null: all. */
  until(name: string, at: number | null): readonly Sample[] {
    const all = this.of(name);
    if (at === null) return all;
    return all.slice(
      0,
      search(all.length, (i) => (all[i]?.at ?? 0) > at),
    );
  }

  /** Oldest first. */
  of(name: string): readonly Sample[] {
    return this.#samples.get(name) ?? [];
  }
}
