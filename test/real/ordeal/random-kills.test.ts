/**
 * Real processes: a manager under a workload is killed at a random moment, again and
 * again. Each next one finds at most one tree of each service, knows what was wished, has
 * lost nothing that nobody touched, and the last one leaves nothing.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Dice } from '../../../src/simulation/dice.ts';
import { report, sized } from '../../support/ordeal.ts';
import { Arena, first, useArenas } from './arena.ts';
import type { Host, Verb } from './host.ts';
import type { Look, Service } from './look.ts';

const kills = sized('kills', 6, 1_000);
const seed = sized('seed', 20_261_125, 20_261_125);
const minutes = 60_000;
useArenas();

it('keeps what it was told through any number of random kills', {
  timeout: sized('minutes', 3, 60) * minutes,
}, async () => {
  const arena = new Arena();
  const story = new Story(arena, new Dice(seed));
  try {
    for (let turn = 1; turn <= kills; turn++) {
      const problems = await story.turn();
      expect(problems, `kill ${turn} of seed ${seed}`).toEqual([]);
    }
    expect(await story.end()).toEqual([]);
  } finally {
    await story.host?.crash();
    arena.clear();
  }
  report(`random kills: ${kills}; ${JSON.stringify(story.counts)}`);
});

const verbs: readonly Verb[] = ['start', 'start', 'stop', 'restart', 'kill', 'reload'];
const reloadable: readonly Service[] = ['plain', 'workers'];
const wishes: Partial<Record<Verb, 'up' | 'down'>> = {
  ...{ start: 'up', restart: 'up' },
  ...{ stop: 'down', kill: 'down' },
};

class Story {
  readonly counts = { commands: 0, answered: 0, inBoot: 0 };
  host: Host | null = null;
  readonly #arena: Arena;
  readonly #dice: Dice;
  /** As it was last acknowledged; absent where a command was cut off. */
  readonly #wished = new Map<Service, 'up' | 'down'>(first.map((name) => [name, 'down']));
  /** Who was found alive, and was not meant by any command since. */
  #known: Look | null = null;
  readonly #untouched = new Set<Service>();

  constructor(arena: Arena, dice: Dice) {
    this.#arena = arena;
    this.#dice = dice;
  }

  /** Kills the last manager of some work, and looks at what the next one makes of it. */
  async turn(): Promise<readonly string[]> {
    await this.#work();
    const problems = [...(await this.#arena.unlessAtMostOneTree())];
    while (this.#dice.chance(20)) await this.#killInBoot();
    this.host = this.#arena.host();
    const taken = await this.host.up;
    if (taken === null) return [`no next manager: ${this.host.complaints()}`];
    for (const { name, desired } of taken.services) {
      const wished = this.#wished.get(name as Service);
      if (wished !== undefined && wished !== desired) {
        problems.push(`lost: the wish that ${name} be ${wished}`);
      }
      this.#wished.set(name as Service, desired);
    }
    const up = first.filter((name) => this.#wished.get(name) === 'up');
    problems.push(...(await this.#arena.unlessOneTreeEach(up, await this.host.ask('settle', up))));
    const now = this.#arena.look();
    for (const name of this.#untouched) {
      if (this.#known?.mainOf(name) !== now.mainOf(name)) problems.push(`lost: ${name} is another`);
    }
    this.#known = now;
    this.#untouched.clear();
    for (const name of first) this.#untouched.add(name);
    return problems;
  }

  async end(): Promise<readonly string[]> {
    const stopped = await this.host?.ask('stop');
    return [
      ...(stopped?.error === undefined ? [] : [stopped.error.message]),
      ...this.#arena.unlessNobody(),
    ];
  }

  /** One command at a time for each service, all at once, until the kill. */
  async #work(): Promise<void> {
    const { host } = this;
    if (host === null) return;
    const dice = this.#dice;
    let isOver = false;
    const busy = first.map(async (name) => {
      while (!isOver && dice.chance(90)) {
        const verb = dice.pick(verbs);
        await this.#command(host, verb, name);
      }
    });
    await delay(dice.between(0, 400));
    await host.crash();
    isOver = true;
    await Promise.all(busy);
  }

  async #command(host: Host, verb: Verb, name: Service): Promise<void> {
    if (verb === 'reload' && !reloadable.includes(name)) return;
    this.counts.commands++;
    if (verb !== 'reload') this.#untouched.delete(name);
    const wish = wishes[verb];
    if (wish !== undefined) this.#wished.delete(name);
    const answer = await host.ask(verb, [name]);
    if (answer === null || answer.error !== undefined) return;
    this.counts.answered++;
    if (wish !== undefined) this.#wished.set(name, wish);
  }

  async #killInBoot(): Promise<void> {
    this.counts.inBoot++;
    const host = this.#arena.host();
    await delay(this.#dice.between(0, 400));
    await host.crash();
  }
}
