/**
 * One simulated system with a whole tree on it, whose managers come and go. Each
 * new manager is given what a journal would have kept of the one before.
 */
import { type Manager, SimulatedKernel } from '../../src/kernel/simulated/index.ts';
import type {
  Memory,
  News,
  ServiceActors,
  ServiceRecord,
  ServiceView,
  SupervisorCommand,
  View,
} from '../../src/machines/protocol.ts';
import type { GroupSpec, Name, ServiceSpec } from '../../src/machines/vocabulary.ts';
import { createTree, type Root } from '../../src/runtime/tree.ts';
import { servicesOf } from '../support/world.ts';

export interface RunOptions {
  readonly seed: number;
  readonly pids?: { readonly first: number; readonly last: number };
  readonly jitterMs?: number;
  readonly deadlineMs?: number;
  /** For mutants: in place of what the real kernel answers, or the real actors do. */
  readonly distort?: (manager: Manager) => Manager;
  readonly actors?: (manager: Manager) => Partial<ServiceActors>;
}

export class Run {
  readonly kernel: SimulatedKernel;
  readonly options: RunOptions;
  spec: GroupSpec;
  root!: Root;
  manager!: Manager;
  /** As last told, by whichever manager. */
  readonly views = new Map<Name, View>();
  /** What somebody last asked for; not there: nobody ever said. */
  readonly wishes = new Map<Name, 'up' | 'down'>();
  readonly restarts = new Map<Name, readonly number[]>();
  /** Told all news, in the middle of the step that brought them. */
  observe: (news: News) => void = () => {};
  trace: (line: string) => void = () => {};
  #defect: unknown = null;

  constructor(spec: GroupSpec, options: RunOptions) {
    this.spec = spec;
    this.options = options;
    this.kernel = new SimulatedKernel({
      seed: options.seed,
      jitterMs: options.jitterMs ?? 0,
      ...(options.pids === undefined ? {} : { pids: options.pids }),
    });
    this.kernel.makeLifelines(this.services.map(({ lifeline }) => lifeline));
  }

  get services(): readonly ServiceSpec[] {
    return servicesOf(this.spec);
  }

  get isManaged(): boolean {
    return this.manager.alive;
  }

  /** Throws what a machine threw, at a place where it can be seen. */
  get defect(): unknown {
    return this.#defect;
  }

  boot(): void {
    const manager = this.kernel.manager();
    this.manager = manager;
    this.root = createTree(this.options.distort?.(manager) ?? manager, {
      spec: this.spec,
      memory: this.memory(),
      deadlineMs: this.options.deadlineMs ?? 20_000,
      report: (news) => {
        if (manager.alive) this.#learn(news);
      },
      broken: (error) => {
        this.#defect ??= error;
      },
      ...(this.options.actors === undefined ? {} : { actors: this.options.actors(manager) }),
    });
    this.root.start();
  }

  send(command: SupervisorCommand): void {
    this.#wish(command);
    this.root.send(command);
  }

  view(name: Name): ServiceView | null {
    const view = this.views.get(name);
    return view?.kind === 'service' ? view : null;
  }

  memory(): Memory {
    const views = [...this.views.values()].filter((view) => view.kind === 'service');
    return {
      records: Object.fromEntries(views.map((view) => [view.name, recordOf(view)])),
      wishes: Object.fromEntries(this.wishes),
      restarts: Object.fromEntries(this.restarts),
    };
  }

  /** After a reboot, times and processes of before mean nothing. */
  forgetBoot(): void {
    this.restarts.clear();
    for (const [name, view] of this.views) {
      if (view.kind === 'service') this.views.set(name, { ...view, process: null, readyAt: null });
    }
  }

  #learn(news: News): void {
    this.trace(`${this.kernel.clock.elapsed()}   ${describe(news)}`);
    if (news.type === 'broke') this.#defect ??= news.error;
    if (news.type === 'judged') this.restarts.set(news.name, news.restarts);
    if (news.type === 'removed') this.views.delete(news.name);
    this.#tell(news);
    if (news.type === 'seen') this.views.set(news.view.name, news.view);
  }

  /** An onlooker that throws here would be taken for a machine that does. */
  #tell(news: News): void {
    try {
      this.observe(news);
    } catch (error) {
      this.#defect ??= error;
    }
  }

  #wish(command: SupervisorCommand): void {
    if (!('names' in command)) return;
    const wish = wishOf(command.type);
    if (wish !== null) for (const name of command.names) this.wishes.set(name, wish);
  }
}

function wishOf(type: SupervisorCommand['type']): 'up' | 'down' | null {
  if (type === 'want' || type === 'recycle') return 'up';
  return type === 'unwant' || type === 'destroy' ? 'down' : null;
}

function describe(news: News): string {
  switch (news.type) {
    case 'seen':
      return `${news.view.name} ${news.view.kind === 'service' ? news.view.state : `${news.view.status} [${news.view.met}]`}`;
    case 'judged':
      return `${news.name} judged: ${JSON.stringify(news.verdict)}`;
    case 'broke':
      return `${news.name} broke: ${news.reason}`;
    case 'removed':
      return `${news.name} removed`;
  }
}

function recordOf(view: ServiceView): ServiceRecord {
  return {
    process: view.process,
    ready: view.readyAt !== null,
    startedAt: view.startedAt,
    logOffset: view.logOffset,
    rest: view.state === 'completed' || view.state === 'failed' ? view.state : null,
    failure: view.failure,
    exit: view.exit,
    hash: view.hash,
  };
}
