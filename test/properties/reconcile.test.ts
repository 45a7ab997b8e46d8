/**
 * The laws of the orders: a fleet of services that do what they are told, in any order and
 * at any pace, crash when they like, and are started and stopped by somebody meanwhile.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  allIndices,
  createFleet,
  type Fleet,
  indexOf,
  isNews,
  memberAt,
  memberOf,
} from '../../src/machines/fleet.ts';
import type { ServiceView } from '../../src/machines/protocol.ts';
import { nextCommands, type Order } from '../../src/machines/reconcile.ts';
import { decideAll, heed, obey, type Step, see } from '../../src/machines/supervise.ts';
import type { GroupSpec, Name, Status } from '../../src/machines/vocabulary.ts';
import { law, patience } from './settings.ts';
import { flatGroups } from './trees.ts';

const size = 6;
const names = Array.from({ length: size }, (_, n) => `s${n}`);

const acts = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('want' as const), names: fc.subarray(names) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('unwant' as const), names: fc.subarray(names) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('recycle' as const),
      names: fc.subarray(names, { maxLength: 2 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('destroy' as const),
      names: fc.subarray(names, { maxLength: 2 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('crash' as const), of: fc.nat(size - 1) }) },
  {
    weight: 12,
    arbitrary: fc.record({ do: fc.constant('progress' as const), of: fc.nat(size - 1) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('pin' as const),
      names: fc.subarray(names, { maxLength: 2 }),
      pinned: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.constantFrom({ do: 'forbid' as const }, { do: 'permit' as const }) },
);
type Act = typeof acts extends fc.Arbitrary<infer One> ? One : never;
const stories = fc.array(acts, { maxLength: 60, size: 'max' });

/** Services as their supervisor knows them: no actor, no clock, each one a word and what it may become. */
class Children {
  fleet: Fleet;
  /** Given, and not yet followed by anything that the child has shown. */
  readonly given = new Map<Name, Set<string>>();
  readonly seen: Order[] = [];
  #at = 0;

  constructor(spec: GroupSpec) {
    this.fleet = createFleet(spec, []);
    this.take(obey(this.fleet, { type: 'start' }));
    for (const name of names) this.show(name, 'stopped');
  }

  take({ fleet, orders }: Step): void {
    const before = this.fleet;
    this.fleet = fleet;
    for (const order of orders) {
      this.check(order, before);
      this.seen.push(order);
      this.given.set(order.to, (this.given.get(order.to) ?? new Set()).add(order.command.type));
    }
    for (const { to, command } of orders) this.follow(to, command.type);
  }

  /** What a service does at once when it is told. */
  follow(name: Name, command: string): void {
    const next = reactions[this.status(name)]?.[command];
    if (next !== undefined) this.show(name, next);
  }

  /** `isBorn`: it has a process, which it keeps until it is down. */
  show(
    name: Name,
    status: Status,
    failure: ServiceView['failure'] = null,
    isBorn = this.view(name).process !== null,
  ): void {
    const last = this.view(name);
    this.#at += 1;
    const view: ServiceView = {
      ...last,
      process: isBorn && !down.has(status) ? (last.process ?? somebody) : null,
      status,
      state: status,
      endedAt: this.#at * 1_000,
      failure,
    };
    this.given.delete(name);
    if (isNews(this.fleet, view)) this.take(see(this.fleet, view));
  }

  view(name: Name): ServiceView {
    return memberOf(this.fleet, name).view as ServiceView;
  }

  status(name: Name): Status {
    return this.view(name).status;
  }

  needsOf(name: Name): readonly Name[] {
    return memberOf(this.fleet, name).child.needs.map(({ sibling }) => sibling);
  }

  dependentsOf(name: Name): readonly Name[] {
    return names.filter((other) => this.needsOf(other).includes(name));
  }

  /** It, and all that it stands on, are wanted. */
  isWanted(name: Name): boolean {
    return (
      memberOf(this.fleet, name).wanted && this.needsOf(name).every((one) => this.isWanted(one))
    );
  }

  act(act: Act): void {
    switch (act.do) {
      case 'want':
      case 'unwant':
      case 'recycle':
      case 'destroy':
        return this.take(heed(this.fleet, { type: act.do, names: act.names }));
      case 'pin':
        return this.take(heed(this.fleet, { type: 'pin', names: act.names, pinned: act.pinned }));
      case 'permit':
        return this.take(obey(this.fleet, { type: 'start' }));
      case 'forbid':
        return this.take(obey(this.fleet, { type: 'stop' }));
      case 'crash': {
        const name = names[act.of] ?? '';
        const isUp = ['starting', 'running'].includes(this.status(name));
        const exit = { code: 1, signal: null };
        if (isUp) this.show(name, 'crashed', { kind: 'exited', exit });
        return;
      }
      case 'progress':
        this.progress(names[act.of] ?? '');
    }
  }

  /** What it comes to by itself, in time. */
  progress(name: Name): boolean {
    if (this.status(name) === 'starting' && this.view(name).process === null) {
      this.show(name, 'starting', null, true);
      return true;
    }
    const next = inTime[this.status(name)];
    if (next !== undefined) this.show(name, next);
    return next !== undefined;
  }

  /** Everybody comes to rest, in this order; false: they never do. */
  settle(order: readonly Name[]): boolean {
    for (let round = 0; round < 200; round += 1) {
      const moved = order.map((name) => this.progress(name));
      if (!moved.includes(true)) return true;
    }
    return false;
  }

