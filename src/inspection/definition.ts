/**
 * Machines as the inspector draws them. A definition is made once of each machine,
 * however many actors run it; the ids of its edges are those that steps are told by.
 */
import type { AnyStateMachine } from 'xstate';
import { type Graph, graphOf, type Transition } from '../runtime/graph.ts';
import type { Definition } from './protocol.ts';

/** The graph of a machine under a number; whoever lays it out fills in the layout. */
export function definitionOf(machine: AnyStateMachine, definition = 0): Definition {
  const { id, root, nodes, edges } = graphOf(machine);
  return { definition, id, root, nodes, edges, layout: null };
}

/** The definitions of one recorder: numbered as they turn up. */
export class Definitions {
  readonly #byConfig = new Map<unknown, Definition>();
  readonly #graphs = new WeakMap<AnyStateMachine, Graph>();

  /** What `provide` makes of a machine is a machine of its own with the same chart. */
  of(machine: AnyStateMachine): Definition {
    const known = this.#byConfig.get(machine.config);
    if (known !== undefined) return known;
    const made = definitionOf(machine, this.#byConfig.size);
    this.#byConfig.set(machine.config, made);
    return made;
  }

  /** The ids of the edges of transitions that were taken. */
  edges(machine: AnyStateMachine, transitions: readonly Transition[]): readonly string[] {
    const { edgesOf } = this.#graph(machine);
    return transitions.flatMap((transition) => edgesOf.get(transition) ?? []);
  }

  /** Those that wait for an event, as those of a delay do. */
  edgesFor(machine: AnyStateMachine, event: string): readonly string[] {
    return this.#graph(machine).edges.flatMap((edge) => (edge.event === event ? [edge.id] : []));
  }

  all(): readonly Definition[] {
    return [...this.#byConfig.values()];
  }

  get(definition: number): Definition | null {
    return this.all()[definition] ?? null;
  }

  #graph(machine: AnyStateMachine): Graph {
    const known = this.#graphs.get(machine);
    if (known !== undefined) return known;
    const made = graphOf(machine);
    this.#graphs.set(machine, made);
    return made;
  }
}
