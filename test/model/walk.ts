/**
 * A walk at random, on a seed, over a whole tree on the simulated kernel. First
 * everything happens at once; then nothing does any more, and what is wanted has to
 * come up; then everything is stopped, and nothing may be left.
 */
import type { Name } from '../../src/machines/vocabulary.ts';
import { command } from '../support/specs.ts';
import { Dice } from './dice.ts';
import { goodProgram, someInit, someProgram } from './programs.ts';
import { BrokenPromise, Promises } from './promises.ts';
import { Run, type RunOptions } from './run.ts';
import { redescribed, requirementsOf, someTopology, type Topology } from './topology.ts';

export interface WalkOptions extends Partial<RunOptions> {
  readonly steps?: number;
  readonly size?: number;
  readonly trace?: (line: string) => void;
}

/** Which kinds of trouble one walk knows. Each walk knows other ones: a swarm finds more than one bee. */
interface Swarm {
  readonly managers: boolean;
  readonly reboots: boolean;
  readonly strangers: boolean;
  readonly shortage: boolean;
  readonly pins: boolean;
  readonly amends: boolean;
  readonly drops: boolean;
}

/** Throws a `BrokenPromise`, or what a machine threw. */
export function walk(seed: number, options: WalkOptions = {}): Walk {
  const walked = new Walk(seed, options);
  walked.wander(options.steps ?? 40);
  walked.settle();
  walked.leave();
  return walked;
}

const everLongMs = 300_000;
/** Some hundred times what a walk needs. */
const eventsAllowed = 20_000;

export class Walk {
  readonly run: Run;
  readonly promises: Promises;
  readonly topology: Topology;
  events = 0;
  readonly #dice: Dice;
  readonly #swarm: Swarm;
  readonly #trace: (line: string) => void;
  readonly #names: readonly Name[];

  constructor(seed: number, options: WalkOptions) {
    const dice = new Dice(seed);
    this.#dice = dice;
    this.#trace = options.trace ?? (() => {});
    this.#swarm = someSwarm(dice);
    this.topology = someTopology(dice, options.size ?? 5);
    this.#names = this.topology.services.map(({ name }) => name);
    const pids = { first: 300, last: 348 };
    this.run = new Run(this.topology.root, {
      ...{ seed, pids, jitterMs: dice.pick([0, 0, 20]) },
      ...options,
    });
    this.run.trace = this.#trace;
    this.promises = new Promises(this.run);
    this.#script();
    this.run.boot();
  }

  wander(steps: number): void {
    for (let step = 0; step < steps; step += 1) {
      if (this.run.isManaged) this.#act();
      else this.#revive();
      this.#pass(this.#dice.pick([0, 1, 10, 100, 500, 1_000, 3_000, 8_000]));
    }
  }

  /** No more trouble: everything wanted runs, or says why it does not. */
  settle(): void {
    this.#calm();
    this.run.send({ type: 'pin', names: this.#names, pinned: false });
    this.run.send({ type: 'amend', spec: this.topology.root });
    this.promises.pinned.clear();
    this.#pass(30_000);
    this.#want(this.#names);
    this.#until(() => {
      for (const name of this.#stuck()) this.#free(name);
      return this.#names.every((name) => this.#isUp(name));
    });
    const laggard = this.#names.find((name) => !this.#isUp(name));
    if (laggard === undefined) return;
    const state = this.run.view(laggard)?.state;
    throw new BrokenPromise('L4', `L4: ${laggard} is ${state}, though nothing is wrong any more`);
  }

  #isUp(name: Name): boolean {
    const status = this.run.view(name)?.status;
    return status === 'running' || status === 'completed';
  }

