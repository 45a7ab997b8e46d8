/** What ELK is told: the safe options, and the variants of which the best picture is kept. */
import type { LayoutOptions } from 'elkjs/lib/elk-api.js';
import type { Layout } from '../protocol.ts';
import { type Segment, segmentsOf } from './faults.ts';

/**
 * INTERACTIVE turns those arrows back that go against the order in which the states are
 * written, so what was written first stands on top. Model order, compaction and the
 * greedy strategies throw at arrows that cross the borders of states.
 */
const safe: LayoutOptions = {
  'elk.algorithm': 'layered',
  'elk.direction': 'DOWN',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
  'elk.layered.thoroughness': '40',
  'elk.layered.cycleBreaking.strategy': 'INTERACTIVE',
  'elk.spacing.nodeNode': '18',
  'elk.spacing.edgeNode': '10',
  'elk.spacing.edgeEdge': '9',
  'elk.spacing.edgeLabel': '4',
  'elk.layered.spacing.nodeNodeBetweenLayers': '18',
  'elk.layered.spacing.edgeNodeBetweenLayers': '10',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '8',
  'elk.layered.unnecessaryBendpoints': 'true',
  'elk.json.edgeCoords': 'ROOT',
  'elk.json.shapeCoords': 'ROOT',
};

/** What is left when the safe ones throw after all. */
export const plainOptions: LayoutOptions = {
  'elk.algorithm': 'layered',
  'elk.direction': 'DOWN',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.json.edgeCoords': 'ROOT',
  'elk.json.shapeCoords': 'ROOT',
};

/**
 * The placement of the safe options is the best and can take minutes where arrows are
 * dense, so a large chart gets a quick picture first. The seeds are those that drew our
 * own charts best.
 */
export function candidatesFor(arrows: number): readonly LayoutOptions[] {
  const best = variant('LONGEST_PATH', 6);
  if (arrows > 40) return [{ ...best, ...quick }, best];
  return [
    best,
    variant('NETWORK_SIMPLEX', 6),
    variant('LONGEST_PATH', 3),
    variant('NETWORK_SIMPLEX', 3),
  ];
}

const quick: LayoutOptions = {
  'elk.layered.nodePlacement.strategy': 'LINEAR_SEGMENTS',
  'elk.layered.thoroughness': '7',
};

const variant = (layering: string, seed: number): LayoutOptions => ({
  ...safe,
  'elk.layered.layering.strategy': layering,
  'elk.randomSeed': String(seed),
});

/** The less the better: faults first, then how far the eye must go and where it can stray. */
export function costOf(layout: Layout, faults: number): number {
  const length = layout.arrows.flatMap(segmentsOf).reduce((sum, one) => sum + lengthOf(one), 0);
  const size = layout.width + layout.height;
  return faults * 100_000 + length + crossingsIn(layout) * 150 + size * 3;
}

function crossingsIn({ arrows }: Layout): number {
  const segments = arrows.flatMap((arrow, i) =>
    segmentsOf(arrow).map((segment) => ({ ...segment, arrow: i })),
  );
  const level = segments.filter(({ from, to }) => from.y === to.y);
  const upright = segments.filter(({ from, to }) => from.x === to.x && from.y !== to.y);
  let count = 0;
  for (const a of level) {
    for (const b of upright) {
      const isBetween = between(b.from.x, a.from.x, a.to.x) && between(a.from.y, b.from.y, b.to.y);
      if (a.arrow !== b.arrow && isBetween) count += 1;
    }
  }
  return count;
}

const lengthOf = ({ from, to }: Segment): number =>
  Math.abs(to.x - from.x) + Math.abs(to.y - from.y);

const between = (at: number, a: number, b: number): boolean =>
  at > Math.min(a, b) + 0.5 && at < Math.max(a, b) - 0.5;
