/** Plays a script on a stage: the real machine and its real actors, and whatever the moves do. */

import { type Actor, createActor } from 'xstate';
import { leavingStatuses } from '../../../src/machines/fleet.ts';
import type { ServiceRecord } from '../../../src/machines/protocol.ts';
import { type ServiceMachine, stateName, viewOf } from '../../../src/machines/service.ts';
import type { ServiceSpec } from '../../../src/machines/vocabulary.ts';
import { HandClock } from '../hand-clock.ts';
import type { Lab } from '../lab.ts';
import { pidFileIn, readyFileIn } from '../shapes.ts';
import { SlowSpawns, type Stage } from '../stage.ts';
import { specOf } from './cast.ts';
import type { Cast, Move, Situation } from './moves.ts';

export class Player {
  readonly #stage: Stage;
  readonly #lab: Lab;
  readonly #spec: ServiceSpec;
  /** In the order of their births. */
  readonly #pids: number[] = [];
  readonly #suspended = new Set<number>();
  #clock = new HandClock();
  #spawns: SlowSpawns;
  #actor: Actor<ServiceMachine>;

  constructor(stage: Stage, cast: Cast, lab: Lab) {
    this.#stage = stage;
    this.#lab = lab;
    this.#spec = specOf(cast, stage);
    this.#spawns = new SlowSpawns(stage.kernel);
    this.#actor = this.#enter(null);
  }

  async play(move: Move): Promise<void> {
    const stage = this.#stage;
    const pid = 'who' in move && typeof move.who === 'number' ? (this.#pids[move.who] ?? 0) : 0;
    switch (move.do) {
      case 'say':
        return this.#actor.send(move.command);
      case 'spawn':
        return this.#spawn(move.fails);
      case 'exit':
        return stage.exit(pid, move.code);
      case 'kill':
        return stage.kill(pid);
      case 'suspend':
        this.#suspended.add(pid);
        return stage.suspend(pid);
      case 'resume':
        this.#suspended.delete(pid);
        return stage.resume(pid);
      case 'notify':
        return stage.notify(pid, { READY: '1' });
      case 'fork':
        this.#pids.push(await stage.fork(pid, move.how));
        return;
      case 'write-pid':
        return stage.write(pidFileIn(stage), this.#content(move.who, pid));
      case 'remove-pid':
        return stage.remove(pidFileIn(stage));
      case 'get-ready':
        return stage.write(readyFileIn(stage), '');
      case 'become-unready':
        return stage.remove(readyFileIn(stage));
      case 'pass':
        return this.#clock.runOff(move.delayMs);
      case 'finish':
        return stage.exit(await stage.born(move.part), move.code);
      case 'succeed':
        return this.#succeed();
    }
  }

  situation(): Situation {
    const living = this.#living();
    const isSuspended = (who: number) => this.#suspended.has(this.#pids[who] ?? 0);
    const { value } = this.#actor.getSnapshot();
    const finishing = { 'starting.preparing': 'step', 'running.reloading': 'test' } as const;
    const state = stateName(value);
    const part = finishing[state as keyof typeof finishing];
    return {
      state,
      isSpawnWaiting: this.#spawns.isWaiting,
      running: living.filter((who) => !isSuspended(who)),
      suspended: living.filter(isSuspended),
      delays: this.#clock.delays,
      finishing: part === undefined ? [] : [part],
    };
  }

  /** How all stands, in words that are the same in every world. */
  observe(): string {
    const snapshot = this.#actor.getSnapshot();
    const { failure, exit, stop, adopted, process } = viewOf(snapshot);
    const shown = {
      state: stateName(snapshot.value),
      main: this.#who(process?.pid),
      living: this.#living(),
      // A program that could not be started leaves a process for a moment.
      isHeld: this.#stage.kernel.isHeld(this.#spec.lifeline),
      commands: [this.#stage.waiting('step'), this.#stage.waiting('test')],
      adopted,
      failure: failure?.kind ?? null,
      exit,
      by: stop?.by ?? null,
      killed: stop?.killed ?? null,
      pidFile: this.#pidFile(),
      delays: [...this.#clock.delays].sort(),
      isSpawnWaiting: this.#spawns.isWaiting,
    };
    return JSON.stringify(shown);
  }

  /** Nobody is left, in this world or on the other side of it. */
  async leave(): Promise<void> {
    this.#actor.stop();
    for (const who of this.#living()) await this.#stage.kill(this.#pids[who] ?? 0);
  }

  #enter(record: ServiceRecord | null): Actor<ServiceMachine> {
    const actor = createActor(this.#lab.machineOn(this.#spawns.kernel), {
      input: { spec: this.#spec, record },
      clock: this.#clock as never,
    });
    actor.subscribe({
      error: (error) => {
        throw error;
      },
    });
    return actor.start();
  }

  /** Another manager, with the record that the one before it has written. */
  #succeed(): void {
    const view = viewOf(this.#actor.getSnapshot());
    const { process, readyAt, startedAt, logOffset, failure, exit, hash, state } = view;
    const leaving = leavingStatuses.has(view.status);
    const rest = state === 'completed' || state === 'failed' ? state : null;
    this.#actor.stop();
    this.#clock = new HandClock();
    this.#spawns = new SlowSpawns(this.#stage.kernel);
    const ready = readyAt !== null;
    const ends = { leaving, rest, failure, exit } as const;
    this.#actor = this.#enter({ process, ready, startedAt, logOffset, ...ends, hash });
  }

  async #spawn(fails: boolean): Promise<void> {
    this.#stage.failNextSpawn(fails ? 'missing-binary' : null);
    this.#spawns.letThrough();
    if (!fails) this.#pids.push(await this.#stage.born('main'));
    this.#spawns.tell();
  }

  #content(who: number | 'nobody' | 'nonsense', pid: number): string {
    if (who === 'nonsense') return 'nonsense\n';
    return `${who === 'nobody' ? this.#stage.deadPid() : pid}\n`;
  }

  #living(): number[] {
    return [...this.#pids.keys()].filter((who) => {
      const pid = this.#pids[who] ?? 0;
      return this.#pids.lastIndexOf(pid) === who && this.#stage.kernel.identify(pid) !== null;
    });
  }

  #pidFile(): string {
    const reading = this.#stage.kernel.readPidFile(pidFileIn(this.#stage));
    return reading.kind === 'pid' ? String(this.#who(reading.pid)) : reading.kind;
  }

  #who(pid: number | undefined): number | null {
    return pid === undefined || !this.#pids.includes(pid) ? null : this.#pids.lastIndexOf(pid);
  }
}
