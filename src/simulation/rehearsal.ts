/**
 * One's own stack on a simulated system, for tests of one's own: the real supervisor in
 * virtual time, and programs that behave well until they are told to behave otherwise.
 */
import { type Program, SimulatedKernel } from '../kernel/simulated/index.ts';
import type { Name, ProjectSpec, ServiceSpec } from '../machines/vocabulary.ts';
import type { Supervisor } from '../runtime/api.ts';
import { createSupervisor } from '../runtime/create.ts';
import type { Config } from '../services/definition.ts';
import { SupervisorError } from '../services/errors.ts';
import { loadProject } from '../services/load.ts';
import { servicesOf } from '../services/members.ts';
import { goodProgram, goodPrograms } from './good-programs.ts';
import { staged } from './stage.ts';

export interface RehearseOptions {
  /** Chance (jitter of restarts, order of what happens at once) follows from it. Default 1. */
  readonly seed?: number;
  /** For variables in the configuration. Default: those of this process. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** What relative paths of an inline configuration are relative to. Default: the working directory. */
  readonly baseDir?: string;
}

export interface Rehearsal {
  readonly supervisor: Supervisor;
  /** The world around it: processes to kill, a disk to fill, managers to crash. */
  readonly kernel: SimulatedKernel;
  /** As it was resolved; `simulate` takes it. */
  readonly project: ProjectSpec;
  /** `db running`, each time a state changed, in order. */
  readonly history: readonly string[];
  /** Milliseconds of virtual time since it began. */
  now(): number;
  state(name: Name): string;
  /** From its next start on, the service's program behaves well but for this; several: one for each start. */
  behave(name: Name, ...changes: readonly Program[]): void;
  /** It dies at once, as by `kill -9`. */
  crash(name: Name): Promise<void>;
  /** Lets so many milliseconds pass. */
  advance(ms: number): Promise<void>;
  /** Lets time pass until that is settled: `await stack.run(stack.supervisor.start())`. */
  run<T>(work: Promise<T>): Promise<T>;
}

/**
 * Takes the path of a configuration file (or of a directory that has one), or a
 * configuration. Neither programs nor accounts of this machine are looked for, and
 * nothing of it is started, read or written but that file.
 */
export async function rehearse(
  config: string | Config | ProjectSpec,
  options: RehearseOptions = {},
): Promise<Rehearsal> {
  const project = await resolved(config, options);
  const kernel = new SimulatedKernel({ seed: options.seed ?? 1 });
  const played = staged(project);
  for (const [name, some] of Object.entries(goodPrograms(played.root)))
    kernel.script(name, ...some);
  const time = new Time(kernel);
  const supervisor = await time.run(createSupervisor(played, { kernel, logLevel: 'silent' }));
  const history: string[] = [];
  supervisor.events$.subscribe((event) => {
    if (event.type === 'service.state') history.push(`${event.service} ${event.to}`);
  });
  const specs = new Map(servicesOf(played.root).map((spec) => [spec.name, spec]));
  return {
    ...{ supervisor, kernel, project, history },
    now: () => kernel.clock.elapsed(),
    state: (name) => supervisor.serviceStatus(name).state,
    behave: (name, ...changes) => {
      const good = goodProgram(known(specs, name));
      kernel.script(name, ...changes.map((change) => ({ ...good, ...change })));
    },
    crash: async (name) => {
      kernel.kill(known(specs, name).name);
      await time.advance(0);
    },
    advance: (ms) => time.advance(ms),
    run: (work) => time.run(work),
  };
}

async function resolved(
  config: string | Config | ProjectSpec,
  { env = process.env, baseDir = process.cwd() }: RehearseOptions,
): Promise<ProjectSpec> {
  // Every program and every account is there, so that it is the same on every machine.
  const machine = {
    find: ({ names }: { readonly names: readonly string[] }) => `/usr/bin/${names[0]}`,
    hasAccount: () => true,
  };
  const circumstances = { machine, isRoot: true };
  if (typeof config === 'string') return loadProject(config, { env }, circumstances);
  if ('root' in config) return config;
  const { resolveProject } = await import('../services/resolve.ts');
  return resolveProject(config, { baseDir, env }, circumstances);
}

function known(specs: ReadonlyMap<Name, ServiceSpec>, name: Name): ServiceSpec {
  const spec = specs.get(name);
  if (spec !== undefined) return spec;
  const names = [...specs.keys()].join(', ');
  throw new SupervisorError('unknown-service', `there is no service "${name}"; there are ${names}`);
}

/** No chain of promises of the runtime is as long. */
const longestChain = 16;
/** Whoever waits longer waits for something that does not come. */
const longestMs = 86_400_000;

/** Virtual time, of which promises need none. It uses no timer of the host, which a test may have taken. */
class Time {
  readonly #kernel: SimulatedKernel;

  constructor(kernel: SimulatedKernel) {
    this.#kernel = kernel;
  }

  async advance(ms: number): Promise<void> {
    const { clock } = this.#kernel;
    const end = clock.now() + ms;
    await settled();
    for (let next = clock.nextAt(); next !== null && next <= end; next = clock.nextAt()) {
      clock.step();
      await settled();
    }
    clock.advance(end - clock.now());
    await settled();
  }

  async run<T>(work: Promise<T>): Promise<T> {
    const { clock } = this.#kernel;
    let isOver = false;
    const over = () => {
      isOver = true;
    };
    work.then(over, over);
    const end = clock.now() + longestMs;
    for (await settled(); !isOver; await settled()) {
      if (clock.now() > end || !clock.step()) {
        throw new SupervisorError('timeout', 'cannot wait for that: nothing more would happen');
      }
    }
    return work;
  }
}

async function settled(): Promise<void> {
  for (let link = 0; link < longestChain; link += 1) await null;
}
