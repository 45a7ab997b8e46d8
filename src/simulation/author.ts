/** Who thinks up what happens: one act after the other, by chance, of the troubles this run knows. */
import type { Fault } from '../kernel/simulated/faults.ts';
import type { Name, ProjectSpec } from '../machines/vocabulary.ts';
import type { Act } from './acts.ts';
import type { Dice } from './dice.ts';
import type { Facts } from './facts.ts';
import { stateDir } from './specs.ts';
import type { Swarm } from './swarm.ts';
import type { System } from './system.ts';

type Choice = readonly [weight: number, act: () => Act];

export class Author {
  readonly #dice: Dice;
  readonly #system: System;
  readonly #swarm: Swarm;
  readonly #names: readonly Name[];
  /** Others need them, so no configuration is without them. */
  readonly #needed: ReadonlySet<Name>;
  #hasFaults = false;
  /** Acts that make sense only one after the other. */
  readonly #planned: Act[] = [];

  constructor(dice: Dice, system: System, facts: Facts) {
    this.#dice = dice;
    this.#system = system;
    this.#swarm = system.scenario.swarm;
    this.#names = facts.requirements.names;
    this.#needed = neededOf(system.scenario.project);
  }

  next(): Act {
    const users = this.#system.isManaged ? this.#users() : [];
    return this.#next([...users, ...this.#unasked()]);
  }

  /** What no person does; null: this run knows no such trouble. */
  nextUnasked(): Act | null {
    const choices = this.#unasked();
    const isQuiet = this.#planned.length === 0 && choices.every(([weight]) => weight === 0);
    return isQuiet ? null : this.#next(choices);
  }

