/**
 * What no layout engine does: keeps arrows out of the heads of states that hold others,
 * and moves what is written to where nothing else is.
 */
import type { Box, Definition, LaidOutArrow, LaidOutNode, Layout, Point } from '../protocol.ts';
import {
  contains,
  crosses,
  overlaps,
  type Segment,
  segmentsAlong,
  segmentsOf,
  solidBoxes,
  textBox,
} from './faults.ts';

export function tidy(definition: Definition, laid: Layout): Layout {
  const startedLower = { ...laid, arrows: laid.arrows.map(belowTheHead(definition, laid)) };
  const titled = { ...startedLower, nodes: startedLower.nodes.map(besideArrows(startedLower)) };
  return withFreeLabels(definition, titled);
}

/** An arrow from a state into itself starts below what is written at its top. */
function belowTheHead(definition: Definition, { nodes }: Layout) {
  const parents = new Map(definition.nodes.map(({ id, parent }) => [id, parent]));
  const boxes = new Map(nodes.map((node) => [node.id, node]));
  return (arrow: LaidOutArrow): LaidOutArrow => {
    const box = boxes.get(arrow.source);
    let at = parents.get(arrow.target) ?? null;
    while (at !== null && at !== arrow.source) at = parents.get(at) ?? null;
    if (at === null || box === undefined) return arrow;
    const lowest = box.y + box.head - 4;
    return { ...arrow, routes: arrow.routes.map((route) => startAt(route, box, lowest)) };
  };
}

function startAt(route: readonly Point[], box: Box, lowest: number): readonly Point[] {
  const [first, second] = route;
  if (first === undefined || second === undefined) return route;
  const isFromTop = first.x === second.x && first.y <= box.y + 1 && second.y > lowest;
  return isFromTop ? [{ x: first.x, y: lowest }, ...route.slice(1)] : route;
}

/** Arrows that come in from above may leave another place for the text than the corner. */
function besideArrows(layout: Layout) {
  const all = allSegments(layout);
  return (node: LaidOutNode): LaidOutNode => {
    const text = textBox(node);
    const isCrossed = (dx: number) =>
      all.some((segment) =>
        crosses(segment, { ...text, x: text.x + dx - 6, width: text.width + 12 }),
      );
    if (!all.some((segment) => crosses(segment, text))) return node;
    const room = Math.floor(node.x + node.width - text.x - text.width - 12);
    for (let dx = 4; dx <= room; dx += 4) {
      if (!isCrossed(dx)) return moved(node, dx);
    }
    return node;
  };
}

function moved(node: LaidOutNode, dx: number): LaidOutNode {
  const title = { ...node.title, x: node.title.x + dx };
  return { ...node, title, lines: node.lines.map((line) => ({ ...line, x: line.x + dx })) };
}

function withFreeLabels(definition: Definition, layout: Layout): Layout {
  const solid = solidBoxes(definition, layout);
  const page = { x: 0, y: 0, width: layout.width, height: layout.height };
  const arrows = [...layout.arrows];
  for (const [i, arrow] of arrows.entries()) {
    const { label } = arrow;
    if (label === null) continue;
    const others = arrows.filter((_, j) => j !== i);
    const strange = [...others.flatMap(segmentsOf), ...starts(layout)];
    const isFree = (at: Point) => {
      const box = { ...label, ...at };
      return (
        contains(page, box) &&
        !solid.some((one) => overlaps(box, one)) &&
        !others.some((other) => other.label !== null && overlaps(box, other.label)) &&
        !strange.some((segment) => crosses(segment, box))
      );
    };
    if (isFree(label)) continue;
    const place = placesAlong(arrow, label).find(isFree);
    if (place !== undefined) arrows[i] = { ...arrow, label: { ...label, ...place } };
  }
  return { ...layout, arrows };
}

/** On the arrow or beside it, the nearest to where the label is first. */
function placesAlong(arrow: LaidOutArrow, label: Box): readonly Point[] {
  const places = segmentsOf(arrow).flatMap(({ from, to }) => {
    const length = Math.abs(to.x - from.x) + Math.abs(to.y - from.y);
    const steps = Math.max(1, Math.round(length / 6));
    return Array.from({ length: steps + 1 }, (_, i) => {
      const x = from.x + ((to.x - from.x) * i) / steps;
      const y = from.y + ((to.y - from.y) * i) / steps;
      return [
        { x: x - label.width / 2, y: y - label.height / 2 },
        { x: x + 5, y: y - label.height / 2 },
        { x: x - label.width - 5, y: y - label.height / 2 },
      ];
    }).flat();
  });
  const away = ({ x, y }: Point) => Math.abs(x - label.x) + Math.abs(y - label.y);
  return places.sort((a, b) => away(a) - away(b));
}

const allSegments = (layout: Layout): readonly Segment[] => [
  ...layout.arrows.flatMap(segmentsOf),
  ...starts(layout),
];

const starts = ({ initials }: Layout): readonly Segment[] =>
  initials.flatMap(({ route }) => segmentsAlong(route));
