/** Leaves out of a failure whatever it does not need, until nothing more can be left out. */
import type { TimedAct } from './acts.ts';
import type { Broken } from './onlooker.ts';
import { resimulate, type Simulation } from './simulate.ts';
import type { Between } from './system.ts';

export interface Shrunk {
  readonly acts: readonly TimedAct[];
  readonly lastsMs: number;
  readonly broken: Broken;
}

/** So many tries at the most: a minimal list is for people, who do not wait for ever. */
const triesAllowed = 600;

/** Delta debugging: halves first, then ever smaller parts, as long as the same invariant breaks. */
export async function shrink(
  { scenario, acts, lastsMs, broken }: Simulation,
  between?: Between,
): Promise<Shrunk> {
  if (broken === null) throw new Error('cannot shrink a run in which every invariant held');
  let best: Shrunk = { acts, lastsMs, broken };
  let tries = 0;
  let size = Math.ceil(acts.length / 2);
  while (size >= 1 && tries < triesAllowed) {
    let isShorter = false;
    for (let at = 0; at < best.acts.length && tries < triesAllowed; ) {
      const less = [...best.acts.slice(0, at), ...best.acts.slice(at + size)];
      tries += 1;
      const again = await resimulate(scenario, less, lastsMs, between);
      if (again.broken?.invariant !== broken.invariant) at += size;
      else {
        best = { acts: less, lastsMs, broken: again.broken };
        isShorter = true;
      }
    }
    if (!isShorter || size > best.acts.length) size = size === 1 ? 0 : Math.floor(size / 2);
  }
  return best;
}
