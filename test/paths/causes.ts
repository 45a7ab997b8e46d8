/**
 * Makes each event of a path happen, in the world: a process exits, a file appears, a
 * clock runs off. Only what a person or a supervisor commands is sent.
 */
import type { Actor } from 'xstate';
import type { ServiceCommand } from '../../src/machines/protocol.ts';
import { type ServiceMachine, serviceMachine } from '../../src/machines/service.ts';
import type { ProcessIdentity, ServiceSpec } from '../../src/machines/vocabulary.ts';
import type { Past, PathEvent } from './causable.ts';
import { isAt, type Step } from './generate.ts';
import type { HandClock } from './hand-clock.ts';
import { pidFileIn, readyFileIn } from './shapes.ts';
import type { SlowSpawns, Stage } from './stage.ts';

type Exited = Extract<PathEvent, { type: 'process.exited' }>;
type ServiceActor = Actor<ServiceMachine>;

export class Causes {
  readonly #stage: Stage;
  readonly #spec: ServiceSpec;
  readonly #clock: HandClock;
  readonly #spawns: SlowSpawns;
  /** Who lives of the service's tree, and which of them its machine follows. */
  readonly #living = new Set<number>();
  #followed: number | null = null;
  #isOver = false;

  constructor(stage: Stage, spec: ServiceSpec, clock: HandClock, spawns: SlowSpawns) {
    this.#stage = stage;
    this.#spec = spec;
    this.#clock = clock;
    this.#spawns = spawns;
  }

