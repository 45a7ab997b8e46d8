/**
 * Runs the benchmark, or the one script of it that is named first: they are TypeScript,
 * which Node 20 does not read by itself.
 */
import { createJiti } from 'jiti';

const [, , first] = process.argv;
const script = first?.endsWith('.ts') ? process.argv.splice(2, 1)[0] : 'main.ts';
await createJiti(import.meta.url).import(`./${script}`);
