/**
 * Mistakes that such a program has been known to make, planted one at a time. A simulation
 * that does not notice them would not notice the next one either.
 */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { fromCallback } from 'xstate';
import type { Manager } from '../../src/kernel/simulated/index.ts';
import { type Fleet, memberAt } from '../../src/machines/fleet.ts';
import type { ProcessCommand, ProcessInput, ServiceFact } from '../../src/machines/protocol.ts';
import type { Order } from '../../src/machines/reconcile.ts';
import { serviceMachine } from '../../src/machines/service.ts';
import { type SimulateOptions, simulate } from '../../src/simulation/index.ts';

type Functions = Record<string, (...args: never[]) => unknown>;
/** What stands in for exported functions of the machines while a mutant is alive. */
const planted = vi.hoisted(() => {
  const self = { functions: {} as Functions, switchable };
  async function switchable(load: () => Promise<unknown>) {
    const real = (await load()) as Functions;
    const entries = Object.entries(real).map(([name, value]) => {
      if (typeof value !== 'function') return [name, value];
      return [name, (...args: never[]) => (self.functions[name] ?? value)(...args)];
    });
    return Object.fromEntries(entries);
  }
  return self;
});

vi.mock('../../src/machines/restart.ts', planted.switchable);
vi.mock('../../src/machines/reconcile.ts', planted.switchable);
vi.mock('../../src/machines/fleet.ts', planted.switchable);
vi.mock('../../src/machines/plan.ts', planted.switchable);
vi.mock('../../src/actors/process.ts', planted.switchable);

const seedsAllowed = 150;

type Distortion = Pick<SimulateOptions, 'distort'>;

interface Mutant {
  readonly name: string;
  readonly options?: Distortion;
  readonly functions?: Functions;
  readonly guards?: Record<string, () => boolean>;
  readonly delays?: Record<string, () => number>;
}

