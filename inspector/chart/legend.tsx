/** What the colours of the heat map mean, and how much was never taken. */
import type { DefinitionEdge } from '../../src/inspection/protocol.ts';
import { countText, heatLevels, heatOf } from './facts.ts';

interface Props {
  readonly counts: ReadonlyMap<string, number>;
  readonly edges: readonly DefinitionEdge[];
}

export function Legend({ counts, edges }: Props) {
  const taken = edges.filter(({ id }) => (counts.get(id) ?? 0) > 0).length;
  const most = Math.max(0, ...counts.values());
  return (
    <div class="chart-legend" role="note" aria-label="Heat map">
      <span>
        <strong>{taken}</strong> of {edges.length} transitions taken
      </span>
      <span class="chart-scale">
        <i class="chart-swatch" data-heat="0" />
        never
        {levels(most).map(([heat, from]) => (
          <span key={heat}>
            <i class="chart-swatch" data-heat={heat} />
            {countText(from)}
          </span>
        ))}
      </span>
    </div>
  );
}

/** Each colour with the least count that has it. */
function levels(most: number): readonly (readonly [number, number])[] {
  const found: [number, number][] = [];
  for (let heat = 1; heat <= heatLevels && most > 0; heat += 1) {
    let from = Math.max(1, Math.floor(most ** ((heat - 1.5) / (heatLevels - 1))));
    while (from < most && heatOf(from, most) < heat) from += 1;
    if (heatOf(from, most) === heat) found.push([heat, from]);
  }
  return found;
}
