/** All mistakes that are planted. */
import type { Mutant } from '../mutant.ts';
import { identityMutants } from './identity.ts';
import { memoryMutants } from './memory.ts';
import { orderMutants } from './order.ts';
import { restartMutants } from './restarts.ts';
import { stopMutants } from './stops.ts';

export const mutants: readonly Mutant[] = [
  ...identityMutants,
  ...stopMutants,
  ...orderMutants,
  ...restartMutants,
  ...memoryMutants,
];