/** The kernel, with some of its answers changed. */
const kernel = (change: (real: Manager) => Partial<Manager>): Distortion => ({
  distort: (real) => {
    const changed = change(real) as Record<PropertyKey, unknown>;
    return new Proxy(real, {
      get: (target, key) => {
        if (key in changed) return changed[key];
        const value = Reflect.get(target, key) as unknown;
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  },
});

/** The process actor, with some of what it hears or says changed. */
const processActor = (
  hear: (command: ProcessCommand) => ProcessCommand | null,
  say: (fact: ServiceFact) => ServiceFact | null = (fact) => fact,
): Functions => ({
  createProcessActor: ((kernel: unknown) => {
    const real = original('createProcessActor')(kernel as never) as {
      config: (args: object) => (() => void) | undefined;
    };
    return fromCallback<ProcessCommand, ProcessInput>((args) =>
      real.config({
        ...args,
        receive: (listener: (command: ProcessCommand) => void) =>
          args.receive((command) => {
            const heard = hear(command);
            if (heard !== null) listener(heard);
          }),
        sendBack: (fact: ServiceFact) => {
          const said = say(fact);
          if (said !== null) args.sendBack(said);
        },
      }),
    );
  }) as never,
});

const same = <T>(value: T): T => value;
const nothing = { needed: [], lacking: [] };

const mutants: readonly Mutant[] = [
  {
    name: 'believes any pid file',
    options: kernel(() => ({ holds: () => true })),
  },
  {
    name: 'takes a number for a process',
    options: kernel((real) => ({
      isAlive: ({ pid }) => real.identify(pid) !== null,
      watchExit: (identity, gone) => real.watchExit(real.identify(identity.pid) ?? identity, gone),
    })),
  },
  {
    name: 'thinks that a tree ends with its main process',
    options: kernel(() => ({ isEmpty: () => true })),
  },
  {
    name: 'does not look for what an earlier manager left',
    options: kernel(() => ({ isHeld: () => false, isAlive: () => false })),
  },
  {
    name: 'never hears of the end of an adopted process',
    options: kernel(() => ({ watchExit: () => () => {}, watchLifeline: () => () => {} })),
  },
  {
    name: 'kills at once',
    functions: processActor((command) => (command.type === 'ask' ? { type: 'kill' } : command)),
  },
  {
    name: 'is deaf to the last signal',
    functions: processActor((command) => (command.type === 'kill' ? null : command)),
  },
  {
    name: 'does not sweep',
    functions: processActor((command) => (command.type === 'sweep' ? null : command)),
  },
  {
    name: 'overlooks survivors',
    functions: processActor(same, (fact) =>
      fact.type === 'process.exited' ? { ...fact, survivors: false } : fact,
    ),
  },
  {
    name: 'calls a kill the end',
    functions: processActor(same, (fact) =>
      fact.type === 'process.signalled' && fact.by === 'SIGKILL'
        ? { type: 'tree.ended', at: fact.at, chance: 0 }
        : fact,
    ),
  },
  { name: 'does not ask whether anybody survived', guards: { hasSurvivors: () => false } },
  { name: 'has no patience', delays: { stopWait: () => 0, sweepWait: () => 0 } },
  { name: 'waits for ever for a stop', delays: { stopWait: () => 1e9 } },
  { name: 'counts one restart too many', functions: { judge: countsOneTooMany as never } },
  { name: 'restarts without delay', functions: { judge: hurries as never } },
  { name: 'does not hear a stop', functions: { unwant: same as never } },
  {
    name: 'does not tell dependents',
    functions: { neighbours: ((_: unknown, index: number) => new Set([index])) as never },
  },
  {
    name: 'does not tell groups what is outside',
    functions: { surroundingsOf: (() => nothing) as never },
  },
  {
    name: 'does not tell what its siblings wait for',
    functions: { exportsOf: (() => []) as never },
  },
  { name: 'starts without looking', functions: { nextCommands: startsAnything as never } },
];

function countsOneTooMany(policy: { intensity: number }, ...rest: unknown[]) {
  return original('judge')({ ...policy, intensity: policy.intensity + 1 }, ...rest);
}

function hurries(policy: object, ...rest: unknown[]) {
  return original('judge')({ ...policy, delayMs: 0 }, ...rest);
}

/** Whoever is wanted, whether or not what it needs is there. */
function startsAnything(fleet: Fleet, indices: Iterable<number>) {
  const all = [...indices];
  const orders = original('nextCommands')(fleet, all) as Order[];
  const idle = all
    .map((index) => memberAt(fleet, index))
    .filter(({ view, wanted }) => view.kind === 'service' && view.status === 'stopped' && wanted)
    .map(({ view }) => view.name);
  const told = new Set(orders.map(({ to }) => to));
  const starts = fleet.permitted ? idle.filter((name) => !told.has(name)) : [];
  return [...orders, ...starts.map((to) => ({ to, command: { type: 'start' } }))];
}

/** The function as it is, from within the one that stands in for it. */
function original(name: string): (...args: unknown[]) => unknown {
  return (...args) => {
    const mutant = planted.functions[name];
    delete planted.functions[name];
    try {
      return (modules[name] as (...all: unknown[]) => unknown)(...args);
    } finally {
      if (mutant !== undefined) planted.functions[name] = mutant;
    }
  };
}

const modules: Record<string, unknown> = {
  ...(await import('../../src/machines/restart.ts')),
  ...(await import('../../src/machines/reconcile.ts')),
  ...(await import('../../src/actors/process.ts')),
};

describe('a mutant that', () => {
  afterEach(() => {
    planted.functions = {};
  });

  it.each(mutants)('$name is caught', { timeout: 60_000 }, async (mutant) => {
    const caught = await catchMutant(mutant);
    expect(caught, `not caught within ${seedsAllowed} seeds`).not.toBeNull();
  });
});

async function catchMutant(mutant: Mutant): Promise<string | null> {
  const { guards, delays } = serviceMachine.implementations;
  const before = { guards: { ...guards }, delays: { ...delays } };
  Object.assign(guards, mutant.guards);
  Object.assign(delays, mutant.delays);
  planted.functions = { ...mutant.functions };
  try {
    for (let seed = 1; seed <= seedsAllowed; seed += 1) {
      const { broken } = await simulate({ seed, ...mutant.options });
      if (broken !== null) return broken.invariant;
    }
    return null;
  } finally {
    Object.assign(guards, before.guards);
    Object.assign(delays, before.delays);
  }
}
