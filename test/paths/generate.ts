/**
 * Walks the chart of the service as a graph, and makes of it paths that between them
 * take every edge: the shortest way to where the edge begins, and then the edge.
 */
import { initialTransition } from 'xstate';
import { getAdjacencyMap, getShortestPaths } from 'xstate/graph';
import type { ServiceRecord } from '../../src/machines/protocol.ts';
import { serviceMachine, stateName } from '../../src/machines/service.ts';
import type { ServiceSpec } from '../../src/machines/vocabulary.ts';
import {
  automatic,
  causable,
  keyOf,
  type Past,
  type PathEvent,
  pasts,
  placeholder,
  type ServiceSnapshot,
} from './causable.ts';
import { type ShapeName, shapeNames } from './shapes.ts';

export interface Step {
  readonly event: PathEvent;
  /** The state and all of the context that matters, before it and after it. */
  readonly from: string;
  readonly to: string;
  readonly state: string;
}

/** Whether a key is of that state, or of one within it. */
export const isAt = (state: string, key: string): boolean =>
  (JSON.parse(key) as [string])[0].startsWith(state);

export interface Path {
  readonly shape: string;
  readonly past: Past;
  readonly steps: readonly Step[];
}

export interface Edge {
  readonly from: ServiceSnapshot;
  readonly event: PathEvent;
  readonly to: ServiceSnapshot;
}

export interface Walk {
  readonly edges: readonly Edge[];
  readonly paths: readonly Path[];
  /** Of every state that can be reached: its snapshot, and the shortest way there. */
  readonly states: readonly { readonly snapshot: ServiceSnapshot; readonly way: readonly Step[] }[];
}

export function walk(spec: ServiceSpec, past: Past): Walk {
  const options = {
    fromState: initialTransition(serviceMachine, { spec, record: recordOf(past) })[0],
    events: (snapshot: ServiceSnapshot) => causable(snapshot, past),
    serializeState: (snapshot: ServiceSnapshot) => inside(snapshot),
    limit: 20_000,
  };
  const adjacency = getAdjacencyMap(serviceMachine as never, options as never) as unknown as Record<
    string,
    {
      state: ServiceSnapshot;
      transitions: Record<string, { event: PathEvent; state: ServiceSnapshot }>;
    }
  >;
  const edges = Object.values(adjacency).flatMap(({ state, transitions }) =>
    Object.values(transitions).map(({ event, state: to }) => ({ from: state, event, to })),
  );
  const states = shortest(options);
  const ways = new Map(states.map(({ snapshot, way }) => [inside(snapshot), way]));
  const all = edges.map((edge) => [
    ...(ways.get(inside(edge.from)) ?? []),
    stepOf(edge),
    ...consequences(edge, edges, past),
  ]);
  return {
    edges,
    states,
    paths: withoutPrefixes(all).map((steps) => ({ shape: spec.name, past, steps })),
  };
}

/** What must come by itself: that it does is held of every edge, not only of the shortest way there. */
function consequences({ to }: Edge, edges: readonly Edge[], past: Past): readonly Step[] {
  if (automatic(to, past) === null) return [];
  const next = edges.find(({ from }) => inside(from) === inside(to));
  return next === undefined ? [] : [stepOf(next), ...consequences(next, edges, past)];
}

/** Two states that look alike from outside differ by whose process it is that they follow. */
const inside = (snapshot: ServiceSnapshot): string =>
  `${keyOf(snapshot)} ${typeof snapshot.value === 'string' ? '' : (snapshot.context.process?.pid ?? '')}`;

function shortest(options: object): Walk['states'] {
  const paths = getShortestPaths(serviceMachine as never, options as never);
  // The first of the steps is the beginning; each shows the state that its event led to.
  return paths.map(({ state, steps }) => ({
    snapshot: state as unknown as ServiceSnapshot,
    way: steps.slice(1).map(({ event, state: to }, i) =>
      stepOf({
        from: steps[i]?.state as unknown as ServiceSnapshot,
        event: event as PathEvent,
        to: to as unknown as ServiceSnapshot,
      }),
    ),
  }));
}

const stepOf = ({ from, event, to }: Edge): Step => ({
  event,
  from: keyOf(from),
  to: keyOf(to),
  state: stateName(to.value),
});

function withoutPrefixes(all: readonly (readonly Step[])[]): readonly (readonly Step[])[] {
  const name = (steps: readonly Step[]) =>
    steps.map(({ event, to }) => JSON.stringify([event, to]));
  const begun = new Set<string>();
  for (const steps of all) {
    const names = name(steps);
    for (let n = 1; n < names.length; n += 1) begun.add(names.slice(0, n).join('\n'));
  }
  return all.filter((steps) => !begun.has(name(steps).join('\n')));
}

/** As the machine is told of what was before it. */
export function recordOf(past: Past, process = placeholder(3)): ServiceRecord | null {
  if (past === 'none') return null;
  const rests = past === 'completed' || past === 'failed';
  return {
    process: rests ? null : process,
    ready: past === 'ready',
    startedAt: null,
    logOffset: 0,
    leaving: false,
    rest: rests ? past : null,
    failure: past === 'failed' ? { kind: 'vanished' } : null,
    exit: null,
    hash: null,
  };
}

/** Of every shape and every past that matters to it. */
export function allWalks(specOf: (shape: ShapeName) => ServiceSpec): readonly Walk[] {
  return shapeNames.flatMap((name) => pastsOf(name).map((past) => walk(specOf(name), past)));
}

/** All of their paths, without those that take no edge which an earlier one has not. */
export function pathsOf(walks: readonly Walk[]): readonly Path[] {
  const known = new Set<string>();
  return walks.flatMap(({ paths }) =>
    paths.filter(({ shape, steps }) => {
      const edges = steps.map((step) => `${shape} ${edgeName(step)}`);
      const isNew = edges.some((edge) => !known.has(edge));
      for (const edge of edges) known.add(edge);
      return isNew;
    }),
  );
}

/** Where nothing was left to follow, it does not matter of what. */
const pastsOf = (name: ShapeName): readonly Past[] =>
  name === 'plain' ? pasts : ['none', 'ready', 'young'];

/** The pids are placeholders, and other ones in each past. */
const edgeName = ({ event, from, to }: Step): string =>
  JSON.stringify([event, from, to], (key, value) =>
    key === 'pid' || key === 'startTime' ? 0 : value,
  );
