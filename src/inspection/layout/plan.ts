/**
 * A chart before it has places: which boxes there are and what is in them, and which
 * arrows. Edges with the same ends are one arrow, with a line for each in its label.
 */
import type { Definition, DefinitionEdge, DefinitionNode } from '../protocol.ts';
import { type Content, contentOf, labelOf } from './text.ts';

export interface NodePlan {
  readonly node: DefinitionNode;
  readonly content: Content;
  readonly children: readonly NodePlan[];
}

export interface ArrowPlan {
  readonly source: string;
  readonly target: string;
  readonly label: ReturnType<typeof labelOf>;
}

export interface InitialPlan {
  readonly of: string | null;
  readonly target: string;
}

export interface Plan {
  readonly root: NodePlan;
  readonly arrows: readonly ArrowPlan[];
  readonly initials: readonly InitialPlan[];
}

export function planOf({ root, nodes, edges }: Definition): Plan {
  const known = new Map(nodes.map((node) => [node.id, node]));
  const childrenOf = groupBy(nodes, ({ parent }) => parent ?? '');
  const internalsOf = groupBy(
    edges.filter(({ target }) => target === null),
    ({ source }) => source,
  );
  const plan = (node: DefinitionNode): NodePlan => {
    const children = (childrenOf.get(node.id) ?? []).map(plan);
    const content = contentOf(node, internalsOf.get(node.id) ?? [], children.length === 0);
    return { node, content, children };
  };
  const top = known.get(root);
  if (top === undefined) throw new Error(`cannot lay out a chart: it has no root "${root}"`);
  return {
    root: plan(top),
    arrows: arrowsOf(
      edges.filter(({ source }) => known.has(source)),
      known,
    ),
    initials: nodes
      .filter(({ initial }) => initial !== null && known.has(initial))
      .map(({ id, initial }) => ({ of: id === root ? null : id, target: initial as string })),
  };
}

function arrowsOf(
  edges: readonly DefinitionEdge[],
  known: ReadonlyMap<string, unknown>,
): readonly ArrowPlan[] {
  const drawn = edges.filter(({ target }) => target !== null && known.has(target));
  const byEnds = groupBy(drawn, ({ source, target }) => `${source}\n${target}`);
  return [...byEnds.values()].map((some) => ({
    source: some[0]?.source ?? '',
    target: some[0]?.target ?? '',
    label: labelOf(some),
  }));
}

export function groupBy<T>(
  all: readonly T[],
  keyOf: (one: T) => string,
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const key = keyOf(one);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return groups;
}
