/** Walks a family to its end: every state of its tree that what is done to it can lead to. */
import { getAdjacencyMap, getShortestPaths } from 'xstate/graph';
import type { Family, Move } from './families.ts';
import type { TreeLab } from './tree-world.ts';

/** A place in the walk: what was done to come here, and how everything then stood. */
export interface Place {
  readonly moves: readonly Move[];
  readonly key: string;
  readonly states: string;
}

export interface Exploration {
  readonly places: readonly { readonly states: string; readonly way: readonly string[] }[];
  readonly edges: number;
}

export function explore(family: Family, lab: TreeLab): Exploration {
  const options = {
    fromState: visit(family, lab, []),
    events: ({ moves }: Place) => (moves.length < family.depth ? family.moves : []),
    serializeState: ({ key }: Place) => key,
    serializeEvent: ({ type }: Move) => type,
    limit: 50_000,
  };
  const known = new Map<string, Place>();
  const logic = {
    transition: ({ key, moves }: Place, move: Move): Place => {
      const name = `${key} ${move.type}`;
      const place = known.get(name) ?? visit(family, lab, [...moves, move]);
      known.set(name, place);
      return place;
    },
  };
  // Of places that are alike, the walk shows any one; the way there is the steps.
  const places = getShortestPaths(logic as never, options as never).map(({ state, steps }) => ({
    states: (state as unknown as Place).states,
    way: steps.slice(1).map(({ event }) => (event as unknown as Move).type),
  }));
  const map = getAdjacencyMap(logic as never, options as never);
  const edges = Object.values(map).flatMap(({ transitions }) => Object.keys(transitions)).length;
  return { places, edges };
}

function visit({ setting }: Family, lab: TreeLab, moves: readonly Move[]): Place {
  const world = lab.boot(setting);
  for (const move of moves) move.apply(world);
  const place = { moves, key: world.key(), states: world.states() };
  const { violations } = world.kernel;
  if (violations.length > 0)
    throw new Error(`a stranger was signalled: ${moves.map(({ type }) => type)}`);
  world.close();
  return place;
}
