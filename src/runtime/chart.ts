/**
 * The statecharts as graphs, taken from the machines that run: there is no second
 * description that could drift. As plain data for whoever lays them out, and as
 * Mermaid for the README.
 */
import type { AnyStateMachine } from 'xstate';
import { type Graph, type GraphEdge, type GraphNode, graphOf } from './graph.ts';

export interface ChartNode {
  readonly id: string;
  readonly name: string;
  readonly parent: string | null;
  readonly kind: 'atomic' | 'compound' | 'final';
  readonly initial: string | null;
  readonly status: string | null;
  readonly invokes: readonly string[];
  readonly entry: readonly string[];
}

export interface ChartEdge {
  readonly id: string;
  readonly source: string;
  readonly target: string;
  readonly kind: 'event' | 'after' | 'always';
  readonly event: string;
  readonly guard: string | null;
  readonly actions: readonly string[];
}

export interface Chart {
  readonly id: string;
  readonly initial: string;
  readonly nodes: readonly ChartNode[];
  readonly edges: readonly ChartEdge[];
}

export function chartOf(machine: AnyStateMachine): Chart {
  const graph = graphOf(machine);
  const top = graph.nodes.find(({ id }) => id === graph.root);
  return {
    id: machine.id,
    initial: top?.initial ?? '',
    nodes: graph.nodes.filter(({ id }) => id !== graph.root).map((node) => nodeOf(node, graph)),
    edges: graph.edges.flatMap(edgeOf),
  };
}

function nodeOf(node: GraphNode, { root }: Graph): ChartNode {
  const { id, name, parent, kind, initial, tags, invokes, entry } = node;
  const isInner = kind === 'compound' || kind === 'parallel';
  return {
    id,
    name,
    parent: parent === root ? null : parent,
    kind: isInner ? 'compound' : kind === 'final' ? 'final' : 'atomic',
    initial: isInner ? (initial ?? '') : null,
    status: tags[0] ?? null,
    invokes,
    entry,
  };
}

function edgeOf(edge: GraphEdge): readonly ChartEdge[] {
  const { id, source, target, guard, actions, kind } = edge;
  // Bookkeeping that leaves the state as it is would only clutter the picture.
  if (target === null) return [];
  const shown = kind === 'always' || kind === 'after' ? kind : 'event';
  const event = kind === 'after' ? edge.label : edge.event;
  return [{ id, source, target, kind: shown, event, guard, actions }];
}

// -- Mermaid --------------------------------------------------------------------------

/** A `stateDiagram-v2`: parallel edges are one, with a line for each. */
export function toMermaid(chart: Chart): string {
  const lines = ['stateDiagram-v2', `  [*] --> ${mermaidId(chart.initial)}`];
  const children = (parent: string | null) => chart.nodes.filter((node) => node.parent === parent);
  const draw = (node: ChartNode, indent: string): void => {
    if (node.kind !== 'compound') {
      lines.push(`${indent}state "${node.name}" as ${mermaidId(node.id)}`);
      return;
    }
    lines.push(`${indent}state "${node.name}" as ${mermaidId(node.id)} {`);
    if (node.initial !== null) lines.push(`${indent}  [*] --> ${mermaidId(node.initial)}`);
    for (const child of children(node.id)) draw(child, `${indent}  `);
    lines.push(`${indent}}`);
  };
  for (const node of children(null)) draw(node, '  ');
  for (const [key, labels] of mergedEdges(chart)) lines.push(`  ${key}: ${labels.join('<br/>')}`);
  return `${lines.join('\n')}\n`;
}

function mergedEdges({ edges }: Chart): ReadonlyMap<string, readonly string[]> {
  const merged = new Map<string, string[]>();
  for (const edge of edges) {
    const key = `${mermaidId(edge.source)} --> ${mermaidId(edge.target)}`;
    const event = edge.kind === 'always' ? 'always' : edge.event;
    const label = edge.guard === null ? event : `${event} [${edge.guard}]`;
    merged.set(key, [...new Set([...(merged.get(key) ?? []), label])]);
  }
  return merged;
}

const mermaidId = (id: string): string => id.replaceAll(/[^a-zA-Z0-9]/g, '_');
