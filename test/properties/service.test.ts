/**
 * One service, asked for and crashing in any order, against what a person would expect of it:
 * whether it is wanted, whether it is alive, and how many restarts it has used.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Program, SimulatedKernel } from '../../src/kernel/simulated/index.ts';
import type { RestartType } from '../../src/machines/vocabulary.ts';
import { restart, service } from '../support/specs.ts';
import { boot, type World } from '../support/world.ts';
import { acting, patience, runs } from './settings.ts';

/** What each program comes to by itself; null: it runs until it is stopped. */
const programs = {
  good: { script: {}, end: null },
  deaf: { script: { deafTo: ['SIGTERM'] }, end: null },
  slow: { script: { stopsAfterMs: 1_500 }, end: null },
  busy: { script: { workers: [{ count: 2, outlivesParent: 'always' }] }, end: null },
  crashing: { script: { exitsAfterMs: 10, exitCode: 1 }, end: 'bad' },
  dyingLate: { script: { exitsAfterMs: 3_000, exitSignal: 'SIGSEGV' }, end: 'bad' },
  missing: { script: { problem: 'missing-binary' }, end: 'bad' },
  finishing: { script: { exitsAfterMs: 10 }, end: 'good' },
  fatal: { script: { exitsAfterMs: 10, exitCode: 78 }, end: 'fatal' },
} as const satisfies Record<string, { script: Program; end: 'good' | 'bad' | 'fatal' | null }>;
type Kind = keyof typeof programs;

interface Setting {
  readonly type: RestartType;
  readonly intensity: number;
  readonly delayMs: number;
}

/** The expectation. What takes time is thought to its end at once. */
class Model {
  wish: 'up' | 'down' = 'down';
  isAlive = false;
  rest: 'completed' | 'failed' | null = null;
  used = 0;
  spawns = 0;
  next: Kind = 'good';
  readonly setting: Setting;

  constructor(setting: Setting) {
    this.setting = setting;
  }

  ask(again: boolean): void {
    this.wish = 'up';
    this.used = 0;
    if (again || !this.isAlive) this.begin();
  }

  unask(): void {
    Object.assign(this, { wish: 'down', isAlive: false, rest: null });
  }

  begin(): void {
    this.spawns += 1;
    this.rest = null;
    const { end } = programs[this.next];
    this.isAlive = end === null;
    if (end !== null) this.end(end);
  }

  end(how: 'good' | 'bad' | 'fatal'): void {
    const { type, intensity } = this.setting;
    this.isAlive = false;
    if (how === 'good' && type !== 'permanent') this.rest = 'completed';
    else if (type === 'temporary' || how === 'fatal' || this.used >= intensity)
      this.rest = 'failed';
    else {
      this.used += 1;
      this.begin();
    }
  }
}

class Real {
  readonly world: World;
  /** Whatever was done, it was done to a service that had come to rest. */
  isExact = true;

  constructor({ type, intensity, delayMs }: Setting) {
    const policy = restart({ type, intensity, delayMs, periodMs: hour, fatalExitCodes: [78] });
    this.world = boot([service('web', { restart: policy })], {
      kernel: new SimulatedKernel().script('web', programs.good.script),
    });
  }

  pass(ms: number): void {
    const { clock } = this.world.kernel;
    const end = clock.now() + ms;
    for (let next = clock.nextAt(); next !== null && next <= end; next = clock.nextAt()) {
      clock.step();
      this.check();
    }
    clock.advance(end - clock.now());
  }

  /** Of one generation at most, and none where it is said to be down. */
  check(): void {
    const { kernel } = this.world;
    const alive = kernel.alive();
    expect(new Set(alive.map(({ spawn }) => spawn)).size).toBeLessThanOrEqual(1);
    if (down.includes(this.world.status('web'))) expect(alive).toEqual([]);
    expect(kernel.violations).toEqual([]);
  }

  settle(model: Model): void {
    const { world } = this;
    this.pass(minute);
    const status = model.isAlive ? 'running' : (model.rest ?? 'stopped');
    expect(world.status('web')).toBe(status);
    expect(world.kernel.named('web').filter(({ role }) => role === 'main').length).toBe(
      model.isAlive ? 1 : 0,
    );
    if (this.isExact) expect(world.kernel.history.spawns.length).toBe(model.spawns);
    model.spawns = world.kernel.history.spawns.length;
    this.isExact = true;
  }
}

const down = ['stopped', 'crashed', 'backoff', 'completed', 'failed'];
const minute = 60_000;
const hour = 60 * minute;

type Command = fc.Command<Model, Real>;
type Act = (model: Model, real: Real) => void;

/** Until it is noticed: what is asked before that is asked of a service that runs. */
const crash: Act = (model, real) => {
  const { world } = real;
  const isUp = ['starting', 'running'].includes(world.status('web'));
  // What is about to end by itself is left to do so.
  if (!model.isAlive || !isUp || world.kernel.named('web').length === 0) return;
  world.kernel.kill('web');
  real.pass(0);
  model.end('bad');
};

const send = (type: 'recycle' | 'destroy', { world }: Real): void =>
  world.root.send({ type, names: ['web'] });

const acts: Readonly<Record<string, Act>> = {
  start: (model, { world }) => {
    model.ask(false);
    world.start('web');
  },
  stop: (model, { world }) => {
    model.unask();
    world.stop('web');
  },
  restart: (model, real) => {
    model.ask(true);
    send('recycle', real);
  },
  destroy: (model, real) => {
    model.unask();
    send('destroy', real);
  },
  crash,
};

const become = (kind: Kind): Command =>
  acting(`become ${kind}`, true, (model, real) => {
    real.settle(model);
    model.next = kind;
    real.world.kernel.script('web', programs[kind].script);
  });

const wait = (ms: number): Command => acting(`wait ${ms}`, false, (_, real) => real.pass(ms));

/** All restarts fall out of the period. */
const waitLong: Command = acting('wait for two hours', true, (model, real) => {
  real.settle(model);
  real.pass(2 * hour);
  if (model.rest === null) model.used = 0;
});

const commands = fc.commands(
  [
    ...Object.entries(acts).map(([name, act]) =>
      fc.boolean().map((settles) => acting(name, settles, act)),
    ),
    fc.constantFrom(...(Object.keys(programs) as Kind[])).map(become),
    fc.constantFrom(0, 1, 20, 300, 1_000, 4_900).map(wait),
    fc.constant(waitLong),
  ],
  { maxCommands: 30, size: 'max' },
);

const settings = fc.record({
  type: fc.constantFrom<RestartType>('permanent', 'transient', 'temporary'),
  intensity: fc.nat(3),
  delayMs: fc.constantFrom(0, 10, 1_000),
});

describe('one service', patience, () => {
  it('is alive exactly as long as a person would expect, whatever is done to it', () => {
    const property = fc.property(settings, commands, (setting, all) => {
      const model = new Model(setting);
      const real = new Real(setting);
      fc.modelRun(() => ({ model, real }), all);
      real.settle(model);
      acts['stop']?.(model, real);
      real.settle(model);
      expect(real.world.kernel.alive()).toEqual([]);
    });
    fc.assert(property, runs(120));
  });
});
