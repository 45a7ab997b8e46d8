/**
 * The way from one state of a chart to another, where it is only known that it was gone.
 * The edges that fit what is known cost least, so the way found is the likely one.
 */
import type { Definition, DefinitionEdge, DefinitionNode, StateValue } from './protocol.ts';

export interface Leaf {
  readonly id: string;
  readonly value: StateValue;
  readonly tags: readonly string[];
}

/** Types of events: those that came, and those that often come. */
export interface Clues {
  readonly sure: readonly string[];
  readonly likely: readonly string[];
}

interface Way {
  readonly at: string;
  readonly cost: number;
  readonly edges: readonly DefinitionEdge[];
}

export class ChartPaths {
  readonly #nodes: ReadonlyMap<string, DefinitionNode>;
  readonly #from = new Map<string, DefinitionEdge[]>();
  readonly #root: string;

  constructor({ nodes, edges, root }: Definition) {
    this.#nodes = new Map(nodes.map((node) => [node.id, node]));
    this.#root = root;
    for (const edge of edges) {
      const some = this.#from.get(edge.source) ?? [];
      this.#from.set(edge.source, some);
      if (edge.target !== null) some.push(edge);
    }
  }

  /** The state that is called so by its path, or the first that carries that tag. */
  leaf(path: string, tag: string): Leaf | null {
    const leaves = [...this.#nodes.values()].filter(({ initial, kind }) => isLeaf(kind, initial));
    const found =
      leaves.find(({ id }) => id === `${this.#root}.${path}` || id.endsWith(`.${path}`)) ??
      leaves.find(({ tags }) => tags.includes(tag)) ??
      leaves.find(({ id }) => this.#tagsOf(id).includes(tag));
    return found === undefined ? null : this.#leafOf(found.id);
  }

  /** Empty where there is no way, or none was gone. */
  between(from: string, to: string, clues: Clues): readonly DefinitionEdge[] {
    const open: Way[] = [{ at: from, cost: 0, edges: [] }];
    const done = new Set<string>();
    while (open.length > 0) {
      const way = open.splice(cheapest(open), 1)[0] as Way;
      if (way.at === to && way.edges.length > 0) return way.edges;
      if (done.has(way.at)) continue;
      if (way.edges.length > 0 || from !== to) done.add(way.at);
      for (const edge of this.#leaving(way.at)) {
        // It was at rest there, so something had to come.
        if (way.edges.length === 0 && edge.kind === 'always') continue;
        const at = this.#enter(edge.target as string);
        if (done.has(at)) continue;
        open.push({ at, cost: way.cost + costOf(edge, clues), edges: [...way.edges, edge] });
      }
    }
    return [];
  }

  /** Those of the state itself and of what is around it. */
  #leaving(id: string): readonly DefinitionEdge[] {
    return this.#around(id).flatMap((node) => this.#from.get(node.id) ?? []);
  }

  #around(id: string): readonly DefinitionNode[] {
    const node = this.#nodes.get(id);
    if (node === undefined) return [];
    return node.parent === null ? [node] : [node, ...this.#around(node.parent)];
  }

  #enter(id: string): string {
    const initial = this.#nodes.get(id)?.initial ?? null;
    return initial === null ? id : this.#enter(initial);
  }

  #leafOf(id: string): Leaf {
    const names = this.#around(id)
      .filter(({ parent }) => parent !== null)
      .map(({ name }) => name);
    const [last = id, ...above] = names;
    const value = above.reduce<StateValue>((inner, name) => ({ [name]: inner }), last);
    return { id, value, tags: this.#tagsOf(id) };
  }

  #tagsOf(id: string): readonly string[] {
    return this.#around(id).flatMap(({ tags }) => tags);
  }
}

function isLeaf(kind: DefinitionNode['kind'], initial: string | null): boolean {
  return initial === null && (kind === 'atomic' || kind === 'final');
}

function costOf({ kind, event }: DefinitionEdge, { sure, likely }: Clues): number {
  if (sure.includes(event)) return 0.1;
  if (kind === 'always') return 0.5;
  if (likely.includes(event)) return 1;
  return kind === 'after' ? 3 : 10;
}

function cheapest(ways: readonly Way[]): number {
  let best = 0;
  for (const [i, { cost }] of ways.entries()) if (cost < (ways[best]?.cost ?? 0)) best = i;
  return best;
}