  leave(): void {
    this.#trace('stop everything');
    this.promises.deadlineAt = this.run.kernel.clock.elapsed() + 20_000;
    this.run.root.send({ type: 'stop' });
    this.#until(() => this.#isHeld() || this.#stuck().length > 0, 60_000);
    this.#until(() => {
      for (const name of this.#stuck()) this.#free(name);
      return this.#isHeld();
    }, 60_000);
    const state = this.run.root.getSnapshot().value;
    if (state !== 'held') throw new BrokenPromise('L3', `L3: the root is ${state} for ever`);
    const alive = this.run.kernel.alive();
    if (alive.length > 0)
      throw new BrokenPromise('L3', `L3: alive after all: ${JSON.stringify(alive)}`);
    const pending = this.run.kernel.clock.pending(this.run.manager);
    if (pending > 0) throw new BrokenPromise('S24', `S24: ${pending} timers are left`);
    if (this.run.manager.open > 0)
      throw new BrokenPromise('S24', `S24: ${this.run.manager.open} watches are left`);
  }

  #isHeld(): boolean {
    return this.run.root.getSnapshot().value === 'held';
  }

  /** Only what no signal can reach may be that. */
  #stuck(): readonly Name[] {
    return this.#names.filter((name) => this.run.view(name)?.status === 'stuck');
  }

  #free(name: Name): void {
    const lifeline = `/state/run/${name}.lifeline`;
    this.run.kernel.thaw(lifeline);
    this.run.kernel.kill(lifeline);
  }

  #act(): void {
    const dice = this.#dice;
    const { kernel } = this.run;
    const name = dice.pick(this.#names);
    const some = dice.some(this.#names, 30);
    const acts: [number, string, () => void][] = [
      [25, `want ${some}`, () => this.#want(some)],
      [12, `unwant ${some}`, () => this.run.send({ type: 'unwant', names: some })],
      [10, `recycle ${name}`, () => this.#recycle([name])],
      [3, `destroy ${name}`, () => this.#destroy([name])],
      [3, `reload ${name}`, () => this.run.send({ type: 'reload', names: [name] })],
      [
        3,
        `upgrade ${name}`,
        () => this.run.send({ type: 'signal', names: [name], signal: 'SIGUSR2' }),
      ],
      [8, `kill ${name}`, () => kernel.kill(name)],
      [2, `kill the tree of ${name}`, () => kernel.kill(`/state/run/${name}.lifeline`)],
      [2, `stop the process ${name}`, () => kernel.stopProcess(name)],
      [2, `continue the process ${name}`, () => kernel.continueProcess(name)],
      [2, `freeze ${name}`, () => kernel.freeze(name)],
      [4, `thaw ${name}`, () => kernel.thaw(name)],
      [3, `silence ${name}`, () => kernel.silence(name, dice.chance(50))],
      [this.#swarm.strangers ? 12 : 0, 'a stranger', () => this.#bearStranger()],
      [
        this.#swarm.shortage ? 4 : 0,
        'a shortage',
        () => kernel.failSpawns('out-of-resources', dice.between(1, 4)),
      ],
      [this.#swarm.pins ? 5 : 0, `pin ${name}`, () => this.#pin(name, dice.chance(50))],
      [
        this.#swarm.amends ? 6 : 0,
        'amend',
        () => this.#amend(dice.some(this.#names, 30), dice.some(this.#names, 15)),
      ],
      [
        this.#swarm.managers ? 6 : 0,
        'the manager dies',
        () => kernel.crashManager(this.run.manager),
      ],
      [
        this.#swarm.managers && !this.#swarm.drops ? 6 : 0,
        'the manager will die',
        () => kernel.crashManagerAfter(dice.between(0, 6), this.run.manager),
      ],
      [this.#swarm.reboots ? 2 : 0, 'reboot', () => this.#reboot()],
      [20, 'nothing', () => {}],
    ];
    const [, what, act] = weighted(dice, acts);
    this.#trace(`${kernel.clock.elapsed()} ${what}`);
    act();
    this.#checked();
  }

  #want(names: readonly Name[]): void {
    const all = requirementsOf(this.topology.services, names);
    this.promises.forgive(all);
    this.run.send({ type: 'want', names: all });
  }

  #recycle(names: readonly Name[]): void {
    const all = requirementsOf(this.topology.services, names);
    this.promises.forgive(all);
    this.run.send({ type: 'want', names: all });
    this.promises.forgive(names);
    this.run.send({ type: 'recycle', names });
  }

  #destroy(names: readonly Name[]): void {
    this.promises.condemn(names);
    this.run.send({ type: 'destroy', names });
  }

  #pin(name: Name, pinned: boolean): void {
    if (pinned) this.promises.pinned.add(name);
    else this.promises.pinned.delete(name);
    this.run.send({ type: 'pin', names: [name], pinned });
  }

  /** Some are described differently, some not at all: those come back at the next one. */
  #amend(changed: readonly Name[], missing: readonly Name[]): void {
    const hash = `h${this.#dice.between(1, 3)}`;
    const needed = new Set(
      this.topology.services.flatMap(({ dependsOn }) => dependsOn.map(({ name }) => name)),
    );
    const spec = redescribed(this.topology.root, (one) => {
      if (missing.includes(one.name) && !needed.has(one.name)) return null;
      return changed.includes(one.name) ? { ...one, hash } : one;
    });
    for (const name of missing) if (!needed.has(name)) this.run.wishes.set(name, 'down');
    this.run.spec = spec;
    this.run.send({ type: 'amend', spec });
  }

  #bearStranger(): void {
    const { kernel } = this.run;
    if (kernel.named('stranger').length > 8) return;
    const count = this.#dice.between(1, 4);
    for (let n = 0; n < count; n += 1) {
      kernel.bear('stranger', { exitsAfterMs: this.#dice.pick([1, 500, 4_000]) });
    }
  }

  #reboot(): void {
    this.run.kernel.reboot();
    this.run.forgetBoot();
    this.promises.forgetBoot();
  }

  #revive(): void {
    if (this.#dice.chance(50)) return this.#haunt();
    this.#trace(`${this.run.kernel.clock.elapsed()} a new manager`);
    // What was taken out and may not have been stopped yet is still in the journal.
    this.run.spec = this.topology.root;
    this.promises.forgetDelays();
    this.run.boot();
    this.#checked();
  }

  /** Nobody looks: services die, and strangers take their numbers. */
  #haunt(): void {
    const { kernel } = this.run;
    for (const name of this.#dice.some(this.#names, 40)) kernel.kill(name);
    if (!this.#swarm.strangers) return;
    for (let round = 0; round < 4; round += 1) {
      this.#pass(2);
      while (kernel.named('stranger').length < 20) {
        kernel.bear('stranger', { exitsAfterMs: this.#dice.pick([1, 1, 1, 30_000]) });
      }
    }
  }

  #calm(): void {
    const { kernel } = this.run;
    this.#trace(`${kernel.clock.elapsed()} all is calm`);
    for (const spec of this.topology.services) {
      kernel.script(spec.name, goodProgram(spec));
      kernel.script(`init-${spec.name}`, {
        exitsAfterMs: 10,
        creates: [`/data/${spec.name}.new/`],
      });
      kernel.thaw(spec.lifeline);
      kernel.continueProcess(spec.lifeline);
      kernel.silence(spec.lifeline, false);
    }
    for (const name of this.#stuck()) this.#free(name);
    this.promises.forgetDelays();
    if (!this.run.isManaged) this.run.boot();
    kernel.crashManagerAfter(Number.POSITIVE_INFINITY, this.run.manager);
    this.#endShortage();
    this.run.spec = this.topology.root;
  }

  /** Whatever failures of spawns are left are used up by a program that nobody has. */
  #endShortage(): void {
    const options = { lifeline: null, output: null, timeoutMs: 1 };
    for (let left = 40; left > 0; left -= 1) {
      this.run.kernel.run(command('nothing'), options, () => {});
      if (this.run.kernel.history.spawns.at(-1)?.problem === 'missing-binary') return;
    }
  }

  #script(): void {
    const { kernel } = this.run;
    for (const spec of this.topology.services) {
      const programs = Array.from({ length: 8 }, () =>
        someProgram(this.#dice, spec, this.#swarm.drops),
      );
      kernel.script(spec.name, ...programs);
      kernel.script(
        `init-${spec.name}`,
        someInit(this.#dice, spec.name),
        someInit(this.#dice, spec.name),
      );
    }
  }

  #pass(ms: number): void {
    const { clock } = this.run.kernel;
    const end = clock.elapsed() + ms;
    for (;;) {
      const next = clock.nextAt();
      if (next === null || next - clock.now() > end - clock.elapsed()) break;
      clock.step();
      this.#checked();
    }
    clock.advance(end - clock.elapsed());
    this.promises.checkAll();
  }

  #until(isReached: () => boolean, limitMs = everLongMs): void {
    const { clock } = this.run.kernel;
    const end = clock.elapsed() + limitMs;
    while (!isReached() && clock.elapsed() < end) this.#pass(250);
    this.#pass(0);
  }

  #checked(): void {
    this.events += 1;
    if (this.events > eventsAllowed) throw new BrokenPromise('L6', 'L6: it never comes to rest');
    this.promises.check();
  }
}

function someSwarm(dice: Dice): Swarm {
  const managers = dice.chance(50);
  return {
    managers,
    reboots: managers && dice.chance(50),
    strangers: dice.chance(60),
    shortage: dice.chance(30),
    pins: dice.chance(20),
    amends: dice.chance(25),
    drops: dice.chance(20),
  };
}

function weighted<T extends readonly [number, ...unknown[]]>(dice: Dice, from: readonly T[]): T {
  let left = dice.between(
    1,
    from.reduce((sum, [weight]) => sum + weight, 0),
  );
  for (const one of from) {
    left -= one[0];
    if (left <= 0) return one;
  }
  return from[0] as T;
}
