/**
 * Simulates drover on many seeds, from its TypeScript source: `npm run simulate -- --seeds 1000`.
 *
 *   --seeds N        how many (default 1,000)   --from K        the first of them (default 1)
 *   --mode M         safety, liveness or all    --steps N       acts and events of each (default 200)
 *   --size N         services of each (5)       --stop-at-first at the first failure
 *   --out DIR        where failures are written (default: the temporary directory)
 *   --replay FILE    plays a written failure again; --trace prints what happens
 *   --json           the report as JSON
 */
import { createJiti } from 'jiti';

const jiti = createJiti(import.meta.url);
const { main } = await jiti.import('../src/simulation/command.ts');
process.exitCode = await main(process.argv.slice(2));
