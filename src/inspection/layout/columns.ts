/**
 * A chart without a layout engine: states below each other, their labels in a column on
 * the right, and a lane for each arrow beyond. Each end of an arrow has a row for itself,
 * so nothing can lie on anything else. For what the engine cannot do, or takes too long for.
 */
import type { LaidOutArrow, LaidOutNode, Layout, Point } from '../protocol.ts';
import type { ArrowPlan, NodePlan, Plan } from './plan.ts';

const indent = 30;
const gap = 14;
const margin = 20;

interface Rows {
  readonly nodes: LaidOutNode[];
  /** The height of each end of each arrow. */
  readonly leaves: Map<ArrowPlan, number>;
  readonly enters: Map<ArrowPlan, number>;
}

export function inColumns(plan: Plan): Layout {
  const rows: Rows = { nodes: [], leaves: new Map(), enters: new Map() };
  const box = place(plan.root, plan, rows, { x: margin, y: margin });
  const nodes = rows.nodes.map((node) => withRight(node, box));
  const labelsAt = box.x + box.width + 24;
  const labelWidth = Math.max(0, ...plan.arrows.map(({ label }) => label.width));
  const firstLane = labelsAt + labelWidth + 16;
  const right = (id: string) => {
    const found = nodes.find((node) => node.id === id);
    return found === undefined ? labelsAt : found.x + found.width;
  };
  const arrows = plan.arrows.map((arrow, i): LaidOutArrow => {
    const { source, target, label } = arrow;
    const lane = firstLane + i * 9;
    const from = rows.leaves.get(arrow) ?? 0;
    const to = rows.enters.get(arrow) ?? 0;
    const route = [
      { x: right(source), y: from },
      { x: lane, y: from },
      { x: lane, y: to },
      { x: right(target), y: to },
    ];
    return {
      edges: label.lines.map(({ edge }) => edge),
      source,
      target,
      routes: [route],
      label: { ...label, x: labelsAt, y: from - label.height / 2 },
    };
  });
  return {
    width: Math.ceil(firstLane + plan.arrows.length * 9 + margin),
    height: Math.ceil(box.y + box.height + margin),
    nodes,
    arrows,
    initials: plan.initials.map(({ of, target }) => ({ of, ...startOf(nodes, target) })),
  };
}

/** Returns the box; those inside of it come after it. */
function place(
  { node, content, children }: NodePlan,
  plan: Plan,
  rows: Rows,
  { x, y }: Point,
): LaidOutNode {
  const { title, lines, height: head } = content;
  const index = rows.nodes.push({ id: node.id, x, y, width: 0, height: 0, title, head, lines }) - 1;
  let bottom = y + 8;
  for (const arrow of plan.arrows.filter(({ source }) => source === node.id)) {
    rows.leaves.set(arrow, bottom + arrow.label.height / 2);
    bottom += arrow.label.height + 4;
  }
  for (const arrow of plan.arrows.filter(({ target }) => target === node.id)) {
    rows.enters.set(arrow, bottom + 4);
    bottom += 9;
  }
  bottom = Math.max(bottom + 4, y + head);
  let width = content.width;
  for (const child of children) {
    const inner = place(child, plan, rows, { x: x + indent, y: bottom + gap });
    bottom = inner.y + inner.height;
    width = Math.max(width, indent + inner.width + gap);
  }
  const height = bottom - y + (children.length > 0 ? gap : 0);
  const done = { id: node.id, x, y, width, height, title, head, lines };
  rows.nodes[index] = done;
  return done;
}

/** Those beside each other in depth end at the same line. */
function withRight(node: LaidOutNode, box: LaidOutNode): LaidOutNode {
  const depth = (node.x - box.x) / indent;
  return { ...node, width: box.x + box.width - depth * gap - node.x };
}

function startOf(nodes: readonly LaidOutNode[], target: string): { dot: Point; route: Point[] } {
  const { x = 0, y = 0 } = nodes.find(({ id }) => id === target) ?? {};
  const dot = { x: x - 16, y: y + 14 };
  return { dot, route: [dot, { x, y: y + 14 }] };
}
