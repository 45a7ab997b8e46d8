/**
 * Plants known mistakes in copies of the source, one at a time, and says which are noticed, by
 * what, and how soon: `npm run mutants`. Exits with 1 where one is not.
 *
 *   --only TEXT   those whose name has it     --seeds N   runs for each (default 500)
 *   --jobs N      so many at once             --again     first the seed that was enough before
 *   --write       puts the table into docs/mutants.md
 */
import { createJiti } from 'jiti';

const { main } = await createJiti(import.meta.url).import('../test/mutants/main.ts');
process.exitCode = await main(process.argv.slice(2));