  #next(choices: readonly Choice[]): Act {
    const act = this.#planned.shift() ?? weighted(this.#dice, choices)();
    if (act.do === 'fault') this.#hasFaults = true;
    if (act.do === 'heal') this.#hasFaults = false;
    return act;
  }

  #unasked(): readonly Choice[] {
    return this.#system.isManaged
      ? [...this.#world(), ...this.#managers()]
      : [[12, () => ({ do: 'boot' })], ...this.#world(), ...this.#betweenManagers()];
  }

  #users(): readonly Choice[] {
    const dice = this.#dice;
    const swarm = this.#swarm;
    const some = (): readonly Name[] => {
      const chosen = dice.some(this.#names, 30);
      return chosen.length === 0 ? [dice.pick(this.#names)] : chosen;
    };
    const one = (): Name => dice.pick(this.#names);
    return [
      [24, () => ({ do: 'start', names: some() })],
      [12, () => ({ do: 'stop', names: some() })],
      [2, () => ({ do: 'stop-all' })],
      [9, () => ({ do: 'restart', names: [one()] })],
      [4, () => ({ do: 'kill', names: [one()] })],
      [3, () => ({ do: 'reload', names: [one()] })],
      [
        3,
        () => ({ do: 'signal', name: one(), signal: dice.pick(['SIGUSR2', 'SIGUSR2', 'SIGHUP']) }),
      ],
      [2, () => ({ do: 'look' })],
      [swarm.pins ? 5 : 0, () => ({ do: 'pin', names: [one()], pinned: dice.chance(50) })],
      [swarm.amends ? 6 : 0, () => this.#apply()],
      [swarm.amends ? 1 : 0, () => ({ do: 'apply-elsewhere' })],
    ];
  }

  #world(): readonly Choice[] {
    const dice = this.#dice;
    const swarm = this.#swarm;
    const signals = swarm.signals ? 1 : 0;
    const name = () => dice.pick(this.#names);
    return [
      [8 * signals, () => ({ do: 'end', name: name(), tree: dice.chance(20) })],
      [2 * signals, () => ({ do: 'suspend', name: name() })],
      [2 * signals, () => ({ do: 'resume', name: name() })],
      [2 * signals, () => ({ do: 'freeze', name: name() })],
      [4 * signals, () => ({ do: 'thaw', name: name() })],
      [3 * signals, () => ({ do: 'silence', name: name(), silent: dice.chance(50) })],
      [swarm.strangers ? 8 : 0, () => ({ do: 'strangers', lives: this.#lives(16) })],
      [swarm.shortage ? 4 : 0, () => ({ do: 'shortage', times: dice.between(1, 4) })],
      [swarm.disk && !this.#hasFaults ? 4 : 0, () => ({ do: 'fault', fault: this.#fault() })],
      [swarm.disk && this.#hasFaults ? 12 : 0, () => ({ do: 'heal' })],
      [swarm.pidFiles ? 4 : 0, () => this.#pidFile()],
      [
        swarm.clock ? 3 : 0,
        () => ({ do: 'set-clock', byMs: dice.pick([-86_400_000, -5_000, 3_600_000]) }),
      ],
    ];
  }

  #managers(): readonly Choice[] {
    const dice = this.#dice;
    const { managers, rivals, reboots, power, drops } = this.#swarm;
    return [
      [managers ? 5 : 0, () => ({ do: 'crash' })],
      // Between its birth and its record only the lifeline tells of a process.
      [managers && !drops ? 6 : 0, () => ({ do: 'crash-after', calls: dice.between(0, 6) })],
      [rivals ? 4 : 0, () => ({ do: 'rival' })],
      [reboots ? 2 : 0, () => ({ do: 'reboot' })],
      [power ? 3 : 0, () => ({ do: 'power-cut' })],
    ];
  }

  /** Nobody looks: services die, and strangers take their numbers. */
  #betweenManagers(): readonly Choice[] {
    const dice = this.#dice;
    const { strangers, power, drops } = this.#swarm;
    return [
      [4, () => ({ do: 'end', name: dice.pick(this.#names), tree: dice.chance(50) })],
      [strangers ? 16 : 0, () => this.#haunt()],
      // Without its lifeline only the record tells of a process.
      [
        power && !drops ? 2 : 0,
        () => ({ do: 'damage', part: dice.pick(['end', 'end', 'middle', 'all']) }),
      ],
    ];
  }

  /** Some services die where they were known to run, and their numbers go to others. */
  #haunt(): Act {
    const dead = this.#dice.some(this.#names, 40);
    const ends = dead.map((name): Act => ({ do: 'end', name, tree: true }));
    const [first, ...rest] = [...ends, { do: 'strangers', lives: this.#passingLives() } as const];
    this.#planned.push(...rest);
    return first as Act;
  }

  /** So many pass that the numbers come around again, and then some stay. */
  #passingLives(): readonly number[] {
    const passing = Array.from({ length: this.#dice.between(20, 60) }, () => 1);
    return [...passing, ...Array.from({ length: 14 }, () => 30_000)];
  }

  #lives(most: number): readonly number[] {
    const count = this.#dice.between(1, most);
    return Array.from({ length: count }, () => this.#dice.pick([1, 1, 500, 4_000, 30_000]));
  }

  #fault(): Fault {
    const dice = this.#dice;
    const under = dice.pick([
      `${stateDir}/journal`,
      `${stateDir}/journal`,
      `${stateDir}/run`,
      `${stateDir}/logs`,
    ]);
    const code = dice.pick(['ENOSPC', 'ENOSPC', 'EIO'] as const);
    if (dice.chance(20)) return { code: 'EIO', on: 'sync', under };
    return { code, on: 'write', under, times: dice.pick([1, 2, 6]) };
  }

  #pidFile(): Act {
    const dice = this.#dice;
    const content = dice.pick([null, 'stranger\n', 'stranger\n', 'garbage', '', '1\n', '301\n']);
    return { do: 'pid-file', name: dice.pick(this.#names), content };
  }

  #apply(): Act {
    const dice = this.#dice;
    const changed = dice.some(this.#names, 30);
    const missing = dice.some(this.#names, 15).filter((name) => !this.#needed.has(name));
    return { do: 'apply', hash: `h${dice.between(1, 3)}`, changed, missing };
  }
}

function neededOf({ root }: ProjectSpec): ReadonlySet<Name> {
  const needed = new Set<Name>();
  const look = ({ children }: ProjectSpec['root']): void => {
    for (const { spec } of children) {
      if (spec.kind === 'group') look(spec);
      else for (const { name } of spec.dependsOn) needed.add(name);
    }
  };
  look(root);
  return needed;
}

function weighted(dice: Dice, choices: readonly Choice[]): () => Act {
  let left = dice.between(
    1,
    choices.reduce((sum, [weight]) => sum + weight, 0),
  );
  for (const [weight, act] of choices) {
    left -= weight;
    if (left <= 0) return act;
  }
  return (choices[0] as Choice)[1];
}
