/** Makes up a script and plays it in the simulated world: what it comes to there is what is expected. */
import { createRandom } from '../../../src/kernel/simulated/random.ts';
import type { Lab } from '../lab.ts';
import { SimulatedStage } from '../simulated-stage.ts';
import { castAtRandom, type Move, moveAtRandom, type Script } from './moves.ts';
import { Player } from './player.ts';

const length = 16;
/** Longer than any poll of the kernel's. */
const calmMs = 2_000;

export interface Simulated extends Script {
  /** How all stood after each move, once nothing moved any more. */
  readonly observations: readonly string[];
}

export async function simulate(seed: number, lab: Lab): Promise<Simulated> {
  const random = createRandom(seed);
  const cast = castAtRandom(random);
  const stage = new SimulatedStage({ manners: cast });
  const player = new Player(stage, cast, lab);
  const moves: Move[] = [];
  const observations: string[] = [];
  for (let n = 0; n < length; n += 1) {
    const move = moveAtRandom(random, cast, player.situation());
    await player.play(move);
    stage.kernel.clock.advance(calmMs);
    moves.push(move);
    observations.push(player.observe());
  }
  await player.leave();
  return { seed, cast, moves, observations };
}
