/** A few of many paths that between them cover as much as all of them do. */
import type { Path } from './generate.ts';
import type { Coverage } from './instrument.ts';

export interface Walked<T> {
  readonly path: Path;
  readonly covered: ReadonlySet<string>;
  readonly outcomes: T;
}

/** What was covered since the last time this was asked. */
export class Covering {
  readonly #coverage: Coverage;
  #before = new Map<string, number>();

  constructor(coverage: Coverage) {
    this.#coverage = coverage;
  }

  news(): ReadonlySet<string> {
    const counts = new Map<string, number>();
    for (const [name, times] of this.#coverage.states) counts.set(name, times);
    for (const [name, { times, guard }] of this.#coverage.transitions) {
      counts.set(name, times);
      counts.set(`${name}: yes`, guard?.yes ?? 0);
      counts.set(`${name}: no`, guard?.no ?? 0);
    }
    const news = [...counts].filter(([name, count]) => count > (this.#before.get(name) ?? 0));
    this.#before = counts;
    return new Set(news.map(([name]) => name));
  }
}

/** The one that adds most comes first, until nothing is left to add. */
export function select<T>(walked: readonly Walked<T>[]): readonly Walked<T>[] {
  const left = new Set(walked.flatMap(({ covered }) => [...covered]));
  const selected: Walked<T>[] = [];
  while (left.size > 0) {
    const gain = ({ covered }: Walked<T>) => [...covered].filter((name) => left.has(name)).length;
    const best = walked.reduce((one, other) => (gain(other) > gain(one) ? other : one));
    for (const name of best.covered) left.delete(name);
    selected.push(best);
  }
  return selected;
}
