/**
 * Real processes on a disk that has room for the first n pages, or files, of what a
 * manager writes, for each n; then there is room again. It goes on meanwhile, says what
 * does not work, and what it acknowledged is known to the next one.
 */
import { expect, it } from 'vitest';
import { report, sized } from '../../support/ordeal.ts';
import { Arena, first, soon, useArenas } from './arena.ts';
import type { Answer, Host } from './host.ts';
import { Victim } from './kill-at-call.ts';
import type { Service } from './look.ts';
import { SmallDisk } from './private-mount.ts';

const minutes = 60_000;
useArenas();

type Leave = (disk: SmallDisk, count: number) => void;
/** Of files each turn takes the patience for all that cannot start. */
const shortages: readonly [string, number, Leave][] = [
  ['pages', sized('pages', 2, 24), (disk, count) => disk.leavePages(count)],
  ['files', sized('files', 1, 12), (disk, count) => disk.leaveFiles(count)],
];

for (const [what, most, leave] of shortages) {
  it(`loses nothing on a disk with room for the first n ${what}`, {
    timeout: sized('minutes', 3, 60) * minutes,
  }, async () => {
    const problems: string[] = [];
    let lacking = 0;
    for (let count = 0; count < most; count++) {
      const disk = new SmallDisk();
      try {
        await disk.mounted();
        const played = await play(disk, () => leave(disk, count));
        if (played.wasLacking) lacking++;
        problems.push(...played.problems.map((problem) => `${count} ${what}: ${problem}`));
      } finally {
        disk.end();
      }
    }
    if (lacking === 0) problems.push('nothing was ever lacking');
    report(`disk full: ${most} x ${what}, ${lacking} of them felt, ${problems.length} problems`);
    expect(problems).toEqual([]);
  });
}

/** What lacks room is waited for, as any other shortage is. */
const patienceMs = 1_500;
const calls = ['write', 'openat', 'rename', 'fsync', 'fdatasync', 'unlink'];

it('loses nothing when the k-th call to its journal says that the disk is full', {
  timeout: sized('minutes', 3, 60) * minutes,
}, async () => {
  const problems: string[] = [];
  const positions = sized('calls', 2, 60);
  for (let count = 1; count <= positions; count++) {
    const arena = new Arena();
    const victim = new Victim(arena);
    try {
      if ((await victim.host.up) === null) throw new Error(victim.host.complaints());
      await victim.expose('error=ENOSPC', count, 'main', calls, journalOf(arena, victim.pid));
      const { wished, problems: found } = await command(victim.host);
      await heal(victim.host);
      await victim.end();
      const all = [...found, ...(await survives(arena, wished))];
      problems.push(...all.map((problem) => `call ${count}: ${problem}`));
    } finally {
      await victim.end();
      arena.clear();
    }
  }
  report(`disk full: ${positions} single calls refused, ${problems.length} problems`);
  expect(problems).toEqual([]);
});

/** Also under the names that it has before it is whole. */
const journalOf = (arena: Arena, pid: number | null): readonly string[] =>
  ['journal.jsonl', 'journal.next.jsonl', `.journal.next.jsonl.${pid}.new`, 'journal.1.jsonl'].map(
    (name) => `${arena.stateDir}/${name}`,
  );

async function play(disk: SmallDisk, leave: () => void) {
  const arena = new Arena({ disk: disk.directory });
  const host = arena.host();
  try {
    if ((await host.up) === null) throw new Error(host.complaints());
    leave();
    const { wished, problems } = await command(host);
    const full = await host.ask('status');
    const isTold = full?.degraded?.length !== 0;
    // What is not told to be lacking is on the disk, however full that is.
    if (isTold) {
      disk.makeRoom();
      problems.push(...(await heal(host)));
    }
    await host.crash();
    disk.makeRoom();
    problems.push(...(await survives(arena, wished)));
    return { wasLacking: isTold || wished.size < first.length, problems };
  } finally {
    await host.crash();
    arena.clear();
  }
}

/** A little of everything. Whatever is answered without an error is a promise. */
async function command(host: Host) {
  const wished = new Map<Service, 'up' | 'down'>();
  const problems: string[] = [];
  const ask = async (verb: 'start' | 'stop' | 'restart' | 'reload', ...names: Service[]) => {
    for (const name of names) wished.delete(name);
    const answer = await host.ask(verb, names, patienceMs);
    problems.push(...unlessLiving(answer, verb));
    if (answer === null || answer.error !== undefined) return;
    for (const name of names) wished.set(name, verb === 'stop' ? 'down' : 'up');
  };
  await ask('start', ...first);
  await ask('stop', 'plain', 'daemon');
  await ask('restart', 'workers');
  await ask('start', 'daemon');
  await ask('reload', 'workers');
  return { wished, problems };
}

/** It may fail, and then says so in words of its own. */
function unlessLiving(answer: Answer | null, verb: string): readonly string[] {
  if (answer === null) return [`it died of ${verb}`];
  return answer.error?.code === 'defect' ? [`defect: ${answer.error.message}`] : [];
}

async function heal(host: Host): Promise<readonly string[]> {
  let told: readonly string[] = [];
  let isAsking = false;
  const ask = async (): Promise<void> => {
    isAsking = true;
    told = (await host.ask('status'))?.degraded ?? ['it died'];
    isAsking = false;
  };
  await ask();
  const isWell = await soon(() => {
    if (told.length > 0 && !isAsking) void ask();
    return told.length === 0;
  });
  if (!isWell) return [`it did not heal: ${told}`];
  const wanted = (await host.ask('status'))?.services.filter(({ desired }) => desired === 'up');
  const names = wanted?.map(({ name }) => name) ?? [];
  const settled = await host.ask('settle', names);
  return settled?.error === undefined ? [] : [`it did not heal: ${settled.error.message}`];
}

async function survives(
  arena: Arena,
  wished: ReadonlyMap<Service, 'up' | 'down'>,
): Promise<readonly string[]> {
  const before = arena.look();
  const next = arena.host();
  try {
    const taken = await next.up;
    if (taken === null) return [`lost: no next manager: ${next.complaints()}`];
    const problems = taken.services
      .filter(({ name, desired }) => (wished.get(name as Service) ?? desired) !== desired)
      .map(({ name, desired }) => `lost: ${name} was acknowledged, and is ${desired}`);
    const up = first.filter((name) =>
      taken.services.some((seen) => seen.name === name && seen.desired === 'up'),
    );
    problems.push(...(await arena.unlessOneTreeEach(up, await next.ask('settle', up))));
    const now = arena.look();
    const others = up.filter((name) => before.isOneTree(name));
    for (const name of others) {
      if (before.mainOf(name) !== now.mainOf(name)) problems.push(`lost: ${name} is another one`);
    }
    const stopped = await next.ask('stop');
    if (stopped?.error !== undefined) problems.push(stopped.error.message);
    return [...problems, ...arena.unlessNobody()];
  } finally {
    await next.crash();
  }
}
