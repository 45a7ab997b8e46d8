/** The simulated world as a stage. */
import { SimulatedKernel } from '../../src/kernel/simulated/index.ts';
import type { Program } from '../../src/kernel/simulated/program.ts';
import type { SpawnProblem } from '../../src/machines/vocabulary.ts';
import { command } from '../support/specs.ts';
import { type Part, pidFileIn } from './shapes.ts';
import { deafManners, type ForkHow, plainFork, type Stage } from './stage.ts';

/** Longer than any poll of the kernel's, shorter than any wait of a shape. */
const patienceMs = 10_000;

export class SimulatedStage implements Stage {
  readonly directory = '/state';
  readonly kernel = new SimulatedKernel({ pids: { first: 300, last: 9_999 } });
  readonly #known = new Set<number>();
  #dead = 50_000;

  readonly #program: Program;

  constructor({ isForeign = false, manners = deafManners } = {}) {
    const { isDeaf, stopCode } = manners;
    this.#program = {
      deafTo: ['SIGINT', 'SIGQUIT', ...(isDeaf ? (['SIGTERM'] as const) : [])],
      ...(stopCode === null ? {} : { stopCode }),
    };
    const main = isForeign ? { ...this.#program, uid: 27 } : this.#program;
    this.kernel.script('main', main).script('step', {}).script('test', {}).script('health', {});
    this.remove(pidFileIn(this));
  }

  command(part: Part) {
    return command(part);
  }

  async born(part: Part): Promise<number> {
    const fresh = () =>
      this.kernel.named(part).filter(({ identity: { pid } }) => !this.#known.has(pid));
    await this.until(
      () => fresh().length > 0,
      () => `nobody started "${part}"`,
    );
    const pid = fresh().at(-1)?.identity.pid ?? 0;
    this.#known.add(pid);
    return pid;
  }

  waiting(part: Part): number {
    return this.kernel.named(part).filter(({ identity: { pid } }) => !this.#known.has(pid)).length;
  }

  async fork(pid: number, { ownSession, drops }: ForkHow = plainFork): Promise<number> {
    const program = { ...this.#program, dropsLifeline: drops };
    const child = this.kernel.fork(pid, program, { ownSession }).pid;
    this.#known.add(child);
    return child;
  }

  async exit(pid: number, code: number): Promise<void> {
    this.kernel.kill(pid, { code, signal: null });
  }

  async kill(pid: number): Promise<void> {
    this.kernel.kill(pid);
  }

  async suspend(pid: number): Promise<void> {
    this.kernel.stopProcess(pid);
  }

  async resume(pid: number): Promise<void> {
    this.kernel.continueProcess(pid);
  }

  async notify(pid: number, fields: Readonly<Record<string, string>>): Promise<void> {
    this.kernel.notify(pid, fields);
  }

  freeze(pid: number): void {
    this.kernel.freeze(pid);
  }

  failNextSpawn(problem: SpawnProblem | null): void {
    if (problem !== null) this.kernel.failSpawns(problem);
  }

  write(path: string, content: string): void {
    this.kernel.disk.put(path, content);
  }

  remove(path: string): void {
    this.kernel.disk.remove(path);
  }

  deadPid(): number {
    this.#dead += 1;
    return this.#dead;
  }

  async until(isSo: () => boolean, what: () => string): Promise<void> {
    if (!this.kernel.clock.runUntil(isSo, patienceMs)) throw new Error(what());
  }

  async close(): Promise<void> {
    this.kernel.close();
  }
}
