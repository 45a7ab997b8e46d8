import { describe } from 'vitest';
import { SimulatedKernel } from '../../../src/kernel/simulated/index.ts';
import { itKeepsTheContract, programs } from '../contract.ts';

describe('the simulated kernel', () => {
  itKeepsTheContract(() => {
    const kernel = new SimulatedKernel({ jitterMs: 5 })
      .script(programs.sleeps.join(' '), {})
      .script(programs.exits.join(' '), { exitsAfterMs: 2, exitCode: 3 })
      .script(programs.leavesChild.join(' '), {
        exitsAfterMs: 2,
        workers: [{ outlivesParent: 'always' }],
      });
    kernel.files.makeDirectory('/state');
    return {
      kernel,
      directory: '/state',
      until: async (predicate) => {
        if (!kernel.clock.runUntil(predicate)) throw new Error('it never came to that');
      },
      leave: () => {},
    };
  });
});
