/**
 * Keeps the simulated world honest: scripts that were made up at random are played in it,
 * and then with real processes on Linux, where they must come to the same. A few of them;
 * a thousand by `npm run paths -- --scripts 1000`.
 */
import { join } from 'node:path';
import { it } from 'vitest';
import { Lab } from '../../paths/lab.ts';
import type { Move } from '../../paths/scripts/moves.ts';
import { Player } from '../../paths/scripts/player.ts';
import { type Simulated, simulate } from '../../paths/scripts/simulate.ts';
import { usePuppets } from './puppets.ts';
import { RealStage } from './real-stage.ts';

const theatre = usePuppets();
const count = Number(process.env['DROVER_REAL_SCRIPTS'] ?? 25);
const first = Number(process.env['DROVER_REAL_SEED'] ?? 1);

it('comes to the same with real processes', { timeout: 7_200_000 }, async () => {
  const simulated = new Lab();
  const real = new Lab();
  for (let seed = first; seed < first + count; seed += 1) {
    await enact(await simulate(seed, simulated), real);
  }
});

async function enact(script: Simulated, lab: Lab): Promise<void> {
  const { kernel, puppets, directory } = theatre();
  const stage = new RealStage(kernel, puppets, join(directory, String(script.seed)), script.cast);
  const player = new Player(stage, script.cast, lab);
  let at = 0;
  const differs = () => tell(script, at, player.observe());
  try {
    for (const [n, move] of script.moves.entries()) {
      at = n;
      await player.play(move);
      await stage.until(() => player.observe() === script.observations[n], differs);
    }
  } finally {
    await player.leave();
    await stage.close();
  }
}

function tell({ seed, cast, moves, observations }: Simulated, at: number, seen: string): string {
  const told = (move: Move, n: number) => `${n === at ? '> ' : '  '}${JSON.stringify(move)}`;
  return [
    `script ${seed} came to something else; once more: npm run paths -- --scripts 1 --seed ${seed}`,
    JSON.stringify(cast),
    ...moves.slice(0, at + 1).map(told),
    `before     ${observations[at - 1]}`,
    `simulated  ${observations[at]}`,
    `real       ${seen}`,
  ].join('\n');
}
