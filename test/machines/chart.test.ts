/** The chart of one service, walked as a graph: no world, only the machine's own transitions. */
import { describe, expect, it, vi } from 'vitest';
import {
  type AnyMachineSnapshot,
  type AnyTransitionDefinition,
  createActor,
  fromCallback,
  getNextTransitions,
  type StateNode,
} from 'xstate';
import { getAdjacencyMap } from 'xstate/graph';
import type { ServiceEvent } from '../../src/machines/protocol.ts';
import { serviceMachine, stateName } from '../../src/machines/service.ts';
import type { ServiceSpec } from '../../src/machines/vocabulary.ts';
import { command, service } from '../support/specs.ts';

const identity = (pid: number) => ({ bootId: 'b', pidNamespace: 'n', pid, startTime: pid });
const moment = { at: 1, chance: 0.5 };
const exit = (code: number) => ({ code, signal: null });

const alphabet: readonly ServiceEvent[] = [
  { type: 'start' },
  { type: 'stop' },
  { type: 'kill' },
  { type: 'restart', delayMs: 0 },
  { type: 'restart', delayMs: 10 },
  { type: 'rest' },
  { type: 'giveUp' },
  { type: 'reload' },
  { type: 'signal', signal: 'SIGHUP' },
  { type: 'adoption.found', identity: identity(1), at: 1, ready: true },
  { type: 'adoption.found', identity: identity(1), at: 1, ready: false },
  { type: 'adoption.leftovers', at: 1 },
  { type: 'adoption.none', vanished: true, ...moment },
  { type: 'adoption.none', vanished: false, ...moment },
  { type: 'prepare.began', step: 'init' },
  { type: 'prepare.done' },
  { type: 'prepare.failed', step: 'init', reason: 'no', ...moment },
  { type: 'process.spawned', identity: identity(1), at: 1, logOffset: 0 },
  { type: 'process.notSpawned', problem: 'missing-binary', reason: 'no', ...moment },
  { type: 'process.notSpawned', problem: 'out-of-resources', reason: 'no', ...moment },
  ...[0, 1].flatMap((code) =>
    [true, false].map(
      (survivors) => ({ type: 'process.exited', exit: exit(code), survivors, ...moment }) as const,
    ),
  ),
  { type: 'tree.ended', ...moment },
  { type: 'process.signalled', by: 'SIGTERM', at: 1 },
  { type: 'process.signalRefused', signal: 'SIGTERM', reason: 'no' },
  { type: 'process.notified', ready: true, at: 1 },
  { type: 'pidFile.found', identity: identity(2), at: 1 },
  { type: 'pidFile.rejected', reason: 'no' },
  { type: 'probe.passed', at: 1 },
  { type: 'probe.failed', reason: 'no' },
  { type: 'reload.done', at: 1 },
  { type: 'reload.failed', reason: 'no' },
];

const tcp = { kind: 'tcp', host: 'h', port: 1 } as const;
const ready = { check: tcp, ownsListener: false, everyMs: 1, tryMs: 1, timeoutMs: 1 };
const { stop } = service('a');
const patient = { ...stop, waitReadyMs: 1, steps: [...stop.steps, ...stop.steps] };
const health = { check: tcp, everyMs: 1, tryMs: 1, retries: 1, startPeriodMs: 0 };
const pidFile = { path: '/a.pid', waitMs: 1 };
const reload = { test: command('t'), by: { signal: 'SIGHUP' } } as const;

const init = {
  ...{ name: 'init', unlessExists: null, directories: [], files: [], command: command('i') },
  ...{ staging: null, removeStale: [], owner: null, timeoutMs: 1 },
};

/** Between them these take every branch that a definition decides. */
const specs: Readonly<Record<string, ServiceSpec>> = {
  plain: service('a', { reload }),
  ready: service('a', { ready, stop: patient, health: { ...health, onFailure: 'restart' } }),
  forking: service('a', { type: 'forking', pidFile, reload }),
  writing: service('a', {
    pidFile,
    settleMs: 0,
    health: { ...health, onFailure: 'none' },
    reload,
  }),
  asked: service('a', { pidFile, ready }),
  oneshot: service('a', {
    type: 'oneshot',
    prepare: [init],
  }),
};

