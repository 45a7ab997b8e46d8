/**
 * A supervisor, the root or any group. It folds each event into what it knows and
 * says what follows; every decision about order, strategies and restarts is in
 * `supervise.ts`, `reconcile.ts` and `restart.ts`, where no actor is needed to
 * test it. To its parent it is a child like a service: same commands, same view.
 */
import {
  type AnyActorLogic,
  type AnyActorRef,
  type AnyMachineSnapshot,
  and,
  assign as assignOfXState,
  enqueueActions,
  type SnapshotFrom,
  setup,
} from 'xstate';
import { assign } from './assign.ts';

import {
  allIndices,
  condemn,
  createFleet,
  type Fleet,
  isDown,
  isNews,
  isSettled,
  memberOf,
  membersOf,
  type Surroundings,
} from './fleet.ts';
import { type Export, exportsOf } from './plan.ts';
import type { GroupCommand, GroupView, Memory, News, SupervisorCommand, View } from './protocol.ts';
import { groupView, type Order } from './reconcile.ts';
import { type ServiceMachine, serviceMachine, viewOf } from './service.ts';
import {
  amend,
  decideAll,
  departed,
  forget,
  heed,
  informed,
  memoryOf,
  mourn,
  notice,
  obey,
  recordOf,
  type Step,
  see,
} from './supervise.ts';
import type { GroupSpec, Name, Status } from './vocabulary.ts';

export interface SupervisorInput {
  readonly spec: GroupSpec;
  readonly memory: Memory;
  readonly exports: readonly Export[];
  readonly outside: Surroundings;
  /** The root needs no leave from anybody. */
  readonly permitted: boolean;
  /** How long a stop of everything may take; then what is left is killed. */
  readonly deadlineMs: number;
}

export interface SupervisorContext {
  readonly fleet: Fleet;
  readonly memory: Memory;
  readonly deadlineMs: number;
  readonly backoffMs: number;
  /** Of the step last taken, and sent and told in it. */
  readonly orders: readonly Order[];
  readonly news: readonly News[];
}

type ChildSnapshot = SnapshotFrom<ServiceMachine> | SupervisorSnapshot;
export type SupervisorSnapshot = AnyMachineSnapshot & {
  readonly context: SupervisorContext;
  readonly value: string;
};

/** XState sends the last two; we only give them their types. */
type SupervisorEvent =
  | GroupCommand
  | SupervisorCommand
  | { readonly type: `xstate.snapshot.${string}`; readonly snapshot: ChildSnapshot }
  | {
      readonly type: `xstate.error.actor.${string}`;
      readonly actorId: string;
      readonly error: unknown;
    };

const taken = (step: Step) => ({ fleet: step.fleet, orders: step.orders, news: step.news });

