/** All mutants, some at once, each for itself. */
import { type Bounds, detect, type Finding } from './detect.ts';
import type { Mutant } from './mutant.ts';

/** In the order of the list, whoever is through first. */
export async function detectAll(
  mutants: readonly Mutant[],
  boundsOf: (mutant: Mutant) => Bounds,
  jobs: number,
  tell: (finding: Finding) => void,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  let next = 0;
  const work = async () => {
    for (let index = next++; index < mutants.length; index = next++) {
      const mutant = mutants[index] as Mutant;
      const finding = await detect(mutant, boundsOf(mutant));
      findings[index] = finding;
      tell(finding);
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
  return findings;
}
