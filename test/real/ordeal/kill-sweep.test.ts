/**
 * Real processes: the manager is killed at its k-th call that changes something, in the
 * middle of each thing that it can be told to do. What the next one finds must be one
 * tree of each service, or be made so, and in the end nobody may be left.
 */
import { expect, it } from 'vitest';
import { report, sized } from '../../support/ordeal.ts';
import { Arena, first, second, soon, useArenas } from './arena.ts';
import type { Answer } from './host.ts';
import { mustHaveStrace, type Threads, Victim } from './kill-at-call.ts';
import type { Look, Service } from './look.ts';

interface Deed {
  readonly name: string;
  /** Counting begins with the life of the manager, after an earlier one has left this behind. */
  readonly left?: (arena: Arena) => Promise<void>;
  readonly threads?: Threads;
  /** How it stands when counting begins. */
  readonly before?: (arena: Arena, victim: Victim) => Promise<unknown>;
  /** What it is killed in. Answers whether it was through with it. */
  readonly during: (arena: Arena, victim: Victim) => Promise<boolean>;
  readonly after?: readonly Service[];
  /** Those that the deed has nothing to do with keep their very processes. */
  readonly untouched?: readonly Service[];
}

const told = (answer: Answer | null): boolean => answer !== null && answer.error === undefined;
/** One that crashed: one service has died since, and a log has grown too large. */
const crash = async (arena: Arena): Promise<void> => {
  const earlier = arena.host();
  await earlier.ask('start');
  await earlier.crash();
  for (const { pid } of arena.look().roots('plain')) process.kill(pid, 'SIGKILL');
  arena.talk(900);
};
const startAll = (_: Arena, { host }: Victim) => host.ask('start');
const rotates = async (arena: Arena, { host }: Victim): Promise<boolean> => {
  arena.talk(900);
  await soon(() => host.isOver || arena.generations >= 2);
  return !host.isOver;
};

const deeds: readonly Deed[] = [
  {
    name: 'a start',
    during: async (_, { host }) => told(await host.ask('start')),
  },
  {
    name: 'a stop',
    before: startAll,
    during: async (_, { host }) => told(await host.ask('stop')),
  },
  {
    name: 'a restart',
    before: startAll,
    during: async (_, { host }) => told(await host.ask('restart', ['plain', 'daemon', 'workers'])),
    untouched: ['talker'],
  },
  {
    name: 'a reload',
    before: startAll,
    during: async (_, { host }) => told(await host.ask('reload', ['plain', 'workers'])),
    untouched: first,
  },
  {
    name: 'the application of another configuration',
    before: async (arena, { host }) => {
      await host.ask('start');
      arena.change();
    },
    during: async (_, { host }) => told(await host.ask('apply')),
    after: second,
    untouched: ['workers', 'talker'],
  },
  {
    name: 'a recovery',
    left: crash,
    during: async (_, { host }) => told(await host.up) && told(await host.ask('start')),
    untouched: ['daemon', 'workers', 'talker'],
  },
  { name: 'a rotation', before: startAll, during: rotates, untouched: first },
  {
    name: 'a rotation, on the threads beside it',
    threads: 'pool',
    before: startAll,
    during: rotates,
    untouched: first,
  },
];

const minutes = 60_000;
const lanes = 3;
const effect = 'signal=SIGKILL';
const positions = sized('positions', 3, Number.POSITIVE_INFINITY);
useArenas();

for (const deed of deeds) {
  it(`keeps one tree of each service when killed at any call of ${deed.name}`, {
    timeout: sized('minutes', 3, 60) * minutes,
  }, async () => {
    mustHaveStrace();
    expect(await sweep(deed)).toEqual([]);
  });
}

interface Played {
  readonly wasKilled: boolean;
  readonly problems: readonly string[];
}

/** All positions, until one gets through it; or a few, ever further apart, spread over it. */
async function sweep(deed: Deed): Promise<readonly string[]> {
  const problems: string[] = [];
  let kills = 0;
  let played = 0;
  let isOver = false;
  const lane = async () => {
    while (!isOver && problems.length < 5 && played < positions) {
      const turn = played++;
      const count = Number.isFinite(positions) ? 1 + turn * (turn + 1) : 1 + turn;
      const one = await play(deed, count);
      if (one.wasKilled) kills++;
      else isOver = true;
      problems.push(...one.problems.map((problem) => `call ${count}: ${problem}`));
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  if (kills === 0) problems.push('nothing was ever killed');
  report(`${deed.name}: ${kills} positions killed, ${counts(problems)}`);
  return problems;
}

const counts = (problems: readonly string[]): string =>
  ['copies', 'lost', 'survivors']
    .map((kind) => `${problems.filter((one) => one.includes(`${kind}:`)).length} ${kind}`)
    .join(', ');

async function play(deed: Deed, count: number): Promise<Played> {
  const arena = new Arena();
  const problems: string[] = [];
  await deed.left?.(arena);
  const victim = new Victim(arena, deed.left === undefined ? null : { effect, count });
  try {
    const problem = deed.left === undefined ? await exposed(deed, arena, victim, count) : null;
    if (problem !== null) return { wasKilled: false, problems: [problem] };
    const before = arena.look();
    const wasKilled = !(await deed.during(arena, victim));
    // Whoever is killed closes its pipes a moment before it is dead.
    const isDead = await soon(() => !wasKilled || victim.pid === null);
    if (!isDead) problems.push('it failed by itself');
    await victim.end();
    problems.push(...(await arena.unlessAtMostOneTree()));
    problems.push(...(await recovers(deed, arena, before)));
    return { wasKilled, problems };
  } finally {
    await victim.end();
    arena.clear();
  }
}

async function exposed(deed: Deed, arena: Arena, victim: Victim, count: number) {
  if ((await victim.host.up) === null) return `no manager: ${victim.host.complaints()}`;
  await deed.before?.(arena, victim);
  const isTraced = await victim.expose(effect, count, deed.threads ?? 'main');
  return isTraced ? null : `it was not traced: ${victim.host.complaints()}`;
}

/** The next manager takes over, makes it whole, and takes it down. */
async function recovers(
  { after = first, untouched = [] }: Deed,
  arena: Arena,
  before: Look,
): Promise<readonly string[]> {
  const next = arena.host();
  try {
    const taken = await next.up;
    if (taken === null) return [`lost: no next manager: ${next.complaints()}`];
    const problems = [...(await arena.unlessOneTreeEach(after, await next.ask('start')))];
    const now = arena.look();
    for (const name of untouched) {
      if (now.mainOf(name) !== before.mainOf(name)) problems.push(`lost: ${name} is another one`);
    }
    arena.talk(3);
    problems.push(...(await arena.unlessAllHeard()));
    const stopped = await next.ask('stop');
    if (!told(stopped)) problems.push(`survivors: ${stopped?.error?.message ?? 'it died'}`);
    return [...problems, ...arena.unlessNobody()];
  } finally {
    await next.crash();
  }
}