export const supervisorMachine = setup({
  types: {
    context: {} as SupervisorContext,
    input: {} as SupervisorInput,
    events: {} as SupervisorEvent,
    tags: {} as Status,
  },
  // A group is this very machine; whoever runs the tree provides it to itself.
  actors: { service: serviceMachine, group: {} as AnyActorLogic },
  delays: {
    deadline: ({ context }) => context.deadlineMs,
    backoff: ({ context }) => context.backoffMs,
  },
  guards: {
    isNews: ({ context, event }) =>
      'snapshot' in event &&
      event.snapshot.status === 'active' &&
      isNews(context.fleet, childView(event.snapshot)),
    // Whoever was found running, or is to come back, was let run by somebody.
    isToRun: ({ context: { fleet } }) =>
      fleet.permitted ||
      fleet.tally.recovering > 0 ||
      [...membersOf(fleet)].some((member) => !isDown(member)),
    isLookedOver: ({ context }) => context.fleet.tally.adopting === 0,
    isAllDown: ({ context }) => isAllDown(context.fleet),
    hasGivenUp: ({ context }) => context.fleet.failure !== null,
    isImmediate: ({ event }) => 'delayMs' in event && event.delayMs <= 0,
    hasDeparted: ({ context }) => context.fleet.tally.departed > 0,
  },
  actions: {
    /** Tells the news of the step. Provided by whoever runs the tree. */
    report: () => {},

    // A child never reports: `syncSnapshot` lets us watch it, and watching
    // cannot be forgotten in one state out of twenty.
    spawnChildren: assignOfXState(({ context, spawn }) => {
      for (const name of context.fleet.plan.index.keys()) spawnChild(context, name, spawn as Spawn);
      return {};
    }),
    heed: assign(({ context, event }) => taken(heed(context.fleet, event as SupervisorCommand))),
    obey: assign(({ context, event }) => taken(obey(context.fleet, event as GroupCommand))),
    mourn: assign(({ context, event }) => {
      if (!('actorId' in event)) return {};
      return taken(mourn(context.fleet, event.actorId, event.error));
    }),
    forgive: assign({ fleet: ({ context }) => ({ ...context.fleet, failure: null }) }),
    respawn: enqueueActions(({ event, enqueue, self }) => {
      if (!('actorId' in event)) return;
      const { actorId: name } = event;
      const broken = self.getSnapshot().children[name]?.getSnapshot() as ChildSnapshot | undefined;
      enqueue.stopChild(name);
      enqueue.assign(({ context, spawn }) => {
        const memory = memoryFor(context, name, broken);
        spawnChild({ ...context, memory }, name, spawn as Spawn);
        return {};
      });
    }),
    follow: enqueueActions(({ context, enqueue }) => {
      for (const { to, command } of context.orders) enqueue.sendTo(to, command);
    }),
  },
}).createMachine({
  id: 'supervisor',
  context: ({ input }) => ({
    fleet: informed({
      ...createFleet(input.spec, input.exports, input.memory, input.outside),
      permitted: input.permitted,
    }),
    memory: input.memory,
    deadlineMs: input.deadlineMs,
    backoffMs: 0,
    orders: [],
    news: [],
  }),
  entry: 'spawnChildren',
  initial: 'adopting',
  on: {
    'xstate.snapshot.*': {
      guard: 'isNews',
      actions: [
        assign(({ context, event }) => taken(see(context.fleet, childView(event.snapshot)))),
        'report',
        'follow',
      ],
    },
    // Without this one defect in one machine would end the whole tree.
    'xstate.error.actor.*': [
      {
        guard: ({ context, event }) => mourn(context.fleet, event.actorId, event.error).respawn,
        actions: ['mourn', 'respawn', 'report', 'follow'],
      },
      { actions: ['mourn', 'report', 'follow'] },
    ],
    want: { actions: ['heed', 'report', 'follow'] },
    unwant: { actions: ['heed', 'report', 'follow'] },
    recycle: { actions: ['heed', 'report', 'follow'] },
    destroy: { actions: ['heed', 'report', 'follow'] },
    reload: { actions: ['heed', 'report', 'follow'] },
    signal: { actions: ['heed', 'report', 'follow'] },
    pin: { actions: ['heed', 'report', 'follow'] },
    surrounded: { actions: ['obey', 'report', 'follow'] },
    amend: {
      actions: [
        assignOfXState(({ context, event, spawn }) => {
          const step = amend(context.fleet, event.spec, event.exports);
          const after = { ...context, fleet: step.fleet, memory: noMemory };
          for (const name of step.fleet.plan.index.keys()) {
            if (!context.fleet.plan.index.has(name)) spawnChild(after, name, spawn as Spawn);
          }
          return taken(step);
        }),
        'report',
        'follow',
      ],
    },
  },
  always: {
    guard: 'hasDeparted',
    actions: [
      enqueueActions(({ context, enqueue }) => {
        for (const name of departed(context.fleet)) enqueue.stopChild(name);
      }),
      assign(({ context }) => taken(forget(context.fleet, departed(context.fleet)))),
      'report',
      'follow',
    ],
  },
  states: {
    // What an earlier manager left is looked for first. To decide on half of it
    // would be to stop what stands on something not found yet.
    adopting: {
      tags: 'adopting',
      always: [
        // What it found was one crash too many; its parent is to judge that.
        { guard: and(['isLookedOver', 'hasGivenUp']), target: 'draining' },
        { guard: and(['isLookedOver', 'isToRun']), target: 'supervising' },
        { guard: 'isLookedOver', target: 'held' },
      ],
      on: {
        'xstate.snapshot.*': {
          guard: 'isNews',
          actions: [
            assign(({ context, event }) => taken(notice(context.fleet, childView(event.snapshot)))),
            'report',
            'follow',
          ],
        },
        stop: 'draining',
        kill: { target: 'draining', actions: ['obey', 'report', 'follow'] },
      },
    },

    // Nothing of it runs, and nothing may, until its parent says so.
    held: {
      tags: 'stopped',
      on: { start: 'supervising', kill: {}, stop: {} },
    },

    supervising: {
      tags: 'running',
      entry: [
        assign(({ context }) => taken(obey(context.fleet, { type: 'start' }))),
        'report',
        'follow',
      ],
      always: { guard: 'hasGivenUp', target: 'draining' },
      on: {
        stop: 'draining',
        kill: {
          target: 'draining',
          actions: ['obey', 'report', 'follow'],
        },
      },
    },

    // Last up, first down. What is still there at the deadline is killed.
    draining: {
      tags: 'stopping',
      entry: [
        assign(({ context }) => taken(obey(context.fleet, { type: 'stop' }))),
        'report',
        'follow',
      ],
      always: [
        {
          guard: ({ context }) => isAllDown(context.fleet) && context.fleet.failure !== null,
          target: 'crashed',
        },
        { guard: 'isAllDown', target: 'held' },
      ],
      on: {
        start: { guard: ({ context }) => context.fleet.failure === null, target: 'supervising' },
        stop: { actions: 'forgive' },
        kill: {
          actions: ['obey', 'report', 'follow'],
        },
      },
      after: {
        deadline: {
          actions: [
            assign(({ context }) =>
              taken(decideAll(condemn(context.fleet, allIndices(context.fleet), false))),
            ),
            'report',
            'follow',
          ],
        },
      },
    },

    crashed: {
      tags: 'crashed',
      on: {
        restart: [
          { guard: 'isImmediate', target: 'held' },
          { target: 'backoff', actions: assign({ backoffMs: ({ event }) => event.delayMs }) },
        ],
        rest: { target: 'held', actions: 'forgive' },
        giveUp: 'failed',
        stop: { target: 'held', actions: 'forgive' },
        kill: { target: 'held', actions: 'forgive' },
      },
    },

    backoff: {
      tags: 'backoff',
      on: { start: 'supervising', stop: 'held', kill: 'held' },
      after: { backoff: 'held' },
    },

    failed: {
      tags: 'failed',
      on: { start: 'supervising', stop: 'held', kill: 'held' },
    },
  },
});

