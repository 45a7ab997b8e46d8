/** A whole tree on a simulated system, and short words to tell stories with. */
import { SimulatedKernel } from '../../src/kernel/simulated/index.ts';
import type {
  Memory,
  News,
  ServiceActors,
  ServiceView,
  View,
} from '../../src/machines/protocol.ts';
import type { GroupSpec, ServiceSpec } from '../../src/machines/vocabulary.ts';
import { createTree, type Root } from '../../src/runtime/tree.ts';
import { servicesOf } from '../../src/services/members.ts';
import { root as rootOf } from './specs.ts';

export interface World {
  readonly kernel: SimulatedKernel;
  readonly root: Root;
  /** `name status`, each time a status changed. */
  readonly history: string[];
  readonly news: News[];
  readonly views: Map<string, View>;
  status(name: string): string;
  view(name: string): ServiceView;
  advance(ms: number): void;
  start(...names: string[]): void;
  stop(...names: string[]): void;
  /** The programs alive, by the world's own account. */
  alive(): string[];
}

export interface Setting {
  readonly kernel?: SimulatedKernel;
  readonly memory?: Partial<Memory>;
  readonly deadlineMs?: number;
  readonly actors?: (kernel: SimulatedKernel) => Partial<ServiceActors>;
}

export function boot(spec: GroupSpec | readonly ServiceSpec[], setting: Setting = {}): World {
  const { kernel = new SimulatedKernel() } = setting;
  const history: string[] = [];
  const news: News[] = [];
  const views = new Map<string, View>();
  const tree = 'kind' in spec ? spec : rootOf(spec);
  for (const { lifeline, command } of servicesOf(tree)) {
    kernel.makeLifelines([lifeline]);
    if (!kernel.knows(command.argv[0])) kernel.script(command.argv[0], {});
  }

  const root = createTree(kernel, {
    spec: tree,
    memory: { records: {}, wishes: {}, restarts: {}, ...setting.memory },
    deadlineMs: setting.deadlineMs ?? 60_000,
    report: (one) => {
      news.push(one);
      if (one.type !== 'seen') return;
      views.set(one.view.name, one.view);
      if (one.view.status !== one.last.status) history.push(`${one.view.name} ${one.view.status}`);
    },
    broken: (error) => {
      throw error;
    },
    ...(setting.actors === undefined ? {} : { actors: setting.actors(kernel) }),
  });
  root.start();
  kernel.clock.advance(0);
  history.length = 0;

  return {
    kernel,
    root,
    history,
    news,
    views,
    status: (name) => views.get(name)?.status ?? 'unknown',
    view: (name) => views.get(name) as ServiceView,
    advance: (ms) => kernel.clock.advance(ms),
    start: (...names) => root.send({ type: 'want', names }),
    stop: (...names) => root.send({ type: 'unwant', names }),
    alive: () => kernel.alive().map(({ program }) => program),
  };
}