  /** What must be true of every order there is. */
  check({ to, command }: Order, before: Fleet): void {
    const isUp = (name: Name) => !down.has(this.status(name));
    if (command.type === 'start') {
      expect(this.fleet.permitted && this.isWanted(to), `${to} is started unasked`).toBe(true);
      for (const one of this.needsOf(to))
        expect(this.status(one), `${to} needs ${one}`).toBe('running');
      expect(down.has(this.status(to)), `${to} is started twice`).toBe(true);
    }
    if (command.type === 'stop' && isUp(to)) {
      const isGoing = !this.fleet.permitted || !this.isWanted(to);
      const { recycling } = memberOf(this.fleet, to);
      expect(isGoing || recycling, `${to} is stopped, and wanted`).toBe(true);
      // Whoever stands on what goes for good goes as well, and first.
      if (isGoing && this.view(to).process !== null)
        expect(this.dependentsOf(to).filter(isUp), `${to} is stood on`).toEqual([]);
    }
    const isPinned = this.fleet.permitted && memberOf(this.fleet, to).pinned;
    if (isPinned) expect(command.type, `${to} is pinned`).toBe('kill');
    if (command.type === 'kill') expect(memberOf(this.fleet, to).condemned).toBe(true);
    expect(indexOf(before, to)).toBe(indexOf(this.fleet, to));
  }
}

const somebody = { bootId: 'b', pidNamespace: 'n', pid: 300, startTime: 1 };
const down: ReadonlySet<Status> = new Set(['stopped', 'crashed', 'backoff', 'completed', 'failed']);
const reactions: Partial<Record<Status, Record<string, Status>>> = {
  stopped: { start: 'starting' },
  starting: { stop: 'stopping', kill: 'killing' },
  running: { stop: 'stopping', kill: 'killing' },
  stopping: { kill: 'killing' },
  crashed: {
    restart: 'backoff',
    rest: 'completed',
    giveUp: 'failed',
    stop: 'stopped',
    kill: 'stopped',
  },
  backoff: { start: 'starting', stop: 'stopped', kill: 'stopped' },
  completed: { start: 'starting', stop: 'stopped', kill: 'stopped' },
  failed: { start: 'starting', stop: 'stopped', kill: 'stopped' },
};
const inTime: Partial<Record<Status, Status>> = {
  starting: 'running',
  stopping: 'stopped',
  killing: 'stopped',
  backoff: 'stopped',
};

const specs = flatGroups(size);
const paces = fc.shuffledSubarray(names, { minLength: size });

describe('the orders of a supervisor', patience, () => {
  it('start only what is wanted and may stand, and stop nobody under whom somebody stands', () => {
    law(250, [specs, stories], (spec, story) => {
      const children = new Children(spec);
      for (const act of story) children.act(act);
    });
  });

  it('are the same when one asks again, and asking changes nothing', () => {
    law(200, [specs, stories], (spec, story) => {
      const children = new Children(spec);
      for (const act of story) children.act(act);
      const { fleet } = children;
      const copy = structuredClone(fleet);
      const once = decideAll(fleet);
      expect(decideAll(once.fleet).orders).toEqual(once.orders);
      expect(structuredClone(fleet)).toEqual(copy);
    });
  });

  it('reach the goal at any pace: all that may run does, nothing else, and no order is left', () => {
    law(250, [specs, stories, paces], (spec, story, pace) => {
      const children = new Children(spec);
      for (const act of story) children.act(act);
      if (!children.fleet.permitted) children.act({ do: 'permit' });
      children.act({ do: 'pin', names, pinned: false });
      expect(children.settle(pace)).toBe(true);
      expect(decideAll(children.fleet).orders).toEqual([]);
      for (const name of names) {
        const status = children.status(name);
        const isGivenUp = (one: Name): boolean =>
          children.status(one) === 'failed' || children.needsOf(one).some(isGivenUp);
        if (!children.isWanted(name)) expect(down.has(status), `${name} is ${status}`).toBe(true);
        else if (status !== 'failed' && !isGivenUp(name)) expect(status).toBe('running');
      }
    });
  });

  it('reach the goal of a stop of everything, whatever went before', () => {
    law(150, [specs, stories, paces], (spec, story, pace) => {
      const children = new Children(spec);
      for (const act of story) children.act(act);
      children.act({ do: 'forbid' });
      expect(children.settle(pace)).toBe(true);
      for (const name of names) expect(down.has(children.status(name)), name).toBe(true);
      children.seen.length = 0;
      for (const name of names) children.progress(name);
      expect(children.seen.filter(({ command }) => command.type === 'start')).toEqual([]);
    });
  });

  it('given by a look at the neighbours are all that a look at everybody would give', () => {
    law(250, [specs, stories], (spec, story) => {
      const children = new Children(spec);
      for (const act of story) {
        children.act(act);
        const all = nextCommands(children.fleet, allIndices(children.fleet));
        const missing = all.filter(({ to, command }) => !children.given.get(to)?.has(command.type));
        expect(missing).toEqual([]);
      }
    });
  });

  it('are none where everything is as it is wanted', () => {
    law(200, [specs, fc.subarray(names)], (spec, some) => {
      const children = new Children(spec);
      const requirements = (name: Name): readonly Name[] => [
        name,
        ...children.needsOf(name).flatMap(requirements),
      ];
      children.act({ do: 'want', names: [...new Set(some.flatMap(requirements))] });
      expect(children.settle(names)).toBe(true);
      children.seen.length = 0;
      for (const index of allIndices(children.fleet)) {
        const { view } = memberAt(children.fleet, index);
        children.take(see(children.fleet, view));
      }
      children.take(decideAll(children.fleet));
      expect(children.seen).toEqual([]);
      const up = names.filter((name) => children.status(name) === 'running');
      expect(new Set(up)).toEqual(new Set(some.flatMap(requirements)));
    });
  });
});
