/** What a machine knew of in a state of the past, as far as its definition alone can tell. */
import type { Definition, NextEvent, StateValue } from '../../src/inspection/protocol.ts';
import { pathsOf } from '../why/words.ts';

export function knownIn(definition: Definition, value: StateValue | null): readonly NextEvent[] {
  const active = new Set(['', ...pathsOf(value)]);
  const sources = new Set(
    definition.nodes.filter(({ id }) => active.has(pathOf(definition, id))).map(({ id }) => id),
  );
  return definition.edges
    .filter(({ source, event }) => sources.has(source) && event !== '')
    .map(({ id, event, kind, guard, target }) => ({
      event,
      edge: id,
      kind,
      guard,
      // Whether a guard would have let it pass depends on the context of then.
      possible: guard === null ? true : null,
      target,
    }));
}

/** The names on the way to it, without that of the machine: a node may have an id of its own. */
export function pathOf({ nodes, root }: Definition, id: string): string {
  const names: string[] = [];
  for (let at: string | null = id; at !== null && at !== root; ) {
    const node = nodes.find((one) => one.id === at);
    if (node === undefined) break;
    names.unshift(node.name);
    at = node.parent;
  }
  return names.join('.');
}
