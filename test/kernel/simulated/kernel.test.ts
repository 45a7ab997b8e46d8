import { expect, it } from 'vitest';
import { SimulatedKernel } from '../../../src/kernel/simulated/index.ts';
import { LIFELINE, start, started } from './stage.ts';

it('starts a program, stops it, and tells of its end in an event of its own', () => {
  const kernel = new SimulatedKernel().script('web', {});
  const { told, identity, tree } = started(kernel);

  expect(kernel.signal(tree, identity, 'SIGTERM', 'process')).toBe('sent');
  expect(told.exit).toBeNull();
  kernel.clock.advance(0);

  expect(told.exit).toEqual({ code: null, signal: 'SIGTERM' });
  expect(kernel.isEmpty(tree)).toBe(true);
  expect(kernel.alive(LIFELINE)).toEqual([]);
});

it('cannot spawn a program that has no script', () => {
  expect(start(new SimulatedKernel()).problem).toBe('missing-binary');
});
