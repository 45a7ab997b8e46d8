/**
 * The process that runs the services of one test run or of one worker: apart from the
 * tests, so that neither fake timers nor a test that blocks or dies reach it. It lives as
 * long as its standard input is open, which ends with whoever started it, however that ends.
 */
import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { createKernel } from '../kernel/index.ts';
import type { Kernel } from '../kernel/port.ts';
import type { ProjectSpec } from '../machines/vocabulary.ts';
import type { Supervisor } from '../runtime/api.ts';
import { createSupervisor } from '../runtime/create.ts';
import { findConfig } from '../services/find-config.ts';
import { loadProject } from '../services/load.ts';
import { servicesOf } from '../services/members.ts';
import { resolveProject } from '../services/resolve-now.ts';
import { explain } from './failure.ts';
import type { Answer, Request } from './messages.ts';
import { claimPorts } from './ports.ts';
import { makeScratch, scratchRoot, stateDirOf, sweep } from './scratch.ts';

type Up = Extract<Request, { type: 'up' }>;

class Keeper {
  readonly #kernel: Kernel = createKernel();
  readonly #root = scratchRoot();
  readonly #directory = makeScratch(this.#root, this.#kernel);
  readonly #env: NodeJS.ProcessEnv = { ...process.env };
  #creating: Promise<Supervisor> | null = null;
  #supervisor: Supervisor | null = null;
  #preparing: Promise<unknown> = Promise.resolve();

  async answer(request: Request): Promise<Answer> {
    try {
      return await this.#do(request);
    } catch (error) {
      return { type: 'failed', failure: await explain(error, this.#supervisor) };
    }
  }

  /** All is stopped in order, a start under way is cut short, and nothing is left. */
  async end(): Promise<void> {
    await Promise.allSettled([this.#preparing, this.#creating]);
    await this.#supervisor?.dispose({ services: 'stop' });
    rmSync(this.#directory, { recursive: true, force: true });
  }

  async #do(request: Request): Promise<Answer> {
    switch (request.type) {
      case 'ports': {
        const preparing = this.#prepare(request.names);
        this.#preparing = preparing;
        return { type: 'ports', ports: await preparing };
      }
      case 'up':
        return this.#up(request);
      case 'do':
        await this.#supervisor?.[request.verb](request.names);
        return { type: 'done' };
    }
  }

  async #prepare(names: readonly string[]): Promise<Readonly<Record<string, number>>> {
    await sweep(this.#root, this.#kernel);
    const start = Math.floor(this.#kernel.random() * 1e6);
    const ports = await claimPorts(this.#directory, names, start);
    // As variables, for what is written in a file.
    for (const name of names) this.#env[name] = String(ports[name]);
    return ports;
  }

  async #up({ written, baseDir, only, timeoutMs }: Up): Promise<Answer> {
    this.#creating = this.#create(written, baseDir);
    const supervisor = await this.#creating;
    await supervisor.start(only ?? undefined, { timeoutMs });
    const services = servicesOf(supervisor.spec.root);
    const logs = services.map(({ name, logs: { path } }) => [name, path] as const);
    return { type: 'up', directory: this.#directory, logs: Object.fromEntries(logs) };
  }

  async #create(written: Up['written'], baseDir: string): Promise<Supervisor> {
    this.#supervisor = await createSupervisor(await this.#resolve(written, baseDir), {
      kernel: this.#kernel,
      logLevel: 'warn',
      logFile: `${this.#directory}/drover.log`,
      by: 'tests',
    });
    return this.#supervisor;
  }

  #resolve(written: Up['written'], baseDir: string): Promise<ProjectSpec> {
    const stateDir = stateDirOf(this.#directory);
    if ('file' in written) {
      const amend = (config: unknown): unknown => ({ ...(config as object), stateDir });
      return loadProject(findConfig(resolve(baseDir, written.file)), { env: this.#env }, { amend });
    }
    const config = { ...written.config, stateDir };
    return Promise.resolve(resolveProject(config, { baseDir, env: this.#env }));
  }
}

// Whoever asked may be gone, and no longer hear the answer.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});

const keeper = new Keeper();
let isEnding = false;
const end = (): void => {
  if (isEnding) return;
  isEnding = true;
  keeper.end().then(
    () => process.exit(0),
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      process.exit(1);
    },
  );
};

const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  void keeper.answer(JSON.parse(line)).then((answer) => {
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  });
});
lines.once('close', end);
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, end);
