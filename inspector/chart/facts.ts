/** What the chart shows of an actor, worked out from its records. Draws nothing. */
import type {
  Definition,
  DefinitionEdge,
  DefinitionNode,
  InspectionRecord,
  StateRecord,
  StateValue,
} from '../../src/inspection/protocol.ts';
import { type Family, familyOf } from '../model/words.ts';

/** The states that it is in: the innermost ones and all around them. */
export function activeNodes(definition: Definition, state: StateRecord | null): Set<string> {
  const active = new Set<string>();
  if (state === null || state.value === null) return active;
  const children = new Map(
    definition.nodes.map((node) => [`${node.parent ?? ''}\n${node.name}`, node.id]),
  );
  const enter = (id: string, value: StateValue | undefined): void => {
    active.add(id);
    const inner = typeof value === 'string' ? { [value]: '' } : (value ?? {});
    for (const [name, rest] of Object.entries(inner)) {
      const child = name === '' ? undefined : children.get(`${id}\n${name}`);
      if (child !== undefined) enter(child, rest);
    }
  };
  enter(definition.root, state.value);
  return active;
}

/** The innermost of them. */
export function activeLeaves({ nodes }: Definition, active: ReadonlySet<string>): string[] {
  const around = new Set(nodes.filter(({ id }) => active.has(id)).map(({ parent }) => parent));
  return [...active].filter((id) => !around.has(id));
}

/** A state is lit in the colour of the innermost that is active in it, so a path has one colour. */
export function litFamilies(
  definition: Definition,
  active: ReadonlySet<string>,
): ReadonlyMap<string, Family> {
  const own = familiesOf(definition);
  const parents = new Map(definition.nodes.map(({ id, parent }) => [id, parent]));
  const lit = new Map<string, Family>();
  for (const leaf of activeLeaves(definition, active)) {
    const family = own.get(leaf) ?? 'plain';
    for (let at: string | null = leaf; at !== null; at = parents.get(at) ?? null) {
      if (!lit.has(at)) lit.set(at, family);
    }
  }
  return lit;
}

/** The edges that were taken in the step that led to a state. */
export function firedBefore(
  records: readonly InspectionRecord[],
  state: StateRecord | null,
): readonly string[] {
  if (state === null) return [];
  const fired: string[] = [];
  for (let i = records.length - 1; i >= 0; i -= 1) {
    const record = records[i];
    if (record === undefined || record.seq > state.seq) continue;
    if (record.kind === 'state' && record.seq < state.seq) break;
    if (record.kind === 'step') fired.unshift(...record.edges);
  }
  return fired;
}

/** What waits for an event in the states that it is in, whatever the guards say. */
export function edgesFrom({ edges }: Definition, active: ReadonlySet<string>): readonly string[] {
  return edges.filter(({ source }) => active.has(source)).map(({ id }) => id);
}

/** The colour of each state: that of its tag or name, else that of the state around it. */
export function familiesOf({ nodes }: Definition): ReadonlyMap<string, Family> {
  const families = new Map<string, Family>();
  for (const node of nodes) {
    const own = ownFamily(node);
    families.set(node.id, own === 'plain' ? (families.get(node.parent ?? '') ?? own) : own);
  }
  return families;
}

function ownFamily({ name, tags }: DefinitionNode): Family {
  const known = [name, ...tags].map(familyOf).find((family) => family !== 'plain');
  return known ?? 'plain';
}

export const heatLevels = 5;

/** 0: never; then by the logarithm, so that the rare can be told from the frequent. */
export function heatOf(count: number, most: number): number {
  if (count === 0) return 0;
  if (most <= 1) return 1;
  return 1 + Math.round((Math.log(count) / Math.log(most)) * (heatLevels - 1));
}

export function countText(count: number): string {
  if (count < 1000) return String(count);
  return count < 1e6 ? `${Math.floor(count / 1e3)}k` : `${Math.floor(count / 1e6)}M`;
}

export function remainingText(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)}s`;
  if (seconds < 100) return `${Math.round(seconds)}s`;
  if (seconds < 6000) return `${Math.round(seconds / 60)}m`;
  return `${Math.round(seconds / 3600)}h`;
}

export function edgeTitle(edge: DefinitionEdge, names: ReadonlyMap<string, string>): string {
  const to = edge.target === null ? 'stays' : `to ${names.get(edge.target) ?? edge.target}`;
  const guard = edge.guard === null ? '' : `, if ${edge.guard}`;
  const actions = edge.actions.length === 0 ? '' : `, does ${edge.actions.join(', ')}`;
  return `${edge.label} from ${names.get(edge.source) ?? edge.source} ${to}${guard}${actions}`;
}
