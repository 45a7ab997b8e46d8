import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../src/kernel/simulated/index.ts';

describe('the virtual clock', () => {
  it('runs what is due in order of time, and what is due together in order of creation', () => {
    const clock = new VirtualClock();
    const ran: string[] = [];
    clock.setTimeout(() => ran.push('late'), 20);
    clock.setTimeout(() => ran.push('first'), 10);
    clock.setTimeout(() => ran.push('second'), 10);
    clock.advance(20);
    expect(ran).toEqual(['first', 'second', 'late']);
  });

  it('shows each event the time at which it is due, also where one sets the next', () => {
    const clock = new VirtualClock();
    const at: number[] = [];
    clock.setTimeout(() => {
      at.push(clock.now());
      clock.setTimeout(() => at.push(clock.now()), 100);
    }, 100);
    clock.advance(250);
    expect(at).toEqual([100, 200]);
    expect(clock.now()).toBe(250);
  });

  it('steps to the next event, however far away it is', () => {
    const clock = new VirtualClock();
    const aMonth = 30 * 24 * 3_600_000;
    clock.setTimeout(() => {}, aMonth);
    expect(clock.nextAt()).toBe(aMonth);
    expect(clock.step()).toBe(true);
    expect(clock.now()).toBe(aMonth);
    expect(clock.step()).toBe(false);
  });

  it('takes NaN and a negative delay for none, and never runs what is due at infinity', () => {
    const clock = new VirtualClock();
    const ran: string[] = [];
    clock.setTimeout(() => ran.push('NaN'), Number.NaN);
    clock.setTimeout(() => ran.push('negative'), -5);
    clock.setTimeout(() => ran.push('never'), Number.POSITIVE_INFINITY);
    clock.advance(0);
    expect(ran).toEqual(['NaN', 'negative']);
    expect(clock.step()).toBe(false);
  });

  it('forgets a cancelled timer, and does not mind a foreign or a fired one', () => {
    const clock = new VirtualClock();
    const fired = clock.setTimeout(() => {}, 1);
    const cancelled = clock.setTimeout(() => expect.unreachable(), 2);
    clock.clearTimeout(cancelled);
    clock.advance(5);
    clock.clearTimeout(fired);
    clock.clearTimeout(undefined);
    clock.clearTimeout(7);
    expect(clock.pending()).toBe(0);
  });

  it('takes the timers of whoever died along', () => {
    const clock = new VirtualClock();
    const owner = { alive: true };
    clock.setTimeout(() => expect.unreachable(), 5, owner);
    expect(clock.pending(owner)).toBe(1);
    owner.alive = false;
    expect(clock.pending(owner)).toBe(0);
    clock.advance(10);
  });

  it('runs until something holds, and says so when it never does', () => {
    const clock = new VirtualClock();
    let count = 0;
    const tick = () => {
      count += 1;
      clock.setTimeout(tick, 10);
    };
    tick();
    expect(clock.runUntil(() => count === 4)).toBe(true);
    expect(clock.now()).toBe(30);
    expect(clock.runUntil(() => false, 100)).toBe(false);
    expect(clock.now()).toBe(130);
  });

  it('keeps the order right among thousands of timers, half of them cancelled', () => {
    const clock = new VirtualClock();
    const due: number[] = [];
    const ran: number[] = [];
    for (let n = 0; n < 10_000; n += 1) {
      const delay = (n * 7919) % 5_003;
      const timer = clock.setTimeout(() => ran.push(delay), delay);
      if (n % 2 === 0) clock.clearTimeout(timer);
      else due.push(delay);
    }
    expect(clock.pending()).toBe(5_000);
    clock.advance(6_000);
    expect(ran).toEqual(due.sort((a, b) => a - b));
  });

  it('refuses to run for ever without time passing', () => {
    const clock = new VirtualClock();
    const again = () => {
      clock.setTimeout(again, 0);
    };
    again();
    expect(() => clock.advance(1)).toThrow('events without end');
  });

  it('lets the wall clock jump and the monotonic one go on', () => {
    const clock = new VirtualClock();
    const before = clock.wall();
    clock.jumpWall(-86_400_000);
    expect(clock.now()).toBe(0);
    expect(clock.wall()).toBe(before - 86_400_000);
  });
});
