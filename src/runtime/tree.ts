/** The tree of machines, run: every chart with its real actors, on the kernel's clock. */
import { type Actor, type AnyActorLogic, createActor, type InspectionEvent } from 'xstate';
import { createActors } from '../actors/index.ts';
import type { Kernel } from '../kernel/port.ts';
import type { Memory, News, ServiceActors } from '../machines/protocol.ts';
import { serviceMachine } from '../machines/service.ts';
import { type SupervisorMachine, supervisorMachine } from '../machines/supervisor.ts';
import type { GroupSpec } from '../machines/vocabulary.ts';
import { guarded, indexTimers, provided } from './guarded.ts';

export interface TreeOptions {
  readonly spec: GroupSpec;
  readonly memory: Memory;
  readonly deadlineMs: number;
  /** Called in the middle of a step: it must not throw and not send. */
  readonly report: (news: News) => void;
  readonly inspect?: (event: InspectionEvent) => void;
  /** Takes the place of the root machine's error, which nothing above could handle. */
  readonly broken: (error: unknown) => void;
  /** In place of the real ones, for tests that make a machine throw. */
  readonly actors?: Partial<ServiceActors>;
}

export type Root = Actor<SupervisorMachine>;

/** Not started yet; nothing has been asked of the kernel. */
export function createTree(kernel: Kernel, options: TreeOptions): Root {
  const service = guarded(
    provided(serviceMachine, { actors: { ...createActors(kernel), ...options.actors } }),
  );
  const supervisor = provided(supervisorMachine, {
    actors: { service },
    actions: {
      report: ({ context }) => {
        for (const news of context.news) options.report(news);
      },
    },
  });
  // A group is a supervisor in its turn.
  (supervisor.implementations.actors as Record<string, AnyActorLogic>)['group'] = supervisor;
  guarded(supervisor);

  const root = createActor(supervisor, {
    id: options.spec.name,
    clock: kernel.clock,
    ...(options.inspect === undefined ? {} : { inspect: harmless(options.inspect) }),
    input: {
      spec: options.spec,
      memory: options.memory,
      exports: [],
      outside: { needed: [], lacking: [] },
      permitted: true,
      deadlineMs: options.deadlineMs,
    },
  });
  root.subscribe({ error: options.broken });
  return indexTimers(root);
}

/** An observer that throws would wedge the actor it looks at, for good. */
function harmless(inspect: (event: InspectionEvent) => void) {
  return (event: InspectionEvent): void => {
    try {
      inspect(event);
    } catch {
      // What an onlooker cannot bear is no business of the services.
    }
  };
}
