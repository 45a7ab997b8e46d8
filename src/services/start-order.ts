/**
 * Decides in which order the children of each group start, and lifts what a
 * service needs of another to the two ancestors of them that are siblings. Linear
 * in services and dependencies.
 */
import type { Dependency, LiftedDependency, Name } from '../machines/vocabulary.ts';
import { rootName, type Tree, wayTo } from './tree.ts';

export interface Need {
  readonly from: Name;
  readonly to: Dependency;
}

export interface StartOrder {
  /** Of each group: its children, each after those it needs. */
  readonly children: ReadonlyMap<Name, readonly Name[]>;
  /** Of each child: what it needs of its siblings. */
  readonly needs: ReadonlyMap<Name, readonly LiftedDependency[]>;
  readonly problems: readonly OrderProblem[];
}

export interface OrderProblem {
  /** The need that closes the circle. */
  readonly need: Need;
  readonly message: string;
}

interface Lifted {
  readonly need: Need;
  /** The sibling whose need it is. */
  readonly holder: Name;
  readonly dependency: LiftedDependency;
}

/** The needs are of known names only. */
export function startOrder(tree: Tree, needs: readonly Need[]): StartOrder {
  const own = servicesCycle(needs);
  if (own !== null) return { children: tree.children, needs: new Map(), problems: [own] };

  const lifted = needs.map((need) => lift(need, tree));
  const inside = lifted.filter((one) => 'message' in one);
  const held = new Map<Name, Lifted[]>();
  for (const one of lifted) {
    if (!('message' in one)) push(held, one.holder, one);
  }
  const problems: OrderProblem[] = [...inside];
  const children = new Map<Name, readonly Name[]>();
  for (const [group, names] of tree.children) {
    const sorted = sort(names, (name) => held.get(name)?.map(edgeOf) ?? []);
    children.set(group, sorted.kind === 'sorted' ? sorted.names : names);
    if (sorted.kind === 'cycle') problems.push(liftedCycle(group, sorted.edges));
  }
  return {
    children,
    needs: new Map([...held].map(([name, all]) => [name, unique(all)])),
    problems,
  };
}

interface Edge<What> {
  readonly to: Name;
  readonly what: What;
}

const edgeOf = (lifted: Lifted): Edge<Lifted> => ({
  to: lifted.dependency.sibling,
  what: lifted,
});

function servicesCycle(needs: readonly Need[]): OrderProblem | null {
  const edges = new Map<Name, Edge<Need>[]>();
  for (const need of needs) push(edges, need.from, { to: need.to.name, what: need });
  const sorted = sort([...edges.keys()], (name) => edges.get(name) ?? []);
  if (sorted.kind === 'sorted') return null;
  const names = sorted.edges.map(({ what }) => what.from);
  const round = [...names, names[0]].join(' -> ');
  return problemAt(sorted.edges, `closes a circle, so that nothing of it can start: ${round}`);
}

function liftedCycle(group: Name, edges: readonly Edge<Lifted>[]): OrderProblem {
  const round = [...edges.map(({ what }) => what.holder), edges[0]?.what.holder].join(' -> ');
  const why = edges.map(({ what }) => explain(what)).join(', ');
  const where = group === rootName ? '' : ` in group "${group}"`;
  return problemAt(
    edges.map(({ to, what }) => ({ to, what: what.need })),
    `closes a circle${where}: ${round}, because ${why}`,
  );
}

function explain({ need, holder, dependency }: Lifted): string {
  const written = `"${need.from}" needs "${need.to.name}"`;
  const isLifted = need.from !== holder || need.to.name !== dependency.sibling;
  return isLifted ? `${written} (so "${holder}" needs "${dependency.sibling}")` : written;
}

function problemAt(edges: readonly Edge<Need>[], message: string): OrderProblem {
  const last = edges.at(-1);
  if (last === undefined) throw new Error('a cycle has at least one edge');
  return { need: last.what, message };
}

/** To the first place where the ways to the two part. */
function lift(need: Need, tree: Tree): Lifted | OrderProblem {
  const from = wayTo(need.from, tree);
  const to = wayTo(need.to.name, tree);
  const fork = from.findIndex((name, depth) => name !== to[depth]);
  const holder = from[fork];
  const sibling = to[fork];
  if (holder === undefined || sibling === undefined) {
    return { need, message: `needs the group "${need.to.name}" that it is in itself` };
  }
  const { name: target, condition, restart } = need.to;
  return { need, holder, dependency: { sibling, target, condition, restart } };
}

function unique(all: readonly Lifted[]): readonly LiftedDependency[] {
  const found = new Map<string, LiftedDependency>();
  for (const { dependency } of all) {
    const id = `${dependency.target} ${dependency.condition}`;
    const before = found.get(id);
    found.set(id, { ...dependency, restart: dependency.restart || before?.restart === true });
  }
  return [...found.values()];
}

type Sorted<What> =
  | { readonly kind: 'sorted'; readonly names: readonly Name[] }
  | { readonly kind: 'cycle'; readonly edges: readonly Edge<What>[] };

interface Visit<What> {
  readonly name: Name;
  /** How one came here; null for where one began. */
  readonly by: Edge<What> | null;
  readonly edges: readonly Edge<What>[];
  next: number;
}

/**
 * Depth first, in the order of declaration, so that whatever needs nothing stays
 * where it was written. With a stack of its own: a chain may be 10,000 long.
 */
function sort<What>(
  names: readonly Name[],
  edgesOf: (name: Name) => readonly Edge<What>[],
): Sorted<What> {
  const sorted: Name[] = [];
  const seen = new Map<Name, 'open' | 'done'>();
  const stack: Visit<What>[] = [];
  const enter = (name: Name, by: Edge<What> | null): void => {
    seen.set(name, 'open');
    stack.push({ name, by, edges: edgesOf(name), next: 0 });
  };
  for (const first of names) {
    if (seen.has(first)) continue;
    enter(first, null);
    for (let visit = stack.at(-1); visit !== undefined; visit = stack.at(-1)) {
      const edge = visit.edges[visit.next++];
      if (edge === undefined) {
        seen.set(visit.name, 'done');
        sorted.push(visit.name);
        stack.pop();
      } else if (seen.get(edge.to) === 'open') {
        return { kind: 'cycle', edges: roundTo(edge, stack) };
      } else if (!seen.has(edge.to)) {
        enter(edge.to, edge);
      }
    }
  }
  return { kind: 'sorted', names: sorted };
}

function roundTo<What>(closing: Edge<What>, stack: readonly Visit<What>[]): readonly Edge<What>[] {
  const start = stack.findIndex(({ name }) => name === closing.to);
  const way = stack.slice(start + 1).flatMap(({ by }) => (by === null ? [] : [by]));
  return [...way, closing];
}

function push<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
