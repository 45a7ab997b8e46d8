/** The real world as a stage: Linux, and processes that do what they are told. */
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { readStat } from '../../../src/kernel/linux/stat.ts';
import type { Kernel } from '../../../src/kernel/port.ts';
import type { CommandSpec, SpawnProblem } from '../../../src/machines/vocabulary.ts';
import { lifelineIn, type Part } from '../../paths/shapes.ts';
import {
  deafManners,
  type ForkHow,
  type Manners,
  plainFork,
  type Stage,
} from '../../paths/stage.ts';
import { command } from '../../support/specs.ts';
import { type Puppets, puppetProgram } from './puppets.ts';

const perl = '/usr/bin/perl';
/** Under load everything takes long, and nothing is said by how long. */
const patienceMs = 60_000;

export class RealStage implements Stage {
  readonly directory: string;
  readonly kernel: Kernel;
  readonly #puppets: Puppets;
  #dead = 4_194_304;

  readonly #manners: Manners;

  constructor(kernel: Kernel, puppets: Puppets, directory: string, manners = deafManners) {
    this.#manners = manners;
    this.kernel = kernel;
    this.directory = directory;
    this.#puppets = puppets;
    mkdirSync(directory);
    this.#mend();
    kernel.makeLifelines([lifelineIn(this), `${lifelineIn(this)}.prepare`]);
  }

  command(part: Part): CommandSpec {
    const program = part === 'main' ? this.#program() : perl;
    const { isDeaf, stopCode } = this.#manners;
    const deafTo = isDeaf ? 'TERM,INT,QUIT' : 'INT,QUIT';
    const script = [puppetProgram, this.#puppets.path, part, deafTo, `${stopCode ?? ''}`];
    const argv = [program, ...script] as const;
    return { ...command(...argv), cwd: this.directory };
  }

  async born(part: Part): Promise<number> {
    let pid: number | null = null;
    const isBorn = () => {
      pid ??= this.#puppets.claim(part);
      return pid !== null;
    };
    await this.until(isBorn, () => `nobody started "${part}"`);
    return pid ?? 0;
  }

  waiting(part: Part): number {
    return this.#puppets.unclaimed(part).filter((pid) => this.kernel.identify(pid) !== null).length;
  }

  async fork(pid: number, { ownSession, drops }: ForkHow = plainFork): Promise<number> {
    const told = await this.#ask(pid, ownSession ? 'fork session' : 'fork', 'forked');
    const child = Number(told.split(' ')[1]);
    await this.until(
      () => this.#puppets.claimPid(child),
      () => `${child} says nothing`,
    );
    if (drops) await this.#ask(child, `drop ${lifelineIn(this)}`, 'dropped');
    return child;
  }

  async kill(pid: number): Promise<void> {
    process.kill(pid, 'SIGKILL');
    await this.until(
      () => this.kernel.identify(pid) === null,
      () => `${pid} does not die`,
    );
    this.#puppets.forget(pid);
  }

  async suspend(pid: number): Promise<void> {
    process.kill(pid, 'SIGSTOP');
    await this.until(
      () => readStat(pid)?.state === 'T',
      () => `${pid} does not stop`,
    );
  }

  async resume(pid: number): Promise<void> {
    process.kill(pid, 'SIGCONT');
  }

  async exit(pid: number, code: number): Promise<void> {
    this.#puppets.tell(pid, `exit ${code}`);
    await this.until(
      () => this.kernel.identify(pid) === null,
      () => `${pid} does not exit`,
    );
    this.#puppets.forget(pid);
  }

  async notify(pid: number, fields: Readonly<Record<string, string>>): Promise<void> {
    const words = Object.entries(fields).map(([name, value]) => `${name}=${value}`);
    await this.#ask(pid, `notify ${words.join(' ')}`, 'notified');
  }

  freeze(): void {
    throw new Error('cannot freeze a real process');
  }

  failNextSpawn(problem: SpawnProblem | null): void {
    if (problem === null) this.#mend();
    else if (problem === 'missing-binary') this.remove(this.#program());
    else throw new Error(`cannot cause "${problem}"`);
  }

  write(path: string, content: string): void {
    writeFileSync(path, content);
  }

  remove(path: string): void {
    rmSync(path, { force: true });
  }

  deadPid(): number {
    this.#dead += 1;
    return this.#dead;
  }

  async until(isSo: () => boolean, what: () => string): Promise<void> {
    const end = Date.now() + patienceMs;
    while (!isSo()) {
      if (Date.now() > end) throw new Error(what());
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  async close(): Promise<void> {
    rmSync(this.directory, { recursive: true, force: true });
  }

  async #ask(pid: number, line: string, answer: string): Promise<string> {
    let said: string | null = null;
    const isSaid = () => {
      said ??= this.#puppets.hasSaid(pid, answer);
      return said !== null;
    };
    this.#puppets.tell(pid, line);
    await this.until(isSaid, () => `${pid} does not say "${answer}"`);
    return said ?? '';
  }

  #program(): `/${string}` {
    return `${this.directory as `/${string}`}/main`;
  }

  #mend(): void {
    rmSync(this.#program(), { force: true });
    symlinkSync(perl, this.#program());
  }
}
