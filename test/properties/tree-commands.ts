/** What is done to a tree of services, and the look whether it is as one would expect. */
import fc from 'fast-check';
import { expect } from 'vitest';
import type { GroupSpec, Name } from '../../src/machines/vocabulary.ts';
import { servicesOf } from '../../src/services/members.ts';
import { requirementsOf } from '../support/requirements.ts';
import { boot, type World } from '../support/world.ts';
import { acting } from './settings.ts';
import { TreeModel } from './tree-model.ts';

export class RealTree {
  readonly world: World;
  readonly spec: GroupSpec;
  /** By the process each had when it was last at rest. */
  #pids = new Map<Name, number | null>();
  #generations = new Map<Name, number>();
  /** Whatever was done, it was done to a tree at rest, so that it is known who was restarted. */
  isExact = true;

  constructor(spec: GroupSpec) {
    this.spec = spec;
    this.world = boot(spec);
  }

  requirementsOf(names: readonly Name[]): readonly Name[] {
    return requirementsOf(servicesOf(this.spec), names);
  }

  /** Step by step: never two generations of one service, and nothing alive that is said to be down. */
  pass(ms: number): void {
    const { clock } = this.world.kernel;
    const end = clock.now() + ms;
    for (let next = clock.nextAt(); next !== null && next <= end; next = clock.nextAt()) {
      clock.step();
      this.check();
    }
    clock.advance(end - clock.now());
  }

  check(): void {
    const { kernel } = this.world;
    const spawns = new Map<string, Set<number | null>>();
    for (const { program, spawn } of kernel.alive()) {
      spawns.set(program, (spawns.get(program) ?? new Set()).add(spawn));
      expect(down, `${program} is alive`).not.toContain(this.world.status(program));
    }
    for (const [name, all] of spawns) expect(all.size, name).toBe(1);
    expect(kernel.violations).toEqual([]);
  }

  settle(model: TreeModel): void {
    this.pass(60_000);
    for (const { child, isUp, hasFailed, generation } of model.services) {
      const { name } = child.spec;
      const status = this.world.status(name);
      const alive = this.world.kernel.named(name);
      expect(status === 'running', `${name} is ${status}`).toBe(isUp);
      expect(alive.length, name).toBe(isUp ? 1 : 0);
      if (hasFailed) expect(status, name).toBe('failed');
      const pid = alive[0]?.identity.pid ?? null;
      const isNew = pid !== null && pid !== this.#pids.get(name);
      const isExpected = isUp && generation !== this.#generations.get(name);
      if (this.isExact) expect(isNew, `${name} was restarted`).toBe(isExpected);
      this.#pids.set(name, pid);
      this.#generations.set(name, generation);
    }
    this.isExact = true;
  }
}

const down = ['stopped', 'crashed', 'backoff', 'completed', 'failed'];

type Command = fc.Command<TreeModel, RealTree>;
type Act = (model: TreeModel, real: RealTree) => void;

const start =
  (names: readonly Name[]): Act =>
  (model, real) => {
    const all = real.requirementsOf(names);
    model.want(all);
    real.world.start(...all);
  };

const stop =
  (names: readonly Name[]): Act =>
  (model, { world }) => {
    model.unwant(names);
    world.stop(...names);
  };

const restart =
  (name: Name): Act =>
  (model, real) => {
    start([name])(model, real);
    model.restart(name);
    real.world.root.send({ type: 'recycle', names: [name] });
  };

/** Of one that runs, while all is at rest. */
const crash =
  (name: Name): Act =>
  (model, real) => {
    real.settle(model);
    if (!model.isUp(name)) return;
    model.crash(name);
    real.world.kernel.kill(name);
    real.pass(0);
  };

export function treeCommands(names: readonly Name[]): fc.Arbitrary<Iterable<Command>> {
  const some = fc.subarray([...names], { minLength: 1 });
  const one = fc.constantFrom(...names);
  const settles = fc.integer({ min: 0, max: 2 }).map((n) => n > 0);
  const of = <Value>(verb: string, values: fc.Arbitrary<Value>, act: (value: Value) => Act) =>
    fc
      .tuple(values, settles)
      .map(([value, isLast]) => acting(`${verb} ${value}`, isLast, act(value)));
  return fc.commands(
    [
      of('start', some, start),
      of('stop', some, stop),
      of('restart', one, restart),
      of('crash', one, crash),
      of('crash', one, crash),
      of('crash', one, crash),
      of('wait', fc.constantFrom(0, 10, 700, 3_000), (ms) => (_, real) => real.pass(ms)),
    ],
    { maxCommands: 25, size: 'max' },
  );
}

export function runTree(spec: GroupSpec, commands: Iterable<Command>): void {
  const model = new TreeModel(spec);
  const real = new RealTree(spec);
  const all = servicesOf(spec).map(({ name }) => name);
  acting('start all', true, start(all)).run(model, real);
  fc.modelRun(() => ({ model, real }), commands);
  real.settle(model);
}
