/**
 * Real processes: the small process that forks for the manager is killed at its k-th fork,
 * and right after each, while services start, restart and are restarted. The manager lives on.
 */
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { living, look } from '../support/oracle.ts';
import type { Manager } from './kill-sweep-manager.ts';
import {
  injection,
  type Played,
  type Stage,
  services,
  sweep,
  useStages,
} from './kill-sweep-stage.ts';

/** At a fork; before it, or when the child's stat is read; at a lifeline; and when it is told. */
const systemCalls = [['clone'], ['openat'], ['mknodat'], ['sendto']] as const;

const minutes = 60_000;
useStages();

for (const names of systemCalls) {
  it(`keeps one tree of each service when the forker is killed at any ${names[0]}`, {
    timeout: 5 * minutes,
  }, async () => {
    expect(await sweep(names, playOne)).toEqual([]);
  });
}

/**
 * Becomes strace once it is told what to trace, by a FIFO. So it is an ancestor of the
 * forker, and may trace it where nobody else may.
 */
const lateStrace = `mkfifo "$0"
exec 3<&0
"$@" <&3 3<&- &
exec 3<&-
read -r words <"$0"
exec strace $words`;

async function playOne(stage: Stage, names: readonly string[], count: number): Promise<Played> {
  const fifo = stage.path('strace');
  const manager = stage.manage(
    ['wait', 'start', 'restart', 'settle', 'wait', 'settle', 'stop'],
    ['sh', '-c', lateStrace, fifo],
  );
  const forker = await until(manager, () => forkerUnder(manager.pid));
  if (forker === null) return failed('it made no forker', manager);
  await writeFile(fifo, `${[...injection(names, count), '-p', forker].join(' ')}\n`);
  await until(manager, () => isTraced(forker) || null);
  manager.goOn();

  const problems: string[] = [];
  const settled = await manager.told('settle');
  if (settled === null) return failed('it did not come to rest', manager);
  const unharmed = look(forker) !== null;
  problems.push(...(await stage.unlessOneTreeSoon(settled)));
  problems.push(...(await unlessComesBack(stage, manager)));
  if (!unharmed && forkerUnder(manager.pid) === null) problems.push('there is no new forker');
  manager.goOn();
  if ((await manager.told('stop')) === null) problems.push(`no stop: ${manager.complaints()}`);
  await manager.ended;
  problems.push(...stage.unlessNobody());
  return { unharmed, problems };
}

const failed = (what: string, manager: Manager): Played => ({
  unharmed: false,
  problems: [`${what}: ${manager.complaints()}`],
});

/** Each is killed, and its end is told whoever forked it: then there is another. */
async function unlessComesBack(stage: Stage, manager: Manager): Promise<readonly string[]> {
  const before = new Map(services.map((name) => [name, stage.roots(name)[0]?.pid ?? 0]));
  for (const pid of before.values()) if (pid > 0) process.kill(pid, 'SIGKILL');
  const isBack = () =>
    services.every(
      (name) => stage.isOneTree(name) && stage.roots(name)[0]?.pid !== before.get(name),
    );
  return (await until(manager, () => isBack() || null)) === null ? ['one did not come back'] : [];
}

/** null where it is not so within a time in which it surely would be. */
async function until<T>(manager: Manager, question: () => T | null): Promise<T | null> {
  const deadline = performance.now() + 20_000;
  while (performance.now() < deadline && !manager.isOver()) {
    const answer = question();
    if (answer !== null) return answer;
    await delay(10);
  }
  return null;
}

/** The process that forks for a child of this one. */
function forkerUnder(ancestor: number): number | null {
  const all = living();
  const managers = new Set(all.filter(({ parent }) => parent === ancestor).map(({ pid }) => pid));
  const isForker = ({ pid, parent }: { pid: number; parent: number }) =>
    managers.has(parent) && textOf(pid, 'cmdline').startsWith('drover: forks');
  return all.find(isForker)?.pid ?? null;
}

const isTraced = (pid: number): boolean => !/^TracerPid:\t0$/m.test(textOf(pid, 'status'));

function textOf(pid: number, name: 'cmdline' | 'status'): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return '';
  }
}