interface Node {
  readonly snapshot: AnyMachineSnapshot;
  readonly edges: readonly { readonly event: { type: string }; readonly to: AnyMachineSnapshot }[];
}

function explore(spec: ServiceSpec, rest: 'completed' | 'failed' | null = null): readonly Node[] {
  const record = {
    process: null,
    ready: false,
    startedAt: null,
    logOffset: 0,
    leaving: false,
    rest,
  };
  const start = createActor(serviceMachine, {
    input: { spec, record: { ...record, failure: null, exit: null, hash: null } },
  }).getSnapshot();
  const timers = (snapshot: AnyMachineSnapshot) =>
    getNextTransitions(snapshot)
      .map(({ eventType }) => eventType)
      .filter((type) => type.startsWith('xstate.after.'))
      .map((type) => ({ type }));
  const map = getAdjacencyMap(
    serviceMachine as never,
    {
      fromState: start,
      events: (snapshot: AnyMachineSnapshot) => [...alphabet, ...timers(snapshot)],
      filterEvents: (snapshot: AnyMachineSnapshot, event: never) => snapshot.can(event),
      serializeState: (snapshot: AnyMachineSnapshot) => key(snapshot),
      limit: 50_000,
    } as never,
  ) as unknown as Record<
    string,
    {
      state: AnyMachineSnapshot;
      transitions: Record<string, { event: { type: string }; state: AnyMachineSnapshot }>;
    }
  >;
  return Object.values(map).map(({ state, transitions }) => ({
    snapshot: state,
    edges: Object.values(transitions).map(({ event, state: to }) => ({ event, to })),
  }));
}

/** What a later step may depend on, and nothing that only people read. */
function key({ value, context }: AnyMachineSnapshot): string {
  const { process, failure, asked, stopStep, completed, survivors, misses, backoffMs } = context;
  const flags = [
    process !== null,
    failure !== null,
    completed,
    survivors,
    context.exit?.code === 0,
  ];
  return JSON.stringify([value, asked, stopStep, Math.min(misses, 1), backoffMs > 0, flags]);
}

const plain = specs['plain'] as ServiceSpec;
const amendment = { type: 'amend', spec: plain };
const graphs = Object.entries(specs).map(([name, spec]) => [name, explore(spec)] as const);

describe.each(graphs)('every state that the service "%s" can reach', (_, nodes) => {
  it('has exactly one tag', () => {
    for (const { snapshot } of nodes) expect([...snapshot.tags]).toHaveLength(1);
  });

  it('has a process actor if a process of ours may exist, and else none', () => {
    for (const { snapshot } of nodes) {
      const isAlive = typeof snapshot.value === 'object' && 'alive' in snapshot.value;
      expect('process' in snapshot.children, JSON.stringify(snapshot.value)).toBe(isAlive);
    }
  });

  it('comes to rest when it is stopped and its processes end', () => {
    const byKey = new Map(nodes.map((node) => [key(node.snapshot), node]));
    for (const { snapshot } of nodes) {
      expect(rest(snapshot, byKey), JSON.stringify(snapshot.value)).toMatch(/^(stopped|adopting)$/);
    }
  });
});

/** Stopped, its launcher's file found or its timers run off, its tree ended. */
function rest(from: AnyMachineSnapshot, byKey: ReadonlyMap<string, Node>): string {
  let at = key(from);
  for (const wanted of [
    /^stop$/,
    /^process.notSpawned$/,
    /^xstate.after.pidFileWait/,
    /^stop$/,
    /^tree.ended$/,
  ]) {
    const edge = byKey.get(at)?.edges.find(({ event }) => wanted.test(event.type));
    if (edge !== undefined) at = key(edge.to);
  }
  return stateName(byKey.get(at)?.snapshot.value);
}