export type SupervisorMachine = typeof supervisorMachine;

type Spawn = (
  src: 'service' | 'group',
  options: { readonly id: Name; readonly syncSnapshot: true; readonly input: unknown },
) => unknown;

function spawnChild(
  { fleet, memory, deadlineMs }: SupervisorContext,
  name: Name,
  spawn: Spawn,
): void {
  const { child, told } = memberOf(fleet, name);
  const { spec } = child;
  if (spec.kind === 'service') {
    const record = memory.records[name] ?? null;
    spawn('service', { id: name, syncSnapshot: true, input: { spec, record } });
    return;
  }
  const exports = exportsOf(fleet.plan, name);
  const outside = told;
  const input: SupervisorInput = { spec, memory, exports, deadlineMs, outside, permitted: false };
  spawn('group', { id: name, syncSnapshot: true, input });
}

const noMemory: Memory = { records: {}, wishes: {}, restarts: {} };

/** What the machine that takes the place of a broken one has to know of the time before it. */
function memoryFor(
  { fleet }: SupervisorContext,
  name: Name,
  broken: ChildSnapshot | undefined,
): Memory {
  const record = recordOf(fleet, name);
  if (record !== null) return { ...noMemory, records: { [name]: record } };
  return broken !== undefined && isSupervisor(broken) ? memoryBelow(broken) : noMemory;
}

/** Stopped machines still show what they knew. */
function memoryBelow({ context, children }: SupervisorSnapshot): Memory {
  const below = (Object.values(children) as AnyActorRef[])
    .map((child) => child.getSnapshot() as ChildSnapshot)
    .filter((snapshot) => isSupervisor(snapshot))
    .map(memoryBelow);
  const all = [memoryOf(context.fleet), ...below];
  return {
    records: Object.assign({}, ...all.map(({ records }) => records)),
    wishes: Object.assign({}, ...all.map(({ wishes }) => wishes)),
    restarts: Object.assign({}, ...all.map(({ restarts }) => restarts)),
  };
}

/** A stuck process is at rest, but it is not down. */
const isAllDown = (fleet: Fleet): boolean => isSettled(fleet) && fleet.tally.stuck === 0;

/** The view of any child, by what its machine shows. */
export function childView(snapshot: ChildSnapshot): View {
  return isSupervisor(snapshot) ? viewOfGroup(snapshot) : viewOf(snapshot);
}

export function viewOfGroup(snapshot: SupervisorSnapshot): GroupView {
  return groupView(snapshot.context.fleet, snapshot.value);
}

export function isSupervisor(snapshot: ChildSnapshot): snapshot is SupervisorSnapshot {
  return 'fleet' in snapshot.context;
}
