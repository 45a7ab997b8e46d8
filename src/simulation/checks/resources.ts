/** What a manager holds is bounded by what lives, and nothing is left when all is over. */
import type { Check } from './check.ts';

const perService = 24;
const everySteps = 32;

/** Exactly one status, and no actor beside the state that it belongs to. */
export const bounded: Check = ({ system, facts }) => {
  let steps = 0;
  return {
    stepped() {
      steps += 1;
      if (steps % everySteps !== 0 || system.seat === null) return;
      const { manager, supervisor } = system.seat;
      const limit = perService * (facts.requirements.names.length + 2);
      if (manager.open > limit) system.fail('S24', `${manager.open} watches are open`);
      if (supervisor !== null) look('root', supervisor.actor.getSnapshot() as AnySnapshot);
    },
    ended() {
      const seat = system.seats.at(-1);
      if (seat === undefined) return;
      const timers = system.kernel.clock.pending(seat.manager);
      if (timers > 0) system.fail('S24', `${timers} timers are left`);
      if (seat.manager.open > 0) system.fail('S24', `${seat.manager.open} watches are left`);
    },
  };

  function look(name: string, { value, tags, children }: AnySnapshot): void {
    if (tags.size !== 1) system.fail('S24', `${name} has the tags ${[...tags]}`);
    const state = JSON.stringify(value);
    for (const [id, child] of Object.entries(children)) {
      if (child === undefined) continue;
      const belongs = homes[id];
      if (belongs === undefined) look(id, child.getSnapshot());
      else if (!belongs.test(state)) system.fail('S24', `${name} has a ${id} in ${state}`);
    }
  }
};

interface AnySnapshot {
  readonly value: unknown;
  readonly tags: ReadonlySet<string>;
  readonly children: Readonly<Record<string, { getSnapshot(): AnySnapshot } | undefined>>;
}

const homes: Readonly<Record<string, RegExp>> = {
  process: /alive/,
  adoption: /adopting/,
  prepare: /preparing/,
  pidFile: /awaitingPid|relocating/,
  readiness: /probing|holdingStop/,
  health: /running/,
  reload: /reloading/,
};
