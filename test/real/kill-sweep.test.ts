/**
 * Real processes: the manager is killed at its k-th clone, write, rename and unlink, for
 * every k, in a whole life of three services. Killing it at random moments nearly never
 * meets the millisecond between a spawn and its record; counting system calls always does.
 */
import { expect, it } from 'vitest';
import type { Deed } from './kill-sweep-manager.ts';
import { injection, type Stage, sweep, useStages } from './kill-sweep-stage.ts';

/** Each with the names that it has on the architectures of Linux. */
const systemCalls = [
  ['clone', 'vfork', 'fork'],
  ['write'],
  ['rename', 'renameat', 'renameat2'],
  ['unlink', 'unlinkat'],
] as const;

const minutes = 60_000;
useStages();

for (const names of systemCalls) {
  it(`keeps one tree of each service when killed at any ${names[0]} of start and stop`, {
    timeout: 5 * minutes,
  }, async () => {
    expect(await sweep(names, playAfter([]))).toEqual([]);
  });
}

it('keeps one tree of each service when killed at any write of adoption and stop', {
  timeout: 5 * minutes,
}, async () => {
  expect(await sweep(['write'], playAfter(['start', 'leave']))).toEqual([]);
});

const playAfter =
  (before: readonly Deed[]) =>
  (...played: readonly [Stage, readonly string[], number]) =>
    playOne(...played, before);

async function playOne(
  stage: Stage,
  names: readonly string[],
  count: number,
  before: readonly Deed[],
) {
  const problems: string[] = [];
  if (before.length > 0) await stage.manage(before).ended;
  const first = stage.manage(['start', 'stop'], ['strace', ...injection(names, count)]);
  const { code, signal } = await first.ended;
  const unharmed = code === 0;
  if (!unharmed && signal !== 'SIGKILL') problems.push(`failed by itself: ${first.complaints()}`);
  problems.push(...stage.unlessAtMostOneTree());

  const second = stage.manage(['start', 'wait', 'stop']);
  const started = await second.told('start');
  problems.push(...(await stage.unlessOneTreeSoon(started)));
  second.goOn();
  const end = await second.ended;
  if (end.code !== 0) problems.push(`the next manager failed: ${second.complaints()}`);
  problems.push(...stage.unlessNobody());
  return { unharmed, problems };
}
