/** How often edges were taken: counted on as records come, and anew where time was travelled. */
import type { InspectionRecord } from '../../src/inspection/protocol.ts';
import type { History } from '../model/history.ts';

export class EdgeCounts {
  #key = '';
  #seq = -1;
  #counts = new Map<string, number>();

  /**
   * Of the actors that count, until a moment. The same map as before where nothing came
   * of it, so that nobody draws it anew. What is forgotten meanwhile stays counted.
   */
  of(
    history: History,
    key: string,
    moment: number | null,
    counts: (actor: number) => boolean,
  ): ReadonlyMap<string, number> {
    const asked = `${key} ${moment ?? 'live'}`;
    if (asked !== this.#key) {
      this.#key = asked;
      this.#seq = -1;
      this.#counts = new Map();
    }
    const { records } = history;
    const until = moment === null ? records.length : history.countUntil(moment);
    const fresh = records.slice(firstAfter(records, until, this.#seq), until);
    const taken = fresh.filter(({ kind, actor }) => kind === 'step' && counts(actor));
    this.#seq = records[until - 1]?.seq ?? this.#seq;
    if (taken.length > 0) this.#counts = added(this.#counts, taken);
    return this.#counts;
  }
}

function added(
  counts: ReadonlyMap<string, number>,
  records: readonly InspectionRecord[],
): Map<string, number> {
  const sum = new Map(counts);
  for (const record of records) {
    if (record.kind !== 'step') continue;
    for (const edge of record.edges) sum.set(edge, (sum.get(edge) ?? 0) + 1);
  }
  return sum;
}

function firstAfter(records: readonly InspectionRecord[], until: number, seq: number): number {
  let i = until;
  while (i > 0 && (records[i - 1]?.seq ?? -1) > seq) i -= 1;
  return i;
}
