/**
 * The statecharts as graphs, taken from the machines that run: there is no second
 * description that could drift. As plain data for whoever lays them out, and as
 * Mermaid for the README.
 */
import type { AnyStateMachine } from 'xstate';

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

type StateNode = AnyStateMachine['root'];
type Transition = StateNode['always'] extends (infer T)[] | undefined ? T : never;

export function chartOf(machine: AnyStateMachine): Chart {
  const nodes: ChartNode[] = [];
  const edges: ChartEdge[] = [];
  const walk = (node: StateNode): void => {
    if (node.parent !== undefined) nodes.push(nodeOf(node));
    edges.push(...edgesOf(node));
    for (const child of Object.values(node.states) as StateNode[]) walk(child);
  };
  walk(machine.root);
  return { id: machine.id, initial: firstTarget(machine.root), nodes, edges };
}

function nodeOf(node: StateNode): ChartNode {
  const isInner = Object.keys(node.states).length > 0;
  return {
    id: node.id,
    name: node.key,
    parent: node.parent?.parent === undefined ? null : node.parent.id,
    kind: isInner ? 'compound' : node.type === 'final' ? 'final' : 'atomic',
    initial: isInner ? firstTarget(node) : null,
    status: node.tags[0] ?? null,
    invokes: node.invoke.map((invoke: { id: string }) => invoke.id),
    entry: node.entry.map(nameOf).filter(isNamed),
  };
}

function edgesOf(node: StateNode): readonly ChartEdge[] {
  const transitions = [...node.transitions.values()].flat() as NonNullable<Transition>[];
  return [...transitions, ...(node.always ?? [])].flatMap((transition, i): ChartEdge[] => {
    const target = (transition.target?.[0] as StateNode | undefined)?.id ?? null;
    // Bookkeeping that leaves the state as it is would only clutter the picture.
    if (target === null) return [];
    const event = transition.eventType;
    const kind = event === '' ? 'always' : event.startsWith('xstate.after.') ? 'after' : 'event';
    return [
      {
        id: `${node.id}|${event}|${i}`,
        source: node.id,
        target,
        kind,
        event: kind === 'after' ? `after ${delayName(event)}` : event,
        guard: transition.guard === undefined ? null : guardName(transition.guard),
        actions: transition.actions.map(nameOf).filter(isNamed),
      },
    ];
  });
}

const firstTarget = (node: StateNode): string =>
  (node.initial.target[0] as StateNode | undefined)?.id ?? '';
const delayName = (event: string): string => event.split('.')[2] ?? '';

function guardName(guard: unknown): string {
  return isNamed(nameOf(guard)) ? nameOf(guard) : 'if';
}

/** Inline functions have no name worth showing. */
function nameOf(action: unknown): string {
  if (typeof action === 'string') return action;
  if (typeof action === 'object' && action !== null && 'type' in action) return String(action.type);
  return '';
}

const isNamed = (name: string): boolean => name !== '' && !name.startsWith('xstate.');

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
