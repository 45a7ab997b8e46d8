/** Where the compiled package is: the one that `build.ts` has made, or the one to be tested instead. */
import { resolve } from 'node:path';

export const built = resolve(
  process.env['DROVER_BUILT'] ?? resolve(import.meta.dirname, '../../dist'),
);
