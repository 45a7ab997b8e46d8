/** What is looked at anew, and what is remembered, when many trees are asked for again and again. */
import { describe, expect, it } from 'vitest';
import type { Work } from '../../src/kernel/linux/slices.ts';
import { inSlices } from '../../src/kernel/linux/slices.ts';
import type { ProcessStat } from '../../src/kernel/linux/stat.ts';
import { tableOf } from '../../src/kernel/linux/table.ts';
import { createMemberships } from '../../src/kernel/linux/usage-members.ts';
import { createPorts } from '../../src/kernel/linux/usage-ports.ts';

describe('whose process it is', () => {
  it('is asked of the descriptors once of each that no number tells', () => {
    const looked: number[] = [];
    const membersOf = createMemberships(
      () => [],
      (pid) => {
        looked.push(pid);
        return null;
      },
    );
    const stranger = stat(90_000_001);
    const ask = (...stats: ProcessStat[]) => finish(membersOf(tableOf(stats), [nobody]));
    expect(ask(stranger)).toEqual([[]]);
    expect(ask(stranger, stat(90_000_002))).toEqual([[]]);
    expect(looked).toEqual([90_000_001, 90_000_002]);
    ask({ ...stranger, startTime: 8 });
    expect(looked).toEqual([90_000_001, 90_000_002, 90_000_001]);
  });
});

describe('the ports of many trees', () => {
  it('cost no look at descriptors while nothing is new', () => {
    const world = new Sockets({ 11: ['a'], 12: [], 13: ['b', 'x'] }, { a: 80, b: 443 });
    expect(world.ask([11, 12], [13])).toEqual([[80], [443]]);
    expect(world.looks()).toEqual([11, 12, 13]);
    expect(world.ask([11, 12], [13])).toEqual([[80], [443]]);
    expect(world.looks()).toEqual([]);
  });

  it('cost one look at a process that is new', () => {
    const world = new Sockets({ 11: ['a'], 12: ['a'] }, { a: 80 });
    world.ask([11]);
    world.looks();
    expect(world.ask([11, 12])).toEqual([[80]]);
    expect(world.looks()).toEqual([12]);
  });

  it('are looked for when a socket begins to listen, until it is found', () => {
    const world = new Sockets({ 11: [], 12: ['b'], 13: [] }, {});
    expect(world.ask([11], [12], [13])).toEqual([[], [], []]);
    world.looks();
    world.listening = { b: 443 };
    expect(world.ask([11], [12], [13])).toEqual([[], [443], []]);
    expect(world.looks()).toEqual([11, 12]);
  });

  it('are looked for once where the socket is a stranger', () => {
    const world = new Sockets({ 11: ['a'] }, { a: 80 });
    world.ask([11]);
    world.looks();
    world.listening = { a: 80, z: 9_000 };
    expect(world.ask([11])).toEqual([[80]]);
    expect(world.looks()).toEqual([11]);
    expect(world.ask([11])).toEqual([[80]]);
    expect(world.looks()).toEqual([]);
  });

  it('are found with the child that has the socket, once its parent is gone', () => {
    const world = new Sockets({ 11: [], 12: [] }, {});
    world.ask([11, 12]);
    world.listening = { a: 80 };
    world.sockets = { 11: ['a'], 12: ['a'] };
    expect(world.ask([11, 12])).toEqual([[80]]);
    expect(world.ask([12])).toEqual([[80]]);
  });

  it('are none once nothing listens, and are not known where we may not look', () => {
    const world = new Sockets({ 11: ['a'], 12: null }, { a: 80 });
    expect(world.ask([11], [12])).toEqual([[80], null]);
    world.listening = {};
    expect(world.ask([11], [12])).toEqual([[], null]);
  });
});

describe('work in slices', () => {
  it('lets others in, and says null where it broke', async () => {
    function* busy(): Work<string> {
      const ends = performance.now() + 30;
      while (performance.now() < ends) yield;
      return 'done';
    }
    let turns = 0;
    let isOver = false;
    const turn = () => {
      turns += 1;
      if (!isOver) setImmediate(turn);
    };
    setImmediate(turn);
    expect(await new Promise((resolve) => inSlices(busy(), resolve))).toBe('done');
    isOver = true;
    expect(turns).toBeGreaterThan(1);
    // biome-ignore lint/correctness/useYield: it never comes so far.
    function* broken(): Work<string> {
      throw new Error('broken');
    }
    expect(await new Promise((resolve) => inSlices(broken(), resolve))).toBeNull();
  });
});

const nobody = { lifeline: '/nonexistent', main: null, known: [] };

const stat = (pid: number): ProcessStat => ({
  ...{ pid, state: 'S', parentPid: 1, group: pid, session: pid, cpuTicks: 0, threads: 1 },
  ...{ startTime: 7, residentPages: 1, isThread: false },
});

class Sockets {
  sockets: Record<number, readonly string[] | null>;
  listening: Record<string, number>;
  readonly ask: (...trees: readonly number[][]) => readonly (readonly number[] | null)[];
  #looks: number[] = [];

  constructor(sockets: Record<number, readonly string[] | null>, listening: Sockets['listening']) {
    this.sockets = sockets;
    this.listening = listening;
    const ports = createPorts({
      listening: () => new Map(Object.entries(this.listening)),
      socketsOf: (pid) => this.#socketsOf(pid),
    });
    this.ask = (...trees) => finish(ports(trees.map((pids) => pids.map(stat))));
  }

  /** Who was looked at since this was last asked. */
  looks(): readonly number[] {
    return this.#looks.splice(0);
  }

  *#socketsOf(pid: number): Work<readonly string[] | null> {
    this.#looks.push(pid);
    yield;
    return this.sockets[pid] ?? null;
  }
}

function finish<Answer>(work: Work<Answer>): Answer {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}
