import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { createRandom, SimulatedKernel } from '../../../src/kernel/simulated/index.ts';
import type { Signal } from '../../../src/machines/vocabulary.ts';
import { start, treeOf } from './stage.ts';

const SIGNALS: readonly Signal[] = ['SIGTERM', 'SIGKILL', 'SIGSTOP', 'SIGCONT', 'SIGHUP'];

/** Random deeds in a small world with every kind of program; the trace is all that was told. */
function walk(seed: number): string {
  const dice = createRandom(seed);
  const roll = (sides: number) => Math.floor(dice() * sides);
  const kernel = new SimulatedKernel({ seed, pids: { first: 10, last: 60 }, jitterMs: 3 });
  kernel.script(
    'web',
    { workers: [{ count: 3, outlivesParent: 'when-killed' }], listensOn: [80] },
    { daemonises: {}, pidFile: { path: '/run/web.pid', afterMs: 5 }, stopsAfterMs: 20 },
    { exitsAfterMs: 30, exitCode: 1 },
    { workers: [{ ownSession: true, outlivesParent: 'always' }] },
  );
  const trace: unknown[] = [];
  const services: { lifeline: string; told: ReturnType<typeof start> }[] = [];
  for (let step = 0; step < 120; step += 1) {
    const service = services[roll(services.length)];
    const deed = roll(5);
    if (deed === 0 || service === undefined) {
      const lifeline = `/state/${roll(5)}`;
      services.push({ lifeline, told: start(kernel, 'web', { lifeline }) });
      kernel.watchLifeline(lifeline, () => trace.push(['ended', kernel.clock.now(), lifeline]));
    } else if (deed === 1) {
      const tree = treeOf(service.told.identity, service.lifeline);
      trace.push(kernel.signalTree(tree, SIGNALS[roll(SIGNALS.length)] ?? 'SIGTERM'));
    } else if (deed === 2) {
      if (kernel.named('sshd').length < 5) kernel.bear('sshd', { exitsAfterMs: roll(100) });
    } else {
      kernel.clock.advance(roll(30));
    }
    trace.push([kernel.clock.now(), kernel.alive(), services.map(({ told }) => told.exit)]);
    expect(kernel.violations).toEqual([]);
  }
  return JSON.stringify([trace, kernel.history]);
}

it('makes the same run of the same seed, and another of another', () => {
  const walks = Array.from({ length: 30 }, (_, seed) => walk(seed));
  expect(walks.every((trace, seed) => trace === walk(seed))).toBe(true);
  expect(new Set(walks).size).toBe(30);
});

it('draws numbers from 0 up to 1, evenly', () => {
  const random = createRandom(42);
  const tenths = new Array<number>(10).fill(0);
  for (let n = 0; n < 10_000; n += 1) {
    const tenth = Math.floor(random() * 10);
    tenths[tenth] = (tenths[tenth] ?? 0) + 1;
  }
  expect(tenths.every((count) => count > 850 && count < 1_150)).toBe(true);
});

it('uses no clock, chance or promise of the host', () => {
  const folder = new URL('../../../src/kernel/simulated/', import.meta.url);
  const forbidden =
    /Date\.now|new Date|Math\.random|performance|queueMicrotask|setImmediate|Promise|async |node:|(?<![.\w])set(Timeout|Interval)\(run\)/;
  for (const name of readdirSync(folder)) {
    expect(readFileSync(new URL(name, folder), 'utf8'), name).not.toMatch(forbidden);
  }
});
