/**
 * What is wrong with a picture: boxes on boxes, text on text, arrows through text or
 * through states they have no business in. Layouts are chosen and tested by it.
 */
import type { Box, Definition, LaidOutArrow, LaidOutNode, Layout, Point } from '../protocol.ts';

export interface Fault {
  readonly kind: 'nodes' | 'label' | 'crossed' | 'through' | 'bounds' | 'missing' | 'text';
  readonly what: string;
}

export interface Segment {
  readonly from: Point;
  readonly to: Point;
}

export function faultsOf(definition: Definition, layout: Layout): readonly Fault[] {
  return [
    ...missing(definition, layout),
    ...nodesOnNodes(definition, layout),
    ...labelFaults(definition, layout),
    ...throughNodes(definition, layout),
    ...outOfBounds(layout),
    ...textOutOfBoxes(layout),
  ];
}

function missing(definition: Definition, { nodes, arrows }: Layout): readonly Fault[] {
  const placed = new Set(nodes.map(({ id }) => id));
  const drawn = new Set(arrows.flatMap((arrow) => arrow.edges));
  const listed = new Set(nodes.flatMap(({ lines }) => lines.map(({ edge }) => edge)));
  return [
    ...definition.nodes.filter(({ id }) => !placed.has(id)).map(({ id }) => id),
    ...definition.edges.filter(({ id }) => !drawn.has(id) && !listed.has(id)).map(({ id }) => id),
    ...arrows.filter(({ routes }) => routes.every((route) => route.length < 2)).map(nameOf),
    ...arrows.filter(({ label }) => label === null).map(nameOf),
  ].map((what) => ({ kind: 'missing', what }));
}

function nodesOnNodes(definition: Definition, { nodes }: Layout): readonly Fault[] {
  const parents = new Map(definition.nodes.map(({ id, parent }) => [id, parent]));
  const faults: Fault[] = [];
  for (const [i, one] of nodes.entries()) {
    for (const other of nodes.slice(i + 1)) {
      const nested = isWithin(parents, other.id, one.id) || isWithin(parents, one.id, other.id);
      const [inner, outer] = isWithin(parents, other.id, one.id) ? [other, one] : [one, other];
      const isFine = nested ? contains(outer, inner) : !overlaps(one, other);
      if (!isFine) faults.push({ kind: 'nodes', what: `${one.id} and ${other.id}` });
    }
  }
  return faults;
}

function labelFaults(definition: Definition, layout: Layout): readonly Fault[] {
  const faults: Fault[] = [];
  const solid = solidBoxes(definition, layout);
  for (const arrow of layout.arrows) {
    const { label } = arrow;
    if (label === null) continue;
    for (const box of solid) {
      if (overlaps(label, box))
        faults.push({ kind: 'label', what: `${nameOf(arrow)} on ${box.id}` });
    }
    for (const other of layout.arrows) {
      if (other === arrow) continue;
      if (other.label !== null && overlaps(label, other.label)) {
        faults.push({ kind: 'label', what: `${nameOf(arrow)} on that of ${nameOf(other)}` });
      }
      if (segmentsOf(other).some((segment) => crosses(segment, label))) {
        faults.push({ kind: 'crossed', what: `${nameOf(arrow)} by ${nameOf(other)}` });
      }
    }
    for (const { of, route } of layout.initials) {
      if (segmentsAlong(route).some((segment) => crosses(segment, label))) {
        faults.push({ kind: 'crossed', what: `${nameOf(arrow)} by the start of ${of}` });
      }
    }
  }
  return faults;
}

/** Arrows end at the edge of a box, so none may be seen inside of a leaf or over a head. */
function throughNodes(definition: Definition, layout: Layout): readonly Fault[] {
  const solid = solidBoxes(definition, layout);
  return layout.arrows.flatMap((arrow) =>
    solid
      .filter((box) => segmentsOf(arrow).some((segment) => crosses(segment, box)))
      .map((box): Fault => ({ kind: 'through', what: `${nameOf(arrow)} through ${box.id}` })),
  );
}

/** Leaves, and the text in the heads of those that hold others. */
export function solidBoxes(
  { nodes }: Definition,
  layout: Layout,
): readonly (Box & { readonly id: string })[] {
  const parents = new Set(nodes.map(({ parent }) => parent));
  return layout.nodes.map((node) => {
    if (!parents.has(node.id)) return node;
    return { id: node.id, ...textBox(node) };
  });
}

/** Where the text of a node stands. */
export function textBox({ x, y, head, title, lines }: LaidOutNode): Box {
  const left = Math.min(title.x - 14, ...lines.map((line) => line.x));
  const right = Math.max(title.x + title.width, ...lines.map((line) => line.x + line.width));
  return { x: x + left, y: y + 4, width: right - left, height: head - 8 };
}

function outOfBounds({ width, height, nodes, arrows }: Layout): readonly Fault[] {
  const page = { x: 0, y: 0, width, height };
  const points = arrows.flatMap((arrow) =>
    arrow.routes.flat().map((point) => ({ id: nameOf(arrow), ...point, width: 0, height: 0 })),
  );
  const labels = arrows.flatMap((arrow) =>
    arrow.label === null ? [] : [{ id: `label of ${nameOf(arrow)}`, ...arrow.label }],
  );
  return [...nodes, ...points, ...labels]
    .filter((box) => !contains(page, box))
    .map(({ id }) => ({ kind: 'bounds', what: id }));
}

function textOutOfBoxes({ nodes }: Layout): readonly Fault[] {
  return nodes
    .filter((node) => !contains(node, textBox(node)))
    .map(({ id }) => ({ kind: 'text', what: id }));
}

export const nameOf = ({ source, target }: LaidOutArrow): string => `${source} -> ${target}`;

export const segmentsOf = ({ routes }: LaidOutArrow): readonly Segment[] =>
  routes.flatMap(segmentsAlong);

export const segmentsAlong = (route: readonly Point[]): readonly Segment[] =>
  route.slice(1).map((to, i) => ({ from: route[i] ?? to, to }));

export function overlaps(a: Box, b: Box): boolean {
  const slack = 0.5;
  return (
    a.x + a.width > b.x + slack &&
    b.x + b.width > a.x + slack &&
    a.y + a.height > b.y + slack &&
    b.y + b.height > a.y + slack
  );
}

export const contains = (outer: Box, inner: Box): boolean =>
  inner.x >= outer.x - 0.5 &&
  inner.y >= outer.y - 0.5 &&
  inner.x + inner.width <= outer.x + outer.width + 0.5 &&
  inner.y + inner.height <= outer.y + outer.height + 0.5;

/** Segments are orthogonal: as boxes they are as thin as a line. */
export function crosses({ from, to }: Segment, box: Box): boolean {
  const x = Math.min(from.x, to.x);
  const y = Math.min(from.y, to.y);
  return (
    Math.max(from.x, to.x) > box.x + 1 &&
    x < box.x + box.width - 1 &&
    Math.max(from.y, to.y) > box.y + 1 &&
    y < box.y + box.height - 1
  );
}

function isWithin(
  parents: ReadonlyMap<string, string | null>,
  id: string,
  ancestor: string,
): boolean {
  for (let at = parents.get(id) ?? null; at !== null; at = parents.get(at) ?? null) {
    if (at === ancestor) return true;
  }
  return false;
}
