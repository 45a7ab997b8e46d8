/** A plan as ELK wants it, and what ELK made of it as a layout. */
import type { ElkExtendedEdge, ElkNode, LayoutOptions } from 'elkjs/lib/elk-api.js';
import type { LaidOutArrow, LaidOutNode, Layout, Point } from '../protocol.ts';
import type { InitialPlan, NodePlan, Plan } from './plan.ts';

const margin = 20;
const dotSize = 10;

export function elkGraphOf(plan: Plan, options: LayoutOptions): ElkNode {
  // Interactive strategies go by where things stood, which is in the order of the text.
  const node = ({ node: { id }, content, children }: NodePlan, i: number): ElkNode => {
    const { width, height } = content;
    const x = 0;
    const y = (i + 1) * 100;
    const dot = plan.initials.findIndex((initial) => (initial.of ?? plan.root.node.id) === id);
    if (children.length === 0) return { id, x, y, width, height };
    return {
      id,
      x,
      y,
      children: [
        ...(dot < 0 ? [] : [{ id: `initial ${dot}`, x: 0, y: 0, width: dotSize, height: dotSize }]),
        ...children.map(node),
      ],
      layoutOptions: {
        ...options,
        'elk.padding': `[top=${height + 12},left=18,bottom=18,right=18]`,
        'elk.nodeSize.constraints': 'MINIMUM_SIZE',
        'elk.nodeSize.minimum': `(${width},${height})`,
      },
    };
  };
  return {
    id: 'chart',
    children: [node(plan.root, 0)],
    edges: [
      ...plan.initials.map(({ target }, i) => ({
        id: `start ${i}`,
        sources: [`initial ${i}`],
        targets: [target],
        layoutOptions: {
          'elk.layered.priority.direction': '10',
          'elk.layered.priority.straightness': '10',
        },
      })),
      ...plan.arrows.map(({ source, target, label }, i) => ({
        id: `arrow ${i}`,
        sources: [source],
        targets: [target],
        labels: [
          {
            text: 'label',
            width: label.width,
            height: label.height,
            layoutOptions: { 'elk.edgeLabels.inline': 'true' },
          },
        ],
      })),
    ],
    layoutOptions: {
      ...options,
      'elk.padding': `[top=${margin},left=${margin},bottom=${margin},right=${margin}]`,
    },
  };
}

export function layoutOf(plan: Plan, laid: ElkNode): Layout {
  const shapes = new Map<string, ElkNode>();
  const collect = (shape: ElkNode): void => {
    shapes.set(shape.id, shape);
    for (const child of shape.children ?? []) collect(child);
  };
  collect(laid);
  const edges = new Map((laid.edges ?? []).map((edge) => [edge.id, edge]));
  const nodes: LaidOutNode[] = [];
  const place = ({ node, content, children }: NodePlan): void => {
    const { title, lines, height: head } = content;
    nodes.push({ id: node.id, ...boxOf(shapes.get(node.id)), title, head, lines });
    for (const child of children) place(child);
  };
  place(plan.root);
  return {
    width: Math.ceil(laid.width ?? 0),
    height: Math.ceil(laid.height ?? 0),
    nodes,
    arrows: plan.arrows.map((arrow, i): LaidOutArrow => {
      const edge = edges.get(`arrow ${i}`);
      const { width, height, lines } = arrow.label;
      const { x, y } = boxOf(edge?.labels?.[0]);
      return {
        edges: lines.map((line) => line.edge),
        source: arrow.source,
        target: arrow.target,
        routes: routesOf(edge),
        label: { x, y, width, height, lines },
      };
    }),
    initials: plan.initials.map(({ of }: InitialPlan, i) => {
      const { x, y } = boxOf(shapes.get(`initial ${i}`));
      return {
        of,
        dot: { x: x + dotSize / 2, y: y + dotSize / 2 },
        route: routesOf(edges.get(`start ${i}`))[0] ?? [],
      };
    }),
  };
}

function boxOf(shape: { x?: number; y?: number; width?: number; height?: number } | undefined) {
  const { x = 0, y = 0, width = 0, height = 0 } = shape ?? {};
  return { x: round(x), y: round(y), width: round(width), height: round(height) };
}

const routesOf = (edge: ElkExtendedEdge | undefined): readonly (readonly Point[])[] =>
  (edge?.sections ?? []).map(({ startPoint, bendPoints = [], endPoint }) =>
    [startPoint, ...bendPoints, endPoint].map(({ x, y }) => ({ x: round(x), y: round(y) })),
  );

const round = (x: number): number => Math.round(x * 10) / 10;
