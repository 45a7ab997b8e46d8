/**
 * A tree of supervisors on the simulated kernel, to which things are done from outside:
 * commands of people, ends of processes, time that passes, defects of its machines.
 */
import {
  type Actor,
  type AnyActorLogic,
  type AnyActorRef,
  createActor,
  fromCallback,
} from 'xstate';
import { createActors } from '../../src/actors/index.ts';
import type { Kernel } from '../../src/kernel/port.ts';
import { SimulatedKernel } from '../../src/kernel/simulated/index.ts';
import type { Program } from '../../src/kernel/simulated/program.ts';
import { membersOf } from '../../src/machines/fleet.ts';
import type {
  GroupCommand,
  Memory,
  ServiceActors,
  SupervisorCommand,
} from '../../src/machines/protocol.ts';
import { serviceMachine, stateName } from '../../src/machines/service.ts';
import { type SupervisorSnapshot, supervisorMachine } from '../../src/machines/supervisor.ts';
import type { GroupSpec } from '../../src/machines/vocabulary.ts';
import { guarded, indexTimers } from '../../src/runtime/guarded.ts';
import { servicesOf } from '../../src/services/members.ts';
import { createCoverage, instrument, note } from './instrument.ts';

export interface TreeSetting {
  readonly spec: GroupSpec;
  readonly memory?: Partial<Memory>;
  readonly programs?: Readonly<Record<string, Program>>;
  readonly deadlineMs?: number;
  /** What was before the manager came. */
  readonly before?: (kernel: SimulatedKernel) => void;
  /** What is said before the tree has looked around. */
  readonly first?: readonly (SupervisorCommand | GroupCommand)[];
}

/** The machines, made once and used on one kernel after the other. */
export class TreeLab {
  readonly coverage = createCoverage();
  readonly #kernel = Object.create(null) as Kernel;
  readonly #supervisor: typeof supervisorMachine;

  constructor() {
    const reload: ServiceActors['reload'] = fromCallback(() => {
      throw new Error('a defect');
    });
    const actors = { ...createActors(this.#kernel), reload };
    const service = guarded(serviceMachine.provide({ actors }));
    const supervisor = supervisorMachine.provide({ actors: { service } });
    (supervisor.implementations.actors as Record<string, AnyActorLogic>)['group'] = supervisor;
    this.#supervisor = guarded(instrument(supervisor, this.coverage));
  }

  boot(setting: TreeSetting): TreeWorld {
    const kernel = new SimulatedKernel();
    for (const { lifeline, command } of servicesOf(setting.spec)) {
      const [program] = command.argv;
      kernel.makeLifelines([lifeline]);
      kernel.script(program, setting.programs?.[program] ?? {});
    }
    setting.before?.(kernel);
    Object.setPrototypeOf(this.#kernel, kernel);
    const root = createActor(this.#supervisor, {
      id: setting.spec.name,
      clock: kernel.clock,
      inspect: (one) => {
        if (
          one.type === '@xstate.microstep' &&
          'fleet' in (one.snapshot as SupervisorSnapshot).context
        )
          note(this.coverage, one.snapshot, one._transitions);
        if (
          one.type === '@xstate.snapshot' &&
          one.event.type === 'xstate.init' &&
          isTree(one.snapshot)
        )
          note(this.coverage, one.snapshot, []);
      },
      input: {
        spec: setting.spec,
        memory: { records: {}, wishes: {}, restarts: {}, ...setting.memory },
        exports: [],
        outside: { needed: [], lacking: [] },
        permitted: true,
        deadlineMs: setting.deadlineMs ?? 60_000,
      },
    });
    return new TreeWorld(kernel, indexTimers(root), setting.first ?? []);
  }
}

const isTree = (snapshot: unknown): boolean =>
  'fleet' in ((snapshot as { context?: object }).context ?? {});

export class TreeWorld {
  readonly kernel: SimulatedKernel;
  readonly #root: Actor<typeof supervisorMachine>;

  constructor(
    kernel: SimulatedKernel,
    root: Actor<typeof supervisorMachine>,
    first: NonNullable<TreeSetting['first']>,
  ) {
    this.kernel = kernel;
    this.#root = root;
    root.subscribe({
      error: (error) => {
        throw error;
      },
    });
    for (const command of first) root.send(command);
    root.start();
    this.settle();
  }

  say(command: SupervisorCommand | GroupCommand): void {
    this.#root.send(command);
    this.settle();
  }

  exit(program: string, code: number): void {
    this.kernel.kill(program, { code, signal: null });
    this.settle();
  }

  /** Until the next thing happens. */
  pass(): void {
    const next = this.kernel.clock.nextAt();
    if (next !== null) this.kernel.clock.advance(next - this.kernel.clock.now());
    this.settle();
  }

  settle(): void {
    this.kernel.clock.advance(0);
  }

  /** The states of all machines, root first. */
  states(): string {
    return shown(this.#root.getSnapshot() as unknown as SupervisorSnapshot);
  }

  /** All that what comes next may depend on, but for times. */
  key(): string {
    return JSON.stringify(known(this.#root.getSnapshot() as unknown as SupervisorSnapshot));
  }

  close(): void {
    this.#root.stop();
  }
}

/** `supervising (a running, g supervising (b stopped))` */
function shown(snapshot: SupervisorSnapshot): string {
  const below = childrenOf(snapshot).map(([name, child]) => {
    const inner = isTree(child) ? shown(child) : stateName(child.value);
    return `${name} ${inner}`;
  });
  return `${snapshot.value} (${below.join(', ')})`;
}

function known(snapshot: SupervisorSnapshot): unknown {
  const { fleet } = snapshot.context;
  const members = [...membersOf(fleet)].map((member) => {
    const {
      child,
      view,
      wanted,
      again,
      recycling,
      condemned,
      pinned,
      removed,
      broken,
      verdict,
      history,
    } = member;
    const flags = { wanted, again, recycling, condemned, pinned, removed };
    const set = Object.entries(flags).flatMap(([flag, isSet]) => (isSet ? [flag] : []));
    const state = view.kind === 'service' ? view.state : view.status;
    return [
      child.spec.name,
      state,
      set,
      broken,
      verdict?.kind,
      history.restarts.length,
      view.failure?.kind,
    ];
  });
  const below = childrenOf(snapshot).flatMap(([, child]) => (isTree(child) ? [known(child)] : []));
  return [
    snapshot.value,
    fleet.permitted,
    fleet.failure !== null,
    fleet.restarts.length,
    members,
    below,
  ];
}

function childrenOf(snapshot: SupervisorSnapshot): [string, SupervisorSnapshot][] {
  return Object.entries(snapshot.children as Record<string, AnyActorRef | undefined>).flatMap(
    ([name, child]) =>
      child === undefined ? [] : [[name, child.getSnapshot() as SupervisorSnapshot]],
  );
}
