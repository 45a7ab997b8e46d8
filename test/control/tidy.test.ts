/** When a daemon collects its garbage, in virtual time: at rest, and where it is worth it. */
import { Subject } from 'rxjs';
import { beforeEach, expect, it } from 'vitest';
import { tidyAtRest } from '../../src/control/tidy.ts';
import type { Cancel } from '../../src/kernel/port.ts';
import { VirtualClock } from '../../src/kernel/simulated/virtual-clock.ts';

let clock: VirtualClock;
let work$: Subject<unknown>;
let collected: number[];
let untidy: Cancel;

beforeEach(() => {
  clock = new VirtualClock();
  work$ = new Subject();
  collected = [];
  untidy = tidyAtRest(work$, clock, () => collected.push(clock.now()));
});

function burst(events: number): void {
  for (let n = 0; n < events; n += 1) work$.next(n);
}

it('collects once, when nothing has happened for six seconds', () => {
  const began = clock.now();
  burst(500);
  clock.advance(4_000);
  burst(500);
  clock.advance(5_999);
  expect(collected).toEqual([]);
  clock.advance(60_000);
  expect(collected).toEqual([began + 10_000]);
  expect(clock.pending()).toBe(0);
});

it('leaves it alone, without a timer, where little has happened', () => {
  burst(150);
  expect(clock.pending()).toBe(0);
  clock.advance(60_000);
  burst(50);
  clock.advance(60_000);
  expect(collected).toHaveLength(1);
});

it('does nothing any more when it is let go of', () => {
  burst(500);
  untidy();
  clock.advance(60_000);
  burst(500);
  expect(clock.pending()).toBe(0);
  expect(collected).toEqual([]);
});
