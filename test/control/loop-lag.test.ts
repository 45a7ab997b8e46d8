/** How late the event loop comes, in virtual time: who asks is told, and nobody else pays. */
import { beforeEach, expect, it } from 'vitest';
import { LoopLag } from '../../src/control/loop-lag.ts';
import { VirtualClock } from '../../src/kernel/simulated/virtual-clock.ts';

let clock: VirtualClock;
let lateMs: number;
let lag: LoopLag;

beforeEach(() => {
  clock = new VirtualClock();
  lateMs = 0;
  lag = new LoopLag({
    now: () => clock.now(),
    wall: () => clock.wall(),
    asleepMs: () => 0,
    setTimeout: (run, delayMs) => clock.setTimeout(run, delayMs + lateMs),
    clearTimeout: (timer) => clock.clearTimeout(timer),
    afterTurn: (run) => clock.afterTurn(run),
  });
});

it('looks only while somebody asks', async () => {
  expect(clock.pending()).toBe(0);
  void lag.expect();
  clock.advance(4_000);
  expect(clock.pending()).toBe(1);
  clock.advance(2_000);
  expect(clock.pending()).toBe(0);
});

it('tells the first who asks how late it comes now', async () => {
  lateMs = 30;
  const expected = lag.expect();
  expect(lag.ms).toBe(0);
  clock.advance(31);
  await expected;
  expect(lag.ms).toBe(30);
});

it('tells the mean of the last seconds', () => {
  lateMs = 100;
  for (let i = 0; i < 10; i++) {
    void lag.expect();
    clock.advance(2_000);
  }
  expect(lag.ms).toBe(100);
  lateMs = 0;
  for (let i = 0; i < 10; i++) {
    void lag.expect();
    clock.advance(2_000);
  }
  expect(lag.ms).toBe(0);
});

it('goes on between the questions of who asks every minute', () => {
  for (let i = 0; i < 3; i++) {
    void lag.expect();
    clock.advance(20);
    // The same question, a little later.
    void lag.expect();
    clock.advance(60_000);
  }
  expect(clock.pending()).toBe(1);
  clock.advance(130_000);
  expect(clock.pending()).toBe(0);
});

it('stops with its server', () => {
  void lag.expect();
  lag.close();
  expect(clock.pending()).toBe(0);
});
