/** Graphs of dependencies by chance, and how long they must take at the least. */
import { createRandom } from '../../src/kernel/simulated/index.ts';

export interface Part {
  readonly name: string;
  /** Names of earlier ones, so that there is no circle. */
  readonly needs: readonly string[];
  /** From its start until it is ready. */
  readonly startMs: number;
}

export interface GraphShape {
  readonly count: number;
  readonly seed: number;
  /** At most so many needs each. */
  readonly needs?: number;
  readonly longestMs?: number;
}

export function someGraph({
  count,
  seed,
  needs = 3,
  longestMs = 1_000,
}: GraphShape): readonly Part[] {
  const random = createRandom(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  return Array.from({ length: count }, (_, index) => {
    const chosen = Array.from({ length: index === 0 ? 0 : below(needs + 1) }, () => below(index));
    return {
      name: `s${index}`,
      needs: [...new Set(chosen)].map((one) => `s${one}`),
      startMs: 1 + below(longestMs),
    };
  });
}

/** When each is ready at the earliest, if everything that need not wait does not. */
export function readyAt(graph: readonly Part[]): ReadonlyMap<string, number> {
  const times = new Map<string, number>();
  for (const { name, needs, startMs } of graph) {
    times.set(name, startMs + Math.max(0, ...needs.map((need) => times.get(need) ?? 0)));
  }
  return times;
}

/** The length of the longest way through the graph. */
export function criticalPathMs(graph: readonly Part[]): number {
  return Math.max(...readyAt(graph).values());
}

/** What it would take one after the other. */
export function totalMs(graph: readonly Part[]): number {
  return graph.reduce((sum, { startMs }) => sum + startMs, 0);
}