  /** What an earlier manager started and left in this state. */
  async past(past: Past): Promise<ProcessIdentity | undefined> {
    if (past === 'none' || past === 'completed' || past === 'failed') return undefined;
    const { command, lifeline, logs } = this.#spec;
    const identity = await new Promise<ProcessIdentity>((resolve, reject) => {
      this.#stage.kernel.spawn(
        { command, lifeline, output: logs.path, notifySocket: null },
        {
          spawned: resolve,
          failed: (_, reason) => reject(new Error(reason)),
          exited: () => {},
          notified: () => {},
        },
      );
    });
    await this.#follow();
    if (past === 'leftovers') await this.#fork();
    if (past === 'leftovers' || past === 'vanished') await this.#exit(identity.pid, 1);
    return identity;
  }

  async cause(step: Step, rest: readonly Step[], actor: ServiceActor): Promise<void> {
    const { event } = step;
    if (event.type === 'process.spawned') await this.#letSpawn();
    if (isAt('killing', step.to) && !isAt('killing', step.from)) await this.#prepareKill(rest);
    const wait = /^xstate\.after\.([^.]+)\./.exec(event.type)?.[1];
    if (wait !== undefined) return this.#clock.runOff(delayOf(wait, actor));
    switch (event.type) {
      case 'adoption.found':
      case 'adoption.leftovers':
      case 'adoption.none':
        actor.start();
        return;
      case 'prepare.began':
      case 'process.signalRefused':
        return;
      case 'prepare.done':
      case 'prepare.failed':
        return this.#finish('step', event.type === 'prepare.done');
      case 'process.spawned':
        return this.#spawns.tell();
      case 'process.notSpawned':
        this.#stage.failNextSpawn(event.problem);
        this.#spawns.letThrough();
        return this.#spawns.tell();
      case 'process.exited':
        return this.#endMain(event, step);
      case 'tree.ended':
        return this.#end([...this.#living]);
      case 'process.notified':
        return this.#stage.notify(
          this.#followed ?? 0,
          event.ready ? { READY: '1' } : { STATUS: 'soon' },
        );
      case 'pidFile.found':
        return this.#writePidFile(await this.#named(step));
      case 'pidFile.rejected':
        return this.#writePidFile(this.#stage.deadPid());
      case 'probe.passed':
        if (isAt('running', step.from)) return this.#finish('health', true);
        return this.#stage.write(readyFileIn(this.#stage), '');
      case 'probe.failed':
        return this.#finish('health', false);
      case 'reload.done':
      case 'reload.failed':
        return this.#finish('test', event.type === 'reload.done');
      default:
        actor.send(event as ServiceCommand);
    }
  }

  /** Nobody is left behind, whatever the path came to. */
  async endAll(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    await this.#end([...this.#living]);
  }

  async #finish(part: 'step' | 'test' | 'health', isWell: boolean): Promise<void> {
    await this.#stage.exit(await this.#stage.born(part), isWell ? 0 : 1);
  }

  async #letSpawn(): Promise<void> {
    this.#stage.remove(readyFileIn(this.#stage));
    this.#stage.remove(pidFileIn(this.#stage));
    this.#stage.failNextSpawn(null);
    this.#spawns.letThrough();
    await this.#follow();
  }

  async #follow(): Promise<void> {
    const pid = await this.#stage.born('main');
    this.#living.add(pid);
    this.#followed = pid;
  }

  /** A new main process has removed the file of the old one before that leaves. */
  async #endMain({ exit, survivors }: Exited, step: Step): Promise<void> {
    const pid = this.#followed;
    if (pid === null) throw new Error('there is no main process to end');
    if (isAt('killing', step.from)) return this.#forget(pid);
    if (isAt('running', step.from)) this.#stage.remove(pidFileIn(this.#stage));
    if (survivors) await this.#ensureOther();
    else await this.#end(this.#others());
    this.#followed = null;
    await this.#exit(pid, exit.code ?? 0);
  }

  async #named(step: Step): Promise<number> {
    const isOwn = this.#spec.type !== 'forking' && !isAt('running.relocating', step.from);
    if (isOwn && this.#followed !== null) return this.#followed;
    await this.#ensureOther();
    const [other] = this.#others();
    this.#followed = other ?? null;
    return other ?? 0;
  }

  #writePidFile(pid: number): void {
    this.#stage.write(pidFileIn(this.#stage), `${pid}\n`);
  }

  /** SIGKILL leaves nothing to cause, so who is to survive it has to be seen to before. */
  async #prepareKill(rest: readonly Step[]): Promise<void> {
    const isEnd = ({ event: { type } }: Step) => type === 'process.exited' || type === 'tree.ended';
    const isWait = ({ event: { type } }: Step) => type.startsWith('xstate.after.killWait');
    const next = rest.find((step) => isEnd(step) || isWait(step));
    const end = rest.find(isEnd)?.event;
    if (next === undefined) return;
    if (end?.type === 'process.exited' && end.survivors) await this.#ensureOther();
    if (end?.type === 'process.exited' && !end.survivors) await this.#end(this.#others());
    const survives = end?.type === 'process.exited' && end.survivors ? this.#others() : [];
    for (const pid of isWait(next) ? this.#living : survives) this.#stage.freeze(pid);
  }

  #others(): number[] {
    return [...this.#living].filter((pid) => pid !== this.#followed);
  }

  async #ensureOther(): Promise<void> {
    if (this.#others().length === 0) await this.#fork();
  }

  async #fork(): Promise<void> {
    const [parent] = this.#living;
    if (parent === undefined) throw new Error('there is nobody to fork from');
    this.#living.add(await this.#stage.fork(parent));
  }

  async #end(pids: readonly number[]): Promise<void> {
    for (const pid of pids) await this.#exit(pid, 0);
  }

  #forget(pid: number): void {
    this.#living.delete(pid);
    if (this.#followed === pid) this.#followed = null;
  }

  async #exit(pid: number, code: number): Promise<void> {
    this.#forget(pid);
    await this.#stage.exit(pid, code);
  }
}

function delayOf(name: string, actor: ServiceActor): number {
  const delays = serviceMachine.implementations.delays as Record<string, unknown>;
  const delay = delays[name];
  if (typeof delay === 'number') return delay;
  const { context } = actor.getSnapshot();
  return (delay as (args: object) => number)({ context });
}