describe('the chart', () => {
  it.each(['stop', 'kill'] as const)(
    'asks nobody whether it is ready when a %s came before it had a process',
    (type) => {
      const silent = fromCallback(() => {});
      const probe = vi.fn();
      const machine = serviceMachine.provide({
        actors: { adoption: silent, process: silent, probe: fromCallback(probe) } as never,
      });
      const spec = specs['ready'] as ServiceSpec;
      const actor = createActor(machine, { input: { spec, record: null } }).start();
      actor.send({ type: 'adoption.none', vanished: false, ...moment });
      actor.send({ type: 'start' });
      actor.send({ type });
      actor.send({ type: 'process.spawned', identity: identity(1), at: 1, logOffset: 0 });
      const { value, context } = actor.getSnapshot();
      expect(stateName(value)).toBe(type === 'stop' ? 'stopping.asking' : 'killing');
      expect(context.process).toEqual(identity(1));
      expect(probe).not.toHaveBeenCalled();
    },
  );

  it('reaches these states and no others', () => {
    const reached = new Set(
      graphs.flatMap(([, nodes]) => nodes.map(({ snapshot }) => stateName(snapshot.value))),
    );
    expect([...reached].sort()).toMatchInlineSnapshot(`
      [
        "adopting",
        "backoff",
        "completed",
        "crashed",
        "failed",
        "holdingStop",
        "killing",
        "running.healthy",
        "running.reloading",
        "running.relocating",
        "running.unhealthy",
        "starting.awaitingPid.abandoned",
        "starting.awaitingPid.hurrying",
        "starting.awaitingPid.waiting",
        "starting.awaitingReady.probing",
        "starting.awaitingReady.settling",
        "starting.launching",
        "starting.outOfResources",
        "starting.preparing",
        "stopped",
        "stopping.asking",
        "stuck",
        "sweeping",
      ]
    `);
    expect([...reached].sort()).toEqual(leavesOf(serviceMachine.root as never).sort());
  });

  it('takes every transition of its definition on some way', { timeout: 60_000 }, () => {
    const missing = new Set(definitionsOf(serviceMachine.root as never));
    const couldTake = (type: string): boolean =>
      [...missing].some(({ eventType }) => eventType === type || eventType === '');
    const rested = (['completed', 'failed'] as const).map((rest) => explore(plain, rest));
    const [first] = rested.flat();
    if (first !== undefined) take(first.snapshot, amendment);
    for (const { snapshot, edges } of [...rested, ...graphs.map(([, nodes]) => nodes)].flat()) {
      for (const { event } of edges) if (couldTake(event.type)) take(snapshot, event);
    }
    function take(snapshot: AnyMachineSnapshot, event: { type: string }): void {
      for (const one of transitionsOn(snapshot, event)) missing.delete(one);
    }
    expect([...missing].map(nameOf)).toEqual([]);
  });
});

function leavesOf(node: StateNode): string[] {
  const inner = Object.values(node.states);
  // These are left in the very step that enters them.
  const passed = ['ended', 'leaving'];
  if (inner.length > 0) return inner.flatMap(leavesOf);
  return passed.includes(node.key) ? [] : [node.path.filter((key) => key !== 'alive').join('.')];
}

function definitionsOf(node: StateNode): AnyTransitionDefinition[] {
  const own = [...node.transitions.values()].flat() as AnyTransitionDefinition[];
  return [
    ...own,
    ...((node.always ?? []) as AnyTransitionDefinition[]),
    ...Object.values(node.states).flatMap(definitionsOf),
  ];
}

const nameOf = ({ source, eventType, target, guard }: AnyTransitionDefinition): string =>
  `${source.id} on ${eventType || 'always'} if ${typeof guard === 'string' ? guard : ((guard as { type?: string } | undefined)?.type ?? (guard ? 'inline' : 'true'))} to ${target?.map(({ id }) => id) ?? 'itself'}`;

/** What one event takes, with all that follows in the same step. */
function transitionsOn(snapshot: AnyMachineSnapshot, event: { type: string }) {
  const taken: AnyTransitionDefinition[] = [];
  const actor = createActor(serviceMachine, {
    snapshot: snapshot as never,
    input: undefined as never,
    inspect: (one) => {
      if (one.type === '@xstate.microstep') taken.push(...(one._transitions as never[]));
    },
  });
  serviceMachine.transition(
    snapshot as never,
    event as never,
    {
      ...(actor as unknown as { _actorScope: object })._actorScope,
    } as never,
  );
  return taken;
}
