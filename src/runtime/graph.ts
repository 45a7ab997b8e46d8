/**
 * A machine as nodes and edges, read off the machine itself. The charts of the README
 * and the definitions of the inspector are both made from it, so that an edge has the
 * same name wherever it is spoken of.
 */
import type { AnyStateMachine } from 'xstate';

export type GraphNodeKind = 'atomic' | 'compound' | 'parallel' | 'final' | 'history';
export type GraphEdgeKind = 'event' | 'after' | 'always' | 'done' | 'error';

export interface GraphNode {
  readonly id: string;
  readonly name: string;
  /** Null of the root. */
  readonly parent: string | null;
  readonly kind: GraphNodeKind;
  readonly initial: string | null;
  readonly description: string | null;
  readonly tags: readonly string[];
  readonly entry: readonly string[];
  readonly exit: readonly string[];
  readonly invokes: readonly string[];
}

export interface GraphEdge {
  readonly id: string;
  readonly source: string;
  /** Null: it stays where it is. */
  readonly target: string | null;
  readonly kind: GraphEdgeKind;
  readonly event: string;
  readonly label: string;
  readonly guard: string | null;
  readonly actions: readonly string[];
}

export type StateNode = AnyStateMachine['root'];
export type Transition = NonNullable<
  StateNode['always'] extends (infer T)[] | undefined ? T : never
>;

export interface Graph {
  readonly id: string;
  readonly root: string;
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  /** Those of one transition: several where it has several targets. */
  readonly edgesOf: ReadonlyMap<Transition, readonly string[]>;
}

export function graphOf(machine: AnyStateMachine): Graph {
  const nodes: GraphNode[] = [];
  const edges: GraphEdge[] = [];
  const edgesOf = new Map<Transition, readonly string[]>();
  const walk = (node: StateNode): void => {
    nodes.push(nodeOf(node));
    for (const [i, transition] of transitionsOf(node).entries()) {
      const some = edgesOfTransition(node, transition, i);
      edges.push(...some);
      edgesOf.set(
        transition,
        some.map(({ id }) => id),
      );
    }
    for (const child of Object.values(node.states) as StateNode[]) walk(child);
  };
  walk(machine.root);
  return { id: machine.id, root: machine.root.id, nodes, edges, edgesOf };
}

function transitionsOf(node: StateNode): readonly Transition[] {
  return [...([...node.transitions.values()].flat() as Transition[]), ...(node.always ?? [])];
}

function nodeOf(node: StateNode): GraphNode {
  return {
    id: node.id,
    name: node.key,
    parent: node.parent?.id ?? null,
    kind: node.type,
    initial: node.type === 'compound' ? firstTarget(node) : null,
    description: node.description ?? null,
    tags: [...node.tags],
    entry: node.entry.map(nameOf).filter(isNamed),
    exit: node.exit.map(nameOf).filter(isNamed),
    invokes: node.invoke.map(invokeName),
  };
}

function edgesOfTransition(
  node: StateNode,
  transition: Transition,
  index: number,
): readonly GraphEdge[] {
  const event = transition.eventType;
  const kind = kindOf(event);
  const base = {
    source: node.id,
    kind,
    event,
    label: labelOf(kind, event),
    guard: transition.guard === undefined ? null : guardName(transition.guard),
    actions: transition.actions.map(nameOf).filter(isNamed),
  };
  const id = `${node.id}|${event}|${index}`;
  const targets = (transition.target ?? []) as StateNode[];
  if (targets.length === 0) return [{ id, target: null, ...base }];
  return targets.map((target, i) => ({
    id: i === 0 ? id : `${id}|${i}`,
    target: target.id,
    ...base,
  }));
}

function kindOf(event: string): GraphEdgeKind {
  if (event === '') return 'always';
  if (event.startsWith('xstate.after.')) return 'after';
  if (event.startsWith('xstate.done.')) return 'done';
  return event.startsWith('xstate.error.') ? 'error' : 'event';
}

function labelOf(kind: GraphEdgeKind, event: string): string {
  if (kind === 'always') return 'always';
  if (kind === 'after') return `after ${event.split('.')[2] ?? ''}`;
  return event.replace(/^xstate\.(done|error)\.(?:actor|state)\./, '$1 ');
}

const firstTarget = (node: StateNode): string =>
  (node.initial.target[0] as StateNode | undefined)?.id ?? '';

/** One without an id has a generated one, which says less than what is invoked. */
function invokeName({ id, src }: { readonly id: string; readonly src: unknown }): string {
  return /^\d+\./.test(id) && typeof src === 'string' && !src.startsWith('xstate.') ? src : id;
}

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
